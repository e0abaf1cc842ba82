using CommuniConnect.Bench.Support;
using Microsoft.Playwright;

namespace CommuniConnect.Bench.Measurements;

/// <summary>
/// From the camera of a studio page to the screen of a viewer's page, in each way the player has: the camera films a clock, the
/// viewer's page reads it. A WebRTC call between two pages of the same browser is measured in turns with it: the machine's noise is in both.
/// Sound holds pictures up, so that what is heard is compared with what is heard, and muted with muted. A call brings the two together little
/// by little: it is compared once it has.
/// </summary>
internal static class GlassToGlass
{
    private const int Turns = 3;

    /// <summary>How many come to each live once it has been watched.</summary>
    private const int Newcomers = 3;
    private static readonly Target Synchronous = new(45);
    private static readonly TimeSpan Settle = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan SettleWithSound = TimeSpan.FromSeconds(45);
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
        var (direct, mutedDirect, comfort) = (Rounds(), Rounds(), Rounds());
        var (call, mutedCall) = (Rounds(), Rounds());
        var (joins, choices) = (new List<double>(), new List<double>());
        for (var i = 0; i < Turns; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            Progress.Say($"  round {i + 1} of {Turns}");
            foreach (var (calls, lives, muted) in Muting())
            {
                calls.Add(Said("call", await CallAsync(chromium, server, muted)));
                lives.Add(Said("Direct", await LiveAsync("direct", muted, JoinsAsync)));
            }
            comfort.Add(Said("Confort", await LiveAsync("comfort", muted: false, ChoicesAsync)));
        }
        List<BarcodeWatch>[] all = [direct, mutedDirect, comfort, call, mutedCall];
        var dark = all.Sum(way => way.RemoveAll(w => !w.IsSound));
        return
        [
            .. Ages("WebRTC call", call, null),
            .. Sound("WebRTC call", call, null),
            .. Ages("Direct", direct, null),
            .. Ratios("Direct : call", direct, call),
            .. Ages("WebRTC call, muted", mutedCall, null),
            .. Ages("Direct, muted", mutedDirect, null),
            .. Ratios("Direct : call, muted", mutedDirect, mutedCall),
            Figure.Median("Direct, join", joins, "ms", new Target(150)),
            new("Direct, longest a picture stood", Longest(direct), "ms", new Target(250)),
            new("Direct, stalls", direct.Sum(w => w.Stalls), ""),
            .. Sound("Direct", direct, Synchronous),
            .. Ages("Confort", comfort, new Target(400)),
            Figure.Median("Confort, chosen to first picture", choices, "ms"),
            new("Confort, longest a picture stood", Longest(comfort), "ms"),
            new("Confort, stalls", comfort.Sum(w => w.Stalls), ""),
            new("rounds without a picture", dark, "", new Target(1), $"of {all.Length * Turns}"),
        ];

        Task<BarcodeWatch> LiveAsync(string way, bool muted, Func<FilmedClock, Task> newcomer) =>
            WatchLiveAsync(chromium, server, cookies, way, muted, newcomer);

        async Task JoinsAsync(FilmedClock live) =>
            joins.Add((await live.JoinAsync(chromium, server, cookies)).PlayerMs);

        async Task ChoicesAsync(FilmedClock live) =>
            choices.Add(await live.ChooseAsync(chromium, server, cookies, "comfort"));

        IEnumerable<(List<BarcodeWatch> Calls, List<BarcodeWatch> Lives, bool Muted)> Muting() =>
            [(call, direct, false), (mutedCall, mutedDirect, true)];
    }

    private static IEnumerable<Figure> Sound(
        string way,
        IReadOnlyCollection<BarcodeWatch> rounds,
        Target? together
    )
    {
        var heard = rounds.SelectMany(w => w.Sound).ToArray();
        var apart = rounds.SelectMany(w => w.Sync.Select(Math.Abs)).ToArray();
        return
        [
            new($"{way}, sound, p50", At(heard, 50), "ms", null, $"{heard.Length} clicks"),
            new($"{way}, sound and picture apart, p95", At(apart, 95), "ms", together),
        ];

        static double At(double[] values, double percent) =>
            values.Length == 0 ? double.NaN : Stats.Percentile(values, percent);
    }

    private static IEnumerable<Figure> Ratios(
        string name,
        IReadOnlyCollection<BarcodeWatch> direct,
        IReadOnlyCollection<BarcodeWatch> call
    ) =>
        [
            new($"{name}, p50", At(direct, 50) / At(call, 50), "", new Target(0.75)),
            new($"{name}, p95", At(direct, 95) / At(call, 95), "", new Target(1)),
        ];

    private static List<BarcodeWatch> Rounds() => [];

    private static IEnumerable<Figure> Ages(
        string way,
        IReadOnlyCollection<BarcodeWatch> rounds,
        Target? half
    ) =>
        [
            new($"{way}, p50", At(rounds, 50), "ms", half, Runs(rounds, 50)),
            new($"{way}, p95", At(rounds, 95), "ms", null, Runs(rounds, 95)),
            new($"{way}, p99", At(rounds, 99), "ms", null, Runs(rounds, 99)),
        ];

    private static double At(IEnumerable<BarcodeWatch> rounds, double percent) =>
        Stats.Percentile(rounds.SelectMany(round => round.Ages), percent);

    private static double Longest(IEnumerable<BarcodeWatch> rounds) =>
        rounds.Max(round => round.LongestMs);

    private static async Task<BarcodeWatch> WatchLiveAsync(
        Chromium chromium,
        ServerProcess server,
        string cookies,
        string mode,
        bool muted,
        Func<FilmedClock, Task> newcomer
    )
    {
        await using var live = await FilmedClock.StartAsync(chromium, server, cookies);
        await using var viewer = await chromium.NewProfileAsync(server, cookies);
        var page = await live.WatchAsync(viewer, mode);
        await FilmedClock.PlaysAsync(page, mode);
        if (muted)
        {
            await page.Locator("live-player").PressAsync("m");
        }
        const string surface = "document.querySelector('live-player :is(video, .player-canvas)')";
        var watch = await BarcodeWatch.OfAsync(page, surface, SettleOf(muted), Length);
        await page.CloseAsync();
        for (var i = 0; i < Newcomers; i++)
        {
            await newcomer(live);
        }
        await live.StopAsync(); // the next round begins with nothing on air
        return watch;
    }

    private static async Task<BarcodeWatch> CallAsync(
        Chromium chromium,
        ServerProcess server,
        bool muted
    )
    {
        await using var caller = await chromium.NewProfileAsync(server);
        await using var called = await chromium.NewProfileAsync(server);
        var from = await PeerPageAsync(caller);
        var to = await PeerPageAsync(called);
        var offer = await from.EvaluateAsync<string>("() => window.benchPeer.offer()");
        var answer = await to.EvaluateAsync<string>(
            "([offer, muted]) => window.benchPeer.answer(offer, muted)",
            new object[] { offer, muted }
        );
        await from.EvaluateAsync("answer => window.benchPeer.accept(answer)", answer);
        return await BarcodeWatch.OfAsync(to, "window.benchPeer.video", SettleOf(muted), Length);
    }

    private static TimeSpan SettleOf(bool muted) => muted ? Settle : SettleWithSound;

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

    private static string Runs(IReadOnlyCollection<BarcodeWatch> rounds, double percent)
    {
        var each = rounds.Select(r => $"{Stats.Percentile(r.Ages, percent):0}");
        return $"{rounds.Sum(r => r.Ages.Length)} pictures, rounds {string.Join(", ", each)}";
    }
}
