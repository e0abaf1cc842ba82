namespace CommuniConnect.Bench;

internal static class Stats
{
    public static double Median(IEnumerable<double> values) => Percentile(values, 50);

    /// <param name="percent">0 to 100; between two values it is interpolated.</param>
    public static double Percentile(IEnumerable<double> values, double percent)
    {
        var sorted = values.Order().ToArray();
        if (sorted.Length == 0)
        {
            throw new ArgumentException("nothing was measured", nameof(values));
        }
        var at = (sorted.Length - 1) * percent / 100;
        var below = (int)Math.Floor(at);
        var above = Math.Min(below + 1, sorted.Length - 1);
        return sorted[below] + (sorted[above] - sorted[below]) * (at - below);
    }

    /// <summary>By how much y grows for each x, by least squares.</summary>
    public static double Slope(IReadOnlyCollection<(double X, double Y)> points)
    {
        var x = points.Average(p => p.X);
        var y = points.Average(p => p.Y);
        return points.Sum(p => (p.X - x) * (p.Y - y)) / points.Sum(p => (p.X - x) * (p.X - x));
    }
}
