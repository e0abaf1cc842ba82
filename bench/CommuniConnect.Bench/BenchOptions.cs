using System.Globalization;

namespace CommuniConnect.Bench;

/// <summary>What the command line asks for.</summary>
/// <param name="Chosen">The measurements to take, in their own order.</param>
/// <param name="Watching">How long what goes on and on is watched: memory, weak networks.</param>
/// <param name="Runs">How often the server is killed under load.</param>
internal sealed record BenchOptions(IReadOnlyList<Measurement> Chosen, TimeSpan Watching, int Runs)
{
    private const double DefaultMinutes = 2;
    private const int DefaultRuns = 100;

    /// <summary>The options, or null with a problem to be told.</summary>
    public static BenchOptions? Parse(string[] args, Measurement[] all, out string problem)
    {
        problem = Usage(all);
        var minutes = DefaultMinutes;
        var runs = DefaultRuns;
        var names = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < args.Length; i++)
        {
            if (args[i] == "--minutes")
            {
                var text = args.ElementAtOrDefault(++i);
                if (
                    !double.TryParse(text, CultureInfo.InvariantCulture, out minutes)
                    || minutes is not (>= 0.5 and <= 1440)
                )
                {
                    problem = "--minutes takes a number from 0.5 to 1440";
                    return null;
                }
            }
            else if (args[i] == "--runs")
            {
                var text = args.ElementAtOrDefault(++i);
                if (
                    !int.TryParse(text, CultureInfo.InvariantCulture, out runs)
                    || runs is not (>= 1 and <= 10_000)
                )
                {
                    problem = "--runs takes a number from 1 to 10000";
                    return null;
                }
            }
            else if (all.Any(m => m.Name == args[i]))
            {
                names.Add(args[i]);
            }
            else
            {
                return null;
            }
        }
        var chosen = all.Where(m => names.Count == 0 || names.Contains(m.Name)).ToList();
        return new BenchOptions(chosen, TimeSpan.FromMinutes(minutes), runs);
    }

    private static string Usage(Measurement[] all) =>
        "./bench/run [--minutes N] [--runs N] [NAME...]\n"
        + string.Join('\n', all.Select(m => $"  {m.Name, -10} {m.About}"));
}
