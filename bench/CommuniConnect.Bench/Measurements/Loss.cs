using System.Text.Json;
using CommuniConnect.Bench.Support;

namespace CommuniConnect.Bench.Measurements;

/// <summary>
/// What is lost of what the server has acknowledged, over kills and cuts of power at random moments. Counted by a program
/// that knows nothing of the server but its public surface.
/// </summary>
internal static class Loss
{
    /// <summary>A cut of power costs a copy of the disk: one run in so many.</summary>
    private const int KillsPerPowerCut = 10;

    /// <summary>Dropped packets are waited for: one run in so many.</summary>
    private const int KillsPerDroppedLink = 10;

    /// <summary>Three faults, each at the first calls of a live.</summary>
    private const int FailingCalls = 45;
    private static readonly Target None = new(1);

    public static async Task<IReadOnlyList<Figure>> MeasureAsync(
        BenchOptions options,
        CancellationToken cancellation
    ) =>
        [
            .. await CountAsync("kill -9", options.Runs, [], cancellation),
            .. await CountAsync(
                "cut of power",
                Math.Max(1, options.Runs / KillsPerPowerCut),
                ["--power"],
                cancellation
            ),
            .. await CountAsync(
                "kill -9 behind a link that drops packets",
                Math.Max(1, options.Runs / KillsPerDroppedLink),
                ["--drop"],
                cancellation
            ),
            .. await CountAsync(
                "each write fails in turn",
                FailingCalls,
                ["--fail-in-turn"],
                cancellation
            ),
        ];

    private static async Task<IReadOnlyList<Figure>> CountAsync(
        string how,
        int runs,
        string[] more,
        CancellationToken cancellation
    )
    {
        Progress.Say($"  {how}: {runs} runs");
        var line = await Tool.RunAsync(
            cancellation,
            "dotnet",
            [
                Repository.Loss,
                "--server",
                Repository.Server,
                "--runs",
                $"{runs}",
                "--report",
                .. more,
            ]
        );
        return
        [
            .. JsonSerializer
                .Deserialize<Dictionary<string, long>>(line)!
                .Select(count => new Figure(
                    $"{how}: {count.Key.Replace('_', ' ')}",
                    count.Value,
                    "",
                    IsLoss(count.Key) ? None : null
                )),
        ];
    }

    private static bool IsLoss(string what) =>
        what.EndsWith("_lost", StringComparison.Ordinal)
        || what
            is "frames_doubled_or_out_of_order"
                or "offsets_taken_back"
                or "messages_doubled"
                or "messages_out_of_order"
                or "removed_messages_shown"
                or "replays_refused"
                or "servers_ended";
}
