using System.Diagnostics;
using System.Globalization;
using CommuniConnect.Browser.Tests.Support;
using CommuniConnect.Server.Tests.Support;
using Microsoft.Playwright;

namespace CommuniConnect.Browser.Tests;

/// <summary>Viewers to whom nothing comes for a while, or who are not there when it does.</summary>
public sealed class WaitingViewerTests(BrowserFixture browser)
    : IClassFixture<BrowserFixture>,
        IAsyncDisposable
{
    private const string Sound = "document.querySelector('live-player').soundTimeSeconds";
    private const string Picture = "document.querySelector('live-player').mediaTimeSeconds";
    private const int FilmSeconds = 120;

    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(1);

    private readonly List<Process> _cameras = [];

    public async ValueTask DisposeAsync()
    {
        foreach (var camera in _cameras)
        {
            camera.Kill();
            camera.Dispose();
        }
        await browser.ClearAsync();
    }

    [Theory]
    [InlineData("direct")]
    [InlineData("comfort")]
    public async Task Pause_lasts_while_the_connection_comes_back(string way)
    {
        await using var network = new ThrottledProxy(browser.Site.Address);
        var (id, ingest) = await StartAsync("En pause dans le tunnel");
        Film(ingest);
        var alpha = await browser.SignedInAsync(Pages.Alpha, address: network.Address);
        await WatchAsync(alpha, id, way);

        network.Cut();
        await Assertions.Expect(alpha.GetByText("Interrompu, reprise…")).ToBeVisibleAsync();
        await alpha.Button("Pause").ClickAsync();
        network.Restore();

        await LiveGoesOnAsync(alpha, id, seconds: 4);
        await Assertions.Expect(alpha.Button("Lecture")).ToBeVisibleAsync();
        var stood = await alpha.EvaluateAsync<double>($"() => {Picture}");
        await LiveGoesOnAsync(alpha, id, seconds: 3);
        Assert.Equal(stood, await alpha.EvaluateAsync<double>($"() => {Picture}"), 0.05);
        await alpha.GetByRole(AriaRole.Button, new() { Name = "Revenir au direct" }).ClickAsync();
        await alpha.WaitForFunctionAsync($"t => {Picture} > t", stood + 3);
    }

    [Fact]
    public async Task Silence_of_the_network_is_caught_up_with_in_Direct()
    {
        await using var network = new ThrottledProxy(browser.Site.Address);
        var (id, ingest) = await StartAsync("Le tunnel, puis tout à la fois");
        Film(ingest);
        var mariam = await browser.SignedInAsync(Pages.Mariam);
        var alpha = await browser.SignedInAsync(Pages.Alpha, address: network.Address);
        var askedAnew = 0; // as the player does after a fault of its decoder
        OnSent(alpha, "\"rejoin\"", () => Interlocked.Increment(ref askedAnew));
        await WatchAsync(alpha, id, "direct");
        await alpha.WaitForLiveProgressAsync(3);
        var lag = await alpha.LagAsync();
        Volatile.Write(ref askedAnew, 0);

        network.Stall();
        await LiveGoesOnAsync(mariam, id, seconds: 5); // fifty pictures
        network.Restore();

        await alpha.WaitForFunctionAsync(
            $"most => performance.now() / 1000 - {Picture} < most",
            lag + 1
        );
        await alpha.WaitForLiveProgressAsync(2);
        Assert.Equal(0, Volatile.Read(ref askedAnew));
        Assert.Equal("direct", await alpha.EvaluateAsync<string>($"() => {Watching.Mode}"));
    }

    [Fact]
    public async Task Tab_left_to_wait_is_heard_when_the_live_goes_on()
    {
        var (id, ingest) = await StartAsync("On revient tout de suite");
        var camera = Film(ingest);
        var alpha = await browser.SignedInAsync(Pages.Alpha);
        await alpha.AddInitScriptAsync(Watching.TurnedPage);
        var soundOnly = AsksForSoundOnlyAsync(alpha);
        await WatchAsync(alpha, id, "direct");

        camera.Kill();
        await Assertions.Expect(alpha.GetByText("Interrompu, reprise…")).ToBeVisibleAsync();
        await alpha.EvaluateAsync("() => turn(true)");
        await soundOnly.WaitAsync(LongestWait);
        Assert.Null(await alpha.EvaluateAsync<double?>($"() => {Sound}"));
        Film(ingest);

        await alpha.WaitForFunctionAsync($"() => {Sound} > {Picture} + 1");
        await alpha.EvaluateAsync("() => turn(false)");
        await alpha.WaitForFunctionAsync($"() => Math.abs({Sound} - {Picture}) < 0.2");
    }

    [Fact]
    public async Task Live_of_sound_alone_is_played_in_Direct()
    {
        var (id, ingest) = await StartAsync("La radio du quartier");
        Radio(ingest);
        var alpha = await browser.SignedInAsync(Pages.Alpha);
        await alpha.GotoAsync(PathOf(id));

        await Assertions
            .Expect(alpha.Locator("live-player .player-status"))
            .ToHaveTextAsync("En direct");
        await alpha.WaitForFunctionAsync($"() => {Watching.Mode} === 'direct'");
        await alpha.WaitForLiveProgressAsync(3);
        await alpha.ScreenshotAsync("direct-radio");
    }

    [Fact]
    public async Task Browser_that_cannot_play_the_live_says_so_once()
    {
        var (id, ingest) = await StartAsync("Pas pour tous");
        Film(ingest);
        var alpha = await browser.SignedInAsync(Pages.Alpha);
        await alpha.AddInitScriptAsync(
            "delete window.VideoDecoder; MediaSource.isTypeSupported = () => false;"
        );
        await alpha.GotoAsync(PathOf(id));
        await Assertions
            .Expect(alpha.GetByText("Ce navigateur ne sait pas lire le direct"))
            .ToBeVisibleAsync();

        await alpha.EvaluateAsync(
            """
            () => {
              window.changes = 0;
              new MutationObserver((seen) => (changes += seen.length))
                .observe(document.querySelector('.player-status'), { childList: true, characterData: true, subtree: true });
            }
            """
        );
        await LiveGoesOnAsync(alpha, id, seconds: 7);

        Assert.Equal(0, await alpha.EvaluateAsync<int>("() => changes"));
    }

    /// <summary>A live that a program is about to send.</summary>
    private async Task<(int Id, string IngestUrl)> StartAsync(string title)
    {
        using var mariam = await Member.SignInAsync(browser.Site.Address, Pages.Mariam);
        return await mariam.StartLiveAsync(title);
    }

    /// <summary>Watches a live in one way until it has gone on for a second.</summary>
    private static async Task WatchAsync(IPage page, int id, string way)
    {
        await page.GotoAsync(PathOf(id));
        await page.GetByLabel("Mode de lecture").SelectOptionAsync(way);
        await page.WaitForFunctionAsync($"way => {Watching.Mode} === way", way);
        await page.WaitForLiveProgressAsync(1);
    }

    /// <summary>Completes when a page that is opened from now on asks for the sound without its picture.</summary>
    private static Task AsksForSoundOnlyAsync(IPage page)
    {
        var asked = new TaskCompletionSource();
        OnSent(page, "\"video\":false", () => asked.TrySetResult());
        return asked.Task;
    }

    /// <summary>Tells of each message with these words that a page which is opened from now on sends over a WebSocket.</summary>
    private static void OnSent(IPage page, string words, Action sent) =>
        page.WebSocket += (_, socket) =>
            socket.FrameSent += (_, frame) =>
            {
                if (frame.Text?.Contains(words, StringComparison.Ordinal) == true)
                {
                    sent();
                }
            };

    /// <summary>Waits until the server has more of a live, whatever the page does with it.</summary>
    private static async Task LiveGoesOnAsync(IPage page, int id, double seconds)
    {
        using var limit = new CancellationTokenSource(LongestWait);
        var until = await DurationAsync(page, id) + seconds;
        while (await DurationAsync(page, id) < until)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(200), limit.Token);
        }
    }

    private static Task<double> DurationAsync(IPage page, int id) =>
        page.EvaluateAsync<double>(
            "id => fetch(`/api/posts/live/${id}/`).then((answer) => answer.json()).then(({ live }) => live.duration)",
            id
        );

    private static string PathOf(int id) =>
        string.Create(CultureInfo.InvariantCulture, $"/lives/{id}");

    private Process Film(string ingestUrl) =>
        Kept(GreyFilm.Start(ingestUrl, 0, FilmSeconds, "-re"));

    private Process Radio(string ingestUrl) =>
        Kept(
            Tool.Start(
                "ffmpeg",
                [
                    "-v",
                    "error",
                    "-re",
                    "-f",
                    "lavfi",
                    "-i",
                    $"sine=frequency=440:sample_rate=48000:duration={FilmSeconds}",
                    "-c:a",
                    "libopus",
                    "-flush_packets",
                    "1",
                    "-cluster_time_limit",
                    "100",
                    "-f",
                    "webm",
                    "-live",
                    "1",
                    ingestUrl,
                ]
            )
        );

    private Process Kept(Process camera)
    {
        _cameras.Add(camera);
        return camera;
    }
}
