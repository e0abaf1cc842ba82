using CommuniConnect.Bench.Support;
using Microsoft.Playwright;

namespace CommuniConnect.Bench.Measurements;

/// <summary>A long live from a studio's page to a viewer in Direct and one in Confort: whether any of them, or the server, grows, and whether a picture stands.</summary>
internal static class Soak
{
    private static readonly TimeSpan EnoughForSlope = TimeSpan.FromMinutes(8);
    private static readonly TimeSpan BetweenSamples = TimeSpan.FromSeconds(15);

    private sealed record Watched(string Name, Func<Task<double>> Megabytes)
    {
        public List<(double Seconds, double Megabytes)> Samples { get; } = [];
    }

    public static async Task<IReadOnlyList<Figure>> MeasureAsync(
        BenchOptions options,
        CancellationToken cancellation
    )
    {
        await using var server = await ServerProcess.StartAsync(cancellation);
        using var member = await Member.RegisterAsync(server, cancellation);
        await using var chromium = await Chromium.LaunchAsync();
        var cookies = await chromium.SignInAsync(server, member);
        await using var live = await FilmedClock.StartAsync(chromium, server, cookies);
        await using var near = await chromium.NewProfileAsync(server, cookies);
        await using var far = await chromium.NewProfileAsync(server, cookies);
        var direct = await ViewerAsync(live, near, "direct");
        var comfort = await ViewerAsync(live, far, "comfort");
        Watched[] watched =
        [
            new("studio", await HeapOfAsync(live.Studio)),
            new("Direct", await HeapOfAsync(direct)),
            new("Confort", await HeapOfAsync(comfort)),
            new("server", () => Task.FromResult(server.Cost.ResidentMegabytes)),
        ];
        var half = options.Watching / 2;
        // One after the other: a page whose garbage is collected for its heap to be measured stands still meanwhile.
        var picture = await BarcodeWatch.OfAsync(
            direct,
            "document.querySelector('live-player .player-canvas')",
            TimeSpan.FromSeconds(5),
            half
        );
        await SampleAsync(watched, half, cancellation);
        await live.StopAsync();
        return
        [
            .. watched.SelectMany(w => Growth(w, options.Watching)),
            new("Direct, p95", Stats.Percentile(picture.Ages, 95), "ms"),
            new("Direct, longest a picture stood", picture.LongestMs, "ms", new Target(250)),
            new("Direct, stalls", picture.Stalls, ""),
        ];
    }

    private static async Task<IPage> ViewerAsync(
        FilmedClock live,
        IBrowserContext viewer,
        string way
    )
    {
        var page = await live.WatchAsync(viewer, way);
        await FilmedClock.PlaysAsync(page, way);
        return page;
    }

    /// <summary>What a page's scripts hold, once what they no longer need is gone.</summary>
    private static async Task<Func<Task<double>>> HeapOfAsync(IPage page)
    {
        var session = await page.Context.NewCDPSessionAsync(page);
        return async () =>
        {
            await session.SendAsync("HeapProfiler.collectGarbage");
            var usage = await session.SendAsync("Runtime.getHeapUsage");
            return usage!.Value.GetProperty("usedSize").GetDouble() / 1e6;
        };
    }

    private static async Task SampleAsync(
        Watched[] watched,
        TimeSpan length,
        CancellationToken cancellation
    )
    {
        var began = TimeProvider.System.GetTimestamp();
        using var ticks = new PeriodicTimer(BetweenSamples);
        while (
            TimeProvider.System.GetElapsedTime(began) < length
            && await ticks.WaitForNextTickAsync(cancellation)
        )
        {
            foreach (var one in watched)
            {
                var seconds = TimeProvider.System.GetElapsedTime(began).TotalSeconds;
                one.Samples.Add((seconds, await one.Megabytes()));
            }
        }
    }

    /// <summary>Of the second half: in the first everything finds its size.</summary>
    private static IEnumerable<Figure> Growth(Watched watched, TimeSpan length)
    {
        var slope = watched.Samples.Count < 2 ? double.NaN : 3600 * Stats.Slope(watched.Samples);
        return
        [
            Figure.Median(
                $"{watched.Name}, memory",
                [.. watched.Samples.Select(s => s.Megabytes)],
                "MB"
            ),
            new(
                $"{watched.Name}, growth",
                slope,
                "MB/h",
                length >= EnoughForSlope ? new Target(10) : null,
                "least squares over the second half"
            ),
        ];
    }
}
