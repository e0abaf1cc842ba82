namespace CommuniConnect.Bench;

/// <summary>One question and how it is answered.</summary>
/// <param name="Name">What the command line calls it.</param>
/// <param name="About">The question, in a few words.</param>
internal sealed record Measurement(
    string Name,
    string About,
    Func<BenchOptions, CancellationToken, Task<IReadOnlyList<Figure>>> RunAsync
);
