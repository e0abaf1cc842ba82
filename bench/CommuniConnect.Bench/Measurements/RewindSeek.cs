using CommuniConnect.Bench.Support;

namespace CommuniConnect.Bench.Measurements;

/// <summary>How soon a viewer who goes to any moment of a long live sees it, while the camera still sends.</summary>
internal static class RewindSeek
{
    private const int Seeks = 40;
    private static readonly TimeSpan Length = TimeSpan.FromHours(2);
    private static readonly Target Quick = new(400);

    public static async Task<IReadOnlyList<Figure>> MeasureAsync(
        BenchOptions options,
        CancellationToken cancellation
    )
    {
        var footage = await Footage.MakeAsync(cancellation);
        await using var server = await ServerProcess.StartAsync(cancellation);
        using var member = await Member.RegisterAsync(server, cancellation);
        await using var chromium = await Chromium.LaunchAsync();
        var cookies = await chromium.SignInAsync(server, member);
        await using var live = await RecordedLive.MakeAsync(member, footage, Length, cancellation);
        await using var profile = await chromium.NewProfileAsync(server, cookies);
        var page = await profile.NewPageAsync();
        await page.GotoAsync($"/lives/{live.Id}");
        var times = await page.EvaluateAsync<double[]>(
            Script.Read("rewind-seeks.js"),
            new { seeks = Seeks, seconds = Length.TotalSeconds }
        );
        return
        [
            new(
                "to any moment of 2 h, p95",
                Stats.Percentile(times[1..], 95),
                "ms",
                Quick,
                $"{Seeks} moments"
            ),
            Figure.Median("to any moment of 2 h", times[1..], "ms", Quick),
            new("away from the edge, the first time", times[0], "ms", Quick),
        ];
    }
}
