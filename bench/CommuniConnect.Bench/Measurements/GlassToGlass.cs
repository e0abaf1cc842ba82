using CommuniConnect.Bench.Support;
using Microsoft.Playwright;

namespace CommuniConnect.Bench.Measurements;

/// <summary>
/// From the camera of a studio page to the screen of a viewer's page: the camera films a clock, the viewer's page reads it.
/// A WebRTC call between two pages of the same browser is measured in turns with it: the machine's noise is in both.
/// </summary>
internal static class GlassToGlass
{
    private const int Rounds = 3;
    private static readonly TimeSpan Settle = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Length = TimeSpan.FromSeconds(12);

    public static async Task<IReadOnlyList<Figure>> MeasureAsync(
        BenchOptions options,
        CancellationToken cancellation
    )
    {
        await using var server = await ServerProcess.StartAsync(cancellation);
        using var member = await Member.RegisterAsync(server, cancellation);
        await using var chromium = await Chromium.LaunchAsync();
        var cookies = await chromium.SignInAsync(server, member);
        var (live, call) = (new List<BarcodeWatch>(), new List<BarcodeWatch>());
        for (var i = 0; i < Rounds; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            Progress.Say($"  round {i + 1} of {Rounds}");
            call.Add(Said("call", await CallAsync(chromium, server)));
            live.Add(Said("live", await LiveAsync(chromium, server, cookies)));
        }
        var dark =
            live.RemoveAll(watch => !watch.IsSound) + call.RemoveAll(watch => !watch.IsSound);
        var (ofLive, ofCall) = (Ages(live), Ages(call));
        var (p50, peer50) = (Stats.Median(ofLive), Stats.Median(ofCall));
        return
        [
            new("live, p50", p50, "ms", new Target(300), Runs(live, 50)),
            new("live, p95", Stats.Percentile(ofLive, 95), "ms", new Target(400), Runs(live, 95)),
            new("WebRTC call, p50", peer50, "ms", null, Runs(call, 50)),
            new("WebRTC call, p95", Stats.Percentile(ofCall, 95), "ms", null, Runs(call, 95)),
            new("live : call, p50", p50 / peer50, ""),
            new("rounds without a picture", dark, "", new Target(1), $"of {2 * Rounds}"),
        ];
    }

    private static async Task<BarcodeWatch> LiveAsync(
        Chromium chromium,
        ServerProcess server,
        string cookies
    )
    {
        await using var publisher = await chromium.NewProfileAsync(server, cookies);
        await publisher.AddInitScriptAsync(Script.Read("barcode.js"));
        var studio = await publisher.NewPageAsync();
        await studio.GotoAsync("/studio");
        await studio.Locator("#studio-title").FillAsync("Mesure");
        await studio.GetByRole(AriaRole.Button, new() { Name = "Démarrer le live" }).ClickAsync();
        var liveId = await studio.Locator("live-studio live-chat").GetAttributeAsync("live-id");

        await using var viewer = await chromium.NewProfileAsync(server, cookies);
        await viewer.AddInitScriptAsync(Script.Read("barcode.js"));
        var page = await viewer.NewPageAsync();
        await page.GotoAsync($"/lives/{liveId}");
        await page.Locator("live-player").WaitForAsync();
        const string video = "document.querySelector('live-player').video";
        var watch = await BarcodeWatch.OfAsync(page, video, Settle, Length);
        await StopAsync(studio);
        return watch;
    }

    /// <summary>The next round begins with nothing on air.</summary>
    private static async Task StopAsync(IPage studio)
    {
        await studio.GetByRole(AriaRole.Button, new() { Name = "Arrêter le live" }).ClickAsync();
        await studio
            .GetByRole(AriaRole.Dialog)
            .GetByRole(AriaRole.Button, new() { Name = "Arrêter le live" })
            .ClickAsync();
        await studio.Locator("live-studio[data-state=ended]").WaitForAsync();
    }

    private static async Task<BarcodeWatch> CallAsync(Chromium chromium, ServerProcess server)
    {
        await using var caller = await chromium.NewProfileAsync(server);
        await using var called = await chromium.NewProfileAsync(server);
        var from = await PeerPageAsync(caller);
        var to = await PeerPageAsync(called);
        var offer = await from.EvaluateAsync<string>("() => window.benchPeer.offer()");
        var answer = await to.EvaluateAsync<string>(
            "offer => window.benchPeer.answer(offer)",
            offer
        );
        await from.EvaluateAsync("answer => window.benchPeer.accept(answer)", answer);
        return await BarcodeWatch.OfAsync(to, "window.benchPeer.video", Settle, Length);
    }

    private static async Task<IPage> PeerPageAsync(IBrowserContext profile)
    {
        var page = await profile.NewPageAsync();
        await page.GotoAsync("/connexion");
        await page.EvaluateAsync(Script.Read("barcode.js"));
        await page.EvaluateAsync(Script.Read("peer.js"));
        return page;
    }

    private static BarcodeWatch Said(string path, BarcodeWatch watch)
    {
        Progress.Say(
            watch.IsSound
                ? $"  {path}: {Stats.Median(watch.Ages):0} ms, {watch.Unread} of {watch.Ages.Length} unread"
                : $"  {path}: {watch.Ages.Length} pictures read, {watch.Unread} not: {watch.State}"
        );
        return watch;
    }

    private static double[] Ages(IEnumerable<BarcodeWatch> rounds) =>
        [.. rounds.SelectMany(round => round.Ages)];

    private static string Runs(IReadOnlyCollection<BarcodeWatch> rounds, double percent)
    {
        var each = rounds.Select(r => $"{Stats.Percentile(r.Ages, percent):0}");
        return $"{rounds.Sum(r => r.Ages.Length)} pictures, rounds {string.Join(", ", each)}";
    }
}
