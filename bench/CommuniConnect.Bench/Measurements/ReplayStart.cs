using System.Text.Json;
using CommuniConnect.Bench.Support;

namespace CommuniConnect.Bench.Measurements;

/// <summary>How soon after the answer of a stop the replay shows a picture of its middle, in a browser that has nothing of it yet.</summary>
internal static class ReplayStart
{
    private const int Rounds = 5;
    private static readonly Target Quick = new(300);

    /// <summary>What the page reports, in milliseconds since the stop was answered.</summary>
    private sealed record Seen(double MetadataMs, double FrameMs, double Duration);

    public static async Task<IReadOnlyList<Figure>> MeasureAsync(
        BenchOptions options,
        CancellationToken cancellation
    )
    {
        var footage = await Footage.MakeAsync(cancellation);
        await using var server = await ServerProcess.StartAsync(cancellation);
        using var member = await Member.RegisterAsync(server, cancellation);
        await using var chromium = await Chromium.LaunchAsync();
        var (brief, hours, broken) = (new List<Seen>(), new List<Seen>(), new List<Seen>());
        await WatchAsync(StopLatency.Short); // what only the first one pays
        for (var i = 0; i < Rounds; i++)
        {
            Progress.Say($"  round {i + 1} of {Rounds}");
            brief.Add(await WatchAsync(StopLatency.Short));
            hours.Add(await WatchAsync(StopLatency.Long));
            broken.Add(await WatchAsync(StopLatency.Long, StopLatency.Takes));
        }
        return
        [
            Figure.Median("middle of 10 s", [.. brief.Select(s => s.FrameMs)], "ms", Quick),
            Figure.Median("middle of 3 h", [.. hours.Select(s => s.FrameMs)], "ms", Quick),
            Figure.Median(
                $"middle of 3 h in {StopLatency.Takes} takes",
                [.. broken.Select(s => s.FrameMs)],
                "ms",
                Quick
            ),
            Figure.Median(
                "of that, until the length of 3 h is known",
                [.. hours.Select(s => s.MetadataMs)],
                "ms"
            ),
        ];

        async Task<Seen> WatchAsync(TimeSpan length, int takes = 1)
        {
            await using var profile = await chromium.NewProfileAsync(server);
            var page = await profile.NewPageAsync();
            await page.GotoAsync("/connexion");
            await using var live = await RecordedLive.MakeAsync(
                member,
                footage,
                length,
                cancellation,
                takes
            );
            var answer = await page.EvaluateAsync<string>(
                Script.Read("first-replay-frame.js"),
                new { path = Member.StopPath(live.Id), token = member.AccessToken }
            );
            var seen = JsonSerializer.Deserialize<Seen>(answer, JsonSerializerOptions.Web)!;
            RecordedLive.CheckLength(seen.Duration, length);
            await member.DeleteAsync(live.Id, cancellation);
            return seen;
        }
    }
}
