using System.Diagnostics;
using System.Globalization;
using CommuniConnect.Browser.Tests.Support;
using CommuniConnect.Server.Tests.Support;
using Microsoft.Playwright;

namespace CommuniConnect.Browser.Tests;

/// <summary>What the network, the browser and the member do in the middle of a live, and that the replay lacks nothing.</summary>
public sealed class ResumeTests(BrowserFixture browser)
    : IClassFixture<BrowserFixture>,
        IAsyncDisposable
{
    // The packets of little more than half a second, which may have been on their way to the store, or to the test.
    private const int BrokenOff = 30;

    private static readonly (string Quality, int Width)[] Qualities =
    [
        ("Haute (1280 × 720)", 1280),
        ("Standard (640 × 360)", 640),
    ];

    private readonly EncoderWitness _witness = new();
    private readonly ThrottledProxy _network = new(browser.Site.Address);

    public async ValueTask DisposeAsync()
    {
        await browser.ClearAsync();
        await _network.DisposeAsync();
        _witness.Dispose();
    }

    [Theory]
    [InlineData(false, "void 0")]
    [InlineData(true, "void 0")]
    [InlineData(false, "delete window.VideoEncoder")]
    public async Task Live_is_at_its_edge_after_a_cut_and_the_replay_has_no_hole(
        bool silently,
        string browserLacks
    )
    {
        var mariam = await PublisherAsync(browserLacks);
        var alpha = await browser.SignedInAsync(Pages.Alpha, 390, 844);
        var id = await mariam.StartLiveAsync("Un live coupé");
        await alpha.GotoAsync(PathOf(id));
        await alpha.WaitForLiveProgressAsync(2);

        Cut(silently);
        await Assertions
            .Expect(mariam.GetByText("Réseau interrompu, rien n’est perdu"))
            .ToBeVisibleAsync(new() { Timeout = 15_000 });
        await Assertions.Expect(mariam.GetByText("pour reprendre")).ToBeVisibleAsync();
        await Assertions.Expect(alpha.GetByText("Interrompu, reprise…")).ToBeVisibleAsync();
        await mariam.WaitForFunctionAsync(
            "() => /\\((8|9|1\\d) s\\)/.test(document.querySelector('upload-health .figures').textContent)"
        );
        await mariam.ScreenshotAsync("studio-cut");
        await alpha.ScreenshotAsync("live-cut");
        _network.Upload.BitsPerSecond = 720_000; // about twice what the encoder makes
        _network.Restore();
        var back = Stopwatch.StartNew();
        await alpha.WaitForFunctionAsync(
            "() => document.querySelector('live-player')?.dataset.state === 'playing' && document.querySelector('live-player').stats.behindMs < 1500"
        );
        TestContext.Current.SendDiagnosticMessage(
            $"at the edge after {back.ElapsedMilliseconds} ms"
        );
        await Assertions.Expect(mariam.GetByRole(AriaRole.Progressbar)).ToBeVisibleAsync();
        await mariam.ScreenshotAsync("studio-backfill");
        await Assertions
            .Expect(mariam.GetByRole(AriaRole.Progressbar))
            .ToBeHiddenAsync(new() { Timeout = 60_000 });
        await alpha.WaitForLiveProgressAsync(2);

        await mariam.StopLiveAsync();
        Assert.Equal(2, _witness.Takes);
        await _witness.AssertReplayHoldsAllAsync(await ReplayAsync(mariam, id));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Takes_begun_in_a_cut_are_encoded_as_well_as_any(bool silently)
    {
        var mariam = await PublisherAsync();
        await mariam.CountRecordersAsync();
        var id = await mariam.StartLiveAsync("En plus grand, sans réseau");
        await CutAsync(mariam, silently);

        await mariam.GetByText("Caméra, micro et qualité").ClickAsync();
        foreach (var (quality, width) in Qualities)
        {
            await mariam.GetByLabel("Qualité").SelectOptionAsync(quality);
            await mariam.WaitForFunctionAsync(
                "width => document.querySelector('live-studio video').videoWidth === width",
                width
            );
            await mariam.WaitForProgressAsync("live-studio video", 3);
        }
        _network.Restore();
        await Assertions.Expect(mariam.GetByText("rien n’est perdu")).ToBeHiddenAsync();
        await mariam.StopLiveAsync();

        Assert.Equal(0, await mariam.RecordersAsync());
        Assert.InRange(_witness.Takes, 1 + Qualities.Length, 2 + Qualities.Length);
        var replay = await ReplayAsync(mariam, id);
        await _witness.AssertReplayHoldsAllAsync(replay);
        var pictures = await Tool.PicturesAsync(replay);
        // The fake camera has twenty a second; a source that shows nothing new is shown twice a second.
        Assert.True(pictures.Count > 10 * pictures[^1].Seconds, $"{pictures.Count} pictures");
    }

    [Fact]
    public async Task First_take_that_never_got_through_is_added_to_the_replay()
    {
        var mariam = await PublisherAsync();
        // The server of this page's sockets never answers.
        await mariam.RouteWebSocketAsync(url => url.Contains("/ingest/"), _ => { });
        var id = await mariam.StartLiveAsync("Un live jamais arrivé");
        await WaitingAsync(mariam, 200_000);

        await mariam.AskStopAsync("Arrêt forcé");

        await mariam.WaitForFunctionAsync(
            "() => document.querySelector('replay-player')?.duration > 2"
        );
        await _witness.AssertReplayHoldsAllAsync(await ReplayAsync(mariam, id));
    }

    [Fact]
    public async Task Reloaded_studio_sends_what_the_page_before_it_had_not()
    {
        var mariam = await PublisherAsync();
        var id = await StartWithBacklogAsync(mariam, "Un live rechargé");
        mariam.Dialog += async (_, dialog) => await dialog.AcceptAsync();
        await EncoderWitness.HearAllAsync(mariam, but: 2);
        await mariam.ReloadAsync();
        _network.Upload.BitsPerSecond = 0;

        await GoOnAsync(mariam);
        await mariam.StopLiveAsync();

        await _witness.AssertReplayHoldsAllAsync(
            await ReplayAsync(mariam, id),
            brokenOff: BrokenOff
        );
    }

    [Theory]
    [InlineData("void 0")]
    [InlineData(
        "navigator.storage.getDirectory = () => Promise.reject(new DOMException('', 'SecurityError'))"
    )]
    public async Task Page_that_crashes_leaves_what_it_had_recorded_to_the_next(string browserLacks)
    {
        var mariam = await PublisherAsync(browserLacks);
        var id = await mariam.StartLiveAsync("Un live planté");
        await CutAsync(mariam);

        var next = await CrashAsync(mariam, browserLacks);
        _network.Restore();
        await next.GotoAsync("/studio");
        await GoOnAsync(next);
        await next.StopLiveAsync();

        Assert.Equal(2, _witness.Takes);
        await _witness.AssertReplayHoldsAllAsync(await ReplayAsync(next, id), brokenOff: BrokenOff);
    }

    [Fact]
    public async Task Replay_of_a_live_that_ended_meanwhile_is_completed_on_the_next_visit()
    {
        var mariam = await PublisherAsync();
        var admin = await browser.SignedInAsync(Pages.Admin);
        var id = await mariam.StartLiveAsync("Un live arrêté sans sa page");
        await CutAsync(mariam);
        var next = await CrashAsync(mariam);
        _network.Restore();
        await admin.GotoAsync(PathOf(id));
        await admin.StopLiveAsync();

        await next.GotoAsync(PathOf(id));
        await Assertions.Expect(next.GetByText("Le replay est complet.")).ToBeVisibleAsync();
        await next.ScreenshotAsync("replay-completed");

        await next.WaitForFunctionAsync(
            "() => document.querySelector('replay-player').duration > 6"
        );
        await _witness.AssertReplayHoldsAllAsync(await ReplayAsync(next, id), brokenOff: BrokenOff);
        await next.ReloadAsync();
        await Assertions.Expect(next.Locator("replay-player")).ToBeVisibleAsync();
        Assert.Equal(0, await next.Locator(".unsent-take").CountAsync());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Stop_that_does_not_wait_is_followed_by_the_backlog(bool forced)
    {
        var mariam = await PublisherAsync();
        var id = await StartWithBacklogAsync(mariam, "Un live arrêté trop tôt");
        await mariam.AskStopAsync(forced ? "Arrêt forcé" : "Arrêter le live");
        if (!forced)
        {
            await Assertions.Expect(mariam.GetByRole(AriaRole.Progressbar)).ToBeVisibleAsync();
            await mariam.ScreenshotAsync("studio-stopping");
            await mariam.Button("Ne pas attendre").ClickAsync();
        }
        await Assertions.Expect(mariam.GetByText("ENREGISTRÉ EN DIRECT").First).ToBeVisibleAsync();
        await Assertions.Expect(mariam.GetByRole(AriaRole.Progressbar)).ToBeVisibleAsync();
        var before = await mariam.EvaluateAsync<double>(
            "() => document.querySelector('replay-player').duration"
        );
        await mariam.ScreenshotAsync("studio-stopped");
        _network.Upload.BitsPerSecond = 0;

        await Assertions
            .Expect(mariam.GetByRole(AriaRole.Progressbar))
            .ToBeHiddenAsync(new() { Timeout = 30_000 });
        await mariam.WaitForFunctionAsync(
            "before => document.querySelector('replay-player').duration > before + 1",
            before
        );
        await _witness.AssertReplayHoldsAllAsync(await ReplayAsync(mariam, id));
    }

    [Fact]
    public async Task Stop_waits_for_everything_that_was_recorded()
    {
        var mariam = await PublisherAsync();
        var id = await StartWithBacklogAsync(mariam, "Un live qui attend");
        _network.Upload.BitsPerSecond = 1_600_000;

        await mariam.StopLiveAsync();

        await _witness.AssertReplayHoldsAllAsync(await ReplayAsync(mariam, id));
    }

    [Fact]
    public async Task Browser_that_keeps_nothing_says_so_and_loses_nothing_in_a_cut()
    {
        var mariam = await PublisherAsync(
            """
            navigator.storage.getDirectory = () => Promise.reject(new DOMException('', 'SecurityError'));
            indexedDB.open = () => { throw new DOMException('', 'SecurityError') };
            """
        );
        var id = await mariam.StartLiveAsync("Un live privé");
        await Assertions.Expect(mariam.GetByText("Ce navigateur ne garde rien")).ToBeVisibleAsync();
        await CutAsync(mariam);
        _network.Restore();
        await Assertions.Expect(mariam.GetByText("rien n’est perdu")).ToBeHiddenAsync();

        await mariam.StopLiveAsync();

        await _witness.AssertReplayHoldsAllAsync(await ReplayAsync(mariam, id));
    }

    [Fact]
    public async Task Full_storage_says_so_and_loses_nothing_in_a_cut()
    {
        var mariam = await PublisherAsync(
            """
            navigator.storage.getDirectory = () => Promise.reject(new DOMException('', 'SecurityError'));
            navigator.storage.estimate = () => Promise.resolve({ quota: 200_000, usage: 0 });
            """
        );
        var id = await mariam.StartLiveAsync("Un live à l’étroit");
        await CutAsync(mariam);
        await Assertions
            .Expect(mariam.GetByText("Le stockage de ce navigateur est plein"))
            .ToBeVisibleAsync();
        _network.Restore();
        await Assertions.Expect(mariam.GetByText("rien n’est perdu")).ToBeHiddenAsync();

        await mariam.StopLiveAsync();

        await _witness.AssertReplayHoldsAllAsync(await ReplayAsync(mariam, id));
    }

    [Fact]
    public async Task Second_page_takes_the_live_over_and_the_first_says_so()
    {
        var first = await PublisherAsync();
        var id = await StartWithBacklogAsync(first, "Un live à deux pages");
        _network.Upload.BitsPerSecond = 960_000;
        var second = await first.Context.NewPageAsync();
        await _witness.WatchAsync(second);
        await second.GotoAsync("/studio");

        await GoOnAsync(second);

        await Assertions
            .Expect(first.GetByText("Une autre connexion diffuse maintenant ce live."))
            .ToBeVisibleAsync();
        await Assertions
            .Expect(first.GetByRole(AriaRole.Progressbar))
            .ToBeHiddenAsync(new() { Timeout = 30_000 });
        await second.StopLiveAsync();
        await _witness.AssertReplayHoldsAllAsync(await ReplayAsync(second, id));
    }

    /// <summary>Mariam, behind the network that the test has in hand.</summary>
    private async Task<IPage> PublisherAsync(string browserLacks = "void 0")
    {
        var mariam = await browser.SignedInAsync(Pages.Mariam, address: _network.Address);
        await mariam.AddInitScriptAsync(browserLacks);
        await _witness.WatchAsync(mariam);
        return mariam;
    }

    /// <summary>A live on a link that is too slow for it, with seconds of it waiting.</summary>
    private async Task<int> StartWithBacklogAsync(IPage page, string title)
    {
        var id = await page.StartLiveAsync(title);
        await page.WaitForFunctionAsync(
            "() => document.querySelector('live-studio video').currentTime > 3"
        );
        _network.Upload.BitsPerSecond = 80_000;
        await WaitingAsync(page, 100_000);
        return id;
    }

    /// <summary>Cuts the network for a few seconds of the live.</summary>
    private async Task CutAsync(IPage page, bool silently = false)
    {
        await page.WaitForFunctionAsync(
            "() => document.querySelector('live-studio video').currentTime > 3"
        );
        Cut(silently);
        await WaitingAsync(page, 200_000);
    }

    private void Cut(bool silently)
    {
        if (silently)
        {
            _network.Stall();
        }
        else
        {
            _network.Cut();
        }
    }

    private static Task WaitingAsync(IPage page, int bytes) =>
        page.WaitForFunctionAsync(
            """
            most => {
              const words = document.querySelector('upload-health .figures').textContent;
              const [, number, unit] = /([0-9,]+)\s(k|M)?o\b/.exec(words) ?? [null, '0'];
              return Number(number.replace(',', '.')) * { k: 1e3, M: 1e6, undefined: 1 }[unit] > most;
            }
            """,
            bytes
        );

    /// <summary>Kills what draws the page and runs its scripts, and opens another in the same browser.</summary>
    private async Task<IPage> CrashAsync(IPage page, string browserLacks = "void 0")
    {
        var next = await page.Context.NewPageAsync();
        var crashed = new TaskCompletionSource();
        page.Crash += (_, _) => crashed.TrySetResult();
        await _witness.PartAsync(page);
        _ = page.GotoAsync("chrome://crash").ContinueWith(_ => { }, TaskScheduler.Default);
        await crashed.Task;
        await next.AddInitScriptAsync(browserLacks);
        await _witness.WatchAsync(next);
        return next;
    }

    /// <summary>Takes the live up again, and waits until all that was left is sent.</summary>
    private static async Task GoOnAsync(IPage page)
    {
        await page.Button("Reprendre le live").ClickAsync();
        await Assertions.Expect(page.GetByText("EN DIRECT").First).ToBeVisibleAsync();
        await page.WaitForFunctionAsync(
            "() => document.querySelector('live-studio video').currentTime > 2"
        );
        await Assertions
            .Expect(page.GetByRole(AriaRole.Progressbar))
            .ToBeHiddenAsync(new() { Timeout = 30_000 });
    }

    private static string PathOf(int id) =>
        string.Create(CultureInfo.InvariantCulture, $"/lives/{id}");

    /// <summary>Downloads the one video of the replay.</summary>
    private async Task<string> ReplayAsync(IPage owner, int id)
    {
        var post = await owner.EvaluateAsync<System.Text.Json.JsonElement>(
            "id => fetch(`/api/posts/live/${id}/`).then((answer) => answer.json())",
            id
        );
        var media = Assert.Single(post.GetProperty("media_files").EnumerateArray());
        var file = Path.Combine(
            browser.Site.DataPath,
            string.Create(CultureInfo.InvariantCulture, $"replay-{id}.webm")
        );
        using var client = new HttpClient();
        await File.WriteAllBytesAsync(
            file,
            await client.GetByteArrayAsync(media.GetProperty("file_url").GetString())
        );
        return file;
    }
}
