using System.Text.Json;
using CommuniConnect.Bench.Support;
using CommuniConnect.Browser.Tests.Support;

namespace CommuniConnect.Bench.Measurements;

/// <summary>
/// What viewers on weak networks see of one live, each in another way of playing and behind a network of its own. Shaped by a TCP proxy: what
/// IP loses is seen by a page as bytes that come late, all at once.
/// </summary>
internal static class WeakNetworks
{
    private static readonly TimeSpan Settle = TimeSpan.FromSeconds(10);
    private static readonly string[] Ways = ["auto", "direct", "comfort"];

    private static readonly Network[] Networks =
    [
        new("4G", 10_000_000, Trip(20), Every(5), Milliseconds(80)),
        // One packet in a hundred lost at a hundred packets a second: once a second the bytes wait for their second sending.
        new("3G", 1_600_000, Trip(50), Every(1), Milliseconds(150)),
        new("5 s of nothing each minute", 10_000_000, Trip(20), Every(60), Milliseconds(5_000)),
    ];

    private sealed record Network(
        string Name,
        long BitsPerSecond,
        TimeSpan Delay,
        TimeSpan BetweenStalls,
        TimeSpan Stall
    );

    private sealed record View(double[] Ages, double[] Stalls, string[] Modes);

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
        var figures = new List<Figure>();
        foreach (var network in Networks)
        {
            Progress.Say($"  {network.Name}");
            var views = await Task.WhenAll(
                Ways.Select(way =>
                    ViewAsync(
                        chromium,
                        server,
                        cookies,
                        live,
                        way,
                        network,
                        options.Watching,
                        cancellation
                    )
                )
            );
            figures.AddRange(Ways.Zip(views).SelectMany(v => Of(network, v.First, v.Second)));
            var alone = views.Skip(1).Max(Standing);
            figures.Add(
                new(
                    $"{network.Name}: auto stands longer than the worse of the two",
                    Math.Max(0, Standing(views[0]) - alone),
                    "s",
                    new Target(1)
                )
            );
        }
        await live.StopAsync();
        return figures;
    }

    private static async Task<View> ViewAsync(
        Chromium chromium,
        ServerProcess server,
        string cookies,
        FilmedClock live,
        string way,
        Network network,
        TimeSpan length,
        CancellationToken cancellation
    )
    {
        await using var proxy = new ThrottledProxy(server.Address.ToString());
        await using var viewer = await chromium.NewProfileAsync(server, cookies, proxy.Address);
        var page = await live.WatchAsync(viewer, way);
        proxy.Download.BitsPerSecond = network.BitsPerSecond;
        proxy.Download.Delay = proxy.Upload.Delay = network.Delay;
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var stalling = StallAsync(proxy, network, over.Token);
        var json = await page.EvaluateAsync<string>(
            "([settle, length]) => window.benchClock.follow(document.querySelector('live-player'), settle, length)",
            new[] { Settle.TotalMilliseconds, length.TotalMilliseconds }
        );
        await over.CancelAsync();
        await stalling;
        return JsonSerializer.Deserialize<View>(json, JsonSerializerOptions.Web)!;
    }

    private static async Task StallAsync(
        ThrottledProxy proxy,
        Network network,
        CancellationToken cancellation
    )
    {
        while (!cancellation.IsCancellationRequested)
        {
            await Task.Delay(network.BetweenStalls - network.Stall, cancellation).Quietly();
            proxy.Stall();
            await Task.Delay(network.Stall, cancellation).Quietly();
            proxy.Restore();
        }
    }

    private static Task Quietly(this Task delay) =>
        delay.ContinueWith(static _ => { }, TaskScheduler.Default);

    private static IEnumerable<Figure> Of(Network network, string way, View view)
    {
        var isJudged = network.Name == "3G" && way == "comfort";
        var minutes = view.Ages.Length * 0.05 / 60;
        return
        [
            new($"{network.Name}, {way}, p50", Stats.Percentile(view.Ages, 50), "ms"),
            new(
                $"{network.Name}, {way}, p95",
                Stats.Percentile(view.Ages, 95),
                "ms",
                isJudged ? new Target(3_000) : null
            ),
            new(
                $"{network.Name}, {way}, stalls in 10 minutes",
                view.Stalls.Length * 10 / minutes,
                "",
                isJudged ? new Target(1.01) : null,
                $"{Standing(view):0.0} s in {minutes:0.0} min; {string.Join(" → ", view.Modes)}"
            ),
        ];
    }

    private static double Standing(View view) => view.Stalls.Sum() / 1000;

    private static TimeSpan Trip(double ms) => Milliseconds(ms);

    private static TimeSpan Every(double seconds) => TimeSpan.FromSeconds(seconds);

    private static TimeSpan Milliseconds(double ms) => TimeSpan.FromMilliseconds(ms);
}
