using CommuniConnect.Bench.Support;

namespace CommuniConnect.Bench.Measurements;

/// <summary>What one live with 100 viewers costs the server, and whether it grows.</summary>
internal static class Memory
{
    private const int Viewers = 100;

    /// <summary>Under this a slope says more about the garbage collector's mood than about a leak.</summary>
    private static readonly TimeSpan EnoughForSlope = TimeSpan.FromMinutes(20);
    private static readonly TimeSpan Alone = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private sealed record Sample(double Seconds, double Megabytes, TimeSpan Processor);

    public static async Task<IReadOnlyList<Figure>> MeasureAsync(
        BenchOptions options,
        CancellationToken cancellation
    )
    {
        var footage = await Footage.MakeAsync(cancellation);
        await using var server = await ServerProcess.StartAsync(cancellation);
        using var member = await Member.RegisterAsync(server, cancellation);
        var live = await member.StartLiveAsync(cancellation);
        await using var camera = new FfmpegPublisher(live.IngestUrl, footage);
        await Task.Delay(TimeSpan.FromSeconds(5), cancellation);
        var alone = await WatchAsync(server, Alone, cancellation);

        await using var audience = new Audience(live.WatchUrl, Viewers);
        // A first part is the server growing to its size: a quarter of the time, ten minutes at most.
        var warmUp = TimeSpan.FromMinutes(Math.Min(10, options.Watching.TotalMinutes / 4));
        var warming = await WatchAsync(server, warmUp, cancellation);
        var bytesBefore = audience.Bytes;
        var watched = await WatchAsync(server, options.Watching - warmUp, cancellation);
        audience.CheckAllWatching();

        var seconds = watched[^1].Seconds - watched[0].Seconds;
        var received = (audience.Bytes - bytesBefore) * 8 / seconds / Viewers / 1e6;
        var slope = 3600 * Stats.Slope([.. watched.Select(s => (s.Seconds, s.Megabytes))]);
        var all = warming.Concat(watched).Select(s => s.Megabytes).ToList();
        var peak = server.Cost.PeakMegabytes;
        var perViewer = 1e6 * (Cores(watched) - Cores(alone)) / Viewers;
        return
        [
            Figure.Median("with one live and no viewer", [.. alone.Select(s => s.Megabytes)], "MB"),
            Figure.Median($"with {Viewers} viewers", all, "MB"),
            new("most it ever had (VmHWM)", peak, "MB", new Target(200)),
            new(
                "growth",
                slope,
                "MB/h",
                options.Watching >= EnoughForSlope ? new Target(10) : null,
                $"least squares over {seconds / 60:0.0} min; judged from {EnoughForSlope.TotalMinutes:0} min on"
            ),
            new(
                "processor",
                perViewer,
                "µs per viewer-second",
                new Target(600),
                $"{received:0.00} Mbit/s each"
            ),
            new("processor of the live without viewers", 100 * Cores(alone), "% of a core"),
        ];
    }

    private static double Cores(List<Sample> samples) =>
        (samples[^1].Processor - samples[0].Processor).TotalSeconds
        / (samples[^1].Seconds - samples[0].Seconds);

    private static async Task<List<Sample>> WatchAsync(
        ServerProcess server,
        TimeSpan length,
        CancellationToken cancellation
    )
    {
        var began = TimeProvider.System.GetTimestamp();
        var samples = new List<Sample>();
        using var ticks = new PeriodicTimer(Second);
        do
        {
            var at = TimeProvider.System.GetElapsedTime(began).TotalSeconds;
            var cost = server.Cost;
            samples.Add(new Sample(at, cost.ResidentMegabytes, cost.Processor));
        } while (
            TimeProvider.System.GetElapsedTime(began) < length
            && await ticks.WaitForNextTickAsync(cancellation)
        );
        return samples;
    }
}
