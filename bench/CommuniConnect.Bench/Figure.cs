using System.Globalization;

namespace CommuniConnect.Bench;

/// <summary>What a figure is held against.</summary>
internal sealed record Target(double Limit, bool AtLeast = false)
{
    public bool IsMet(double value) => AtLeast ? value >= Limit : value < Limit;
}

/// <summary>One measured figure.</summary>
/// <param name="Target">Null when it only explains the others.</param>
/// <param name="Spread">The single runs behind it, so that a reader sees how noisy it is.</param>
internal sealed record Figure(
    string What,
    double Value,
    string Unit,
    Target? Target = null,
    string Spread = ""
)
{
    /// <summary>The median of several runs, with the least and the largest.</summary>
    public static Figure Median(
        string what,
        IReadOnlyCollection<double> runs,
        string unit,
        Target? target = null
    ) =>
        new(
            what,
            Stats.Median(runs),
            unit,
            target,
            $"median of {runs.Count}, {Number(runs.Min())} to {Number(runs.Max())}"
        );

    public string ValueText => $"{Number(Value)} {Unit}".TrimEnd();

    public string TargetText =>
        Target is null
            ? ""
            : $"{(Target.AtLeast ? "≥" : "<")} {Number(Target.Limit)} {Unit}".TrimEnd();

    public string Verdict =>
        Target is null ? ""
        : Target.IsMet(Value) ? "met"
        : "MISSED";

    /// <summary>Three digits that say something, whatever the size.</summary>
    private static string Number(double value) =>
        Math.Abs(value) switch
        {
            >= 100 => value.ToString("#,0", CultureInfo.InvariantCulture),
            >= 10 => value.ToString("0.#", CultureInfo.InvariantCulture),
            _ => value.ToString("0.##", CultureInfo.InvariantCulture),
        };
}
