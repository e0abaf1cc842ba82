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

    /// <summary>Longer than a page is hidden before somebody asks what it is still good for.</summary>
    private const int LongHiddenMs = 7_000;

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
        using var mariam = await Member.SignInAsync(browser.Site.Address, Pages.Mariam);
        await using var network = new ThrottledProxy(browser.Site.Address);
        var (id, ingest) = await mariam.StartLiveAsync("En pause dans le tunnel");
        Film(ingest);
        var alpha = await browser.SignedInAsync(Pages.Alpha, address: network.Address);
        await alpha.GotoAsync(PathOf(id));
        await alpha.GetByLabel("Mode de lecture").SelectOptionAsync(way);
        await alpha.WaitForFunctionAsync($"way => {Watching.Mode} === way", way);
        await alpha.WaitForLiveProgressAsync(1);

        network.Cut();
        await Assertions.Expect(alpha.GetByText("Interrompu, reprise…")).ToBeVisibleAsync();
        await alpha.Button("Pause").ClickAsync();
        network.Restore();

        await LiveGoesOnAsync(mariam, id, seconds: 4);
        await Assertions.Expect(alpha.Button("Lecture")).ToBeVisibleAsync();
        var stood = await alpha.EvaluateAsync<double>($"() => {Picture}");
        await LiveGoesOnAsync(mariam, id, seconds: 3);
        Assert.Equal(stood, await alpha.EvaluateAsync<double>($"() => {Picture}"), 0.05);
        await alpha.GetByRole(AriaRole.Button, new() { Name = "Revenir au direct" }).ClickAsync();
        await alpha.WaitForFunctionAsync($"t => {Picture} > t", stood + 3);
    }

    [Fact]
    public async Task Tab_left_to_wait_is_heard_when_the_live_goes_on()
    {
        using var mariam = await Member.SignInAsync(browser.Site.Address, Pages.Mariam);
        var (id, ingest) = await mariam.StartLiveAsync("On revient tout de suite");
        var camera = Film(ingest);
        var alpha = await browser.SignedInAsync(Pages.Alpha);
        await alpha.AddInitScriptAsync(Watching.TurnedPage);
        await alpha.GotoAsync(PathOf(id));
        await alpha.GetByLabel("Mode de lecture").SelectOptionAsync("direct");
        await alpha.WaitForLiveProgressAsync(1);

        camera.Kill();
        await Assertions.Expect(alpha.GetByText("Interrompu, reprise…")).ToBeVisibleAsync();
        await HideLongAsync(alpha);
        Assert.Null(await alpha.EvaluateAsync<double?>($"() => {Sound}"));
        Film(ingest);

        await alpha.WaitForFunctionAsync($"() => {Sound} > {Picture} + 1");
        await alpha.EvaluateAsync("() => turn(false)");
        await alpha.WaitForFunctionAsync($"() => Math.abs({Sound} - {Picture}) < 0.2");
    }

    [Fact]
    public async Task Live_of_sound_alone_is_played_in_Direct()
    {
        using var mariam = await Member.SignInAsync(browser.Site.Address, Pages.Mariam);
        var (id, ingest) = await mariam.StartLiveAsync("La radio du quartier");
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
        using var mariam = await Member.SignInAsync(browser.Site.Address, Pages.Mariam);
        var (id, ingest) = await mariam.StartLiveAsync("Pas pour tous");
        Film(ingest);
        var alpha = await browser.SignedInAsync(Pages.Alpha);
        await alpha.AddInitScriptAsync(
            "delete window.VideoDecoder; MediaSource.isTypeSupported = () => false;"
        );
        await alpha.GotoAsync(PathOf(id));
        await Assertions
            .Expect(alpha.GetByText("Ce navigateur ne sait pas lire le direct"))
            .ToBeVisibleAsync();

        var changes = alpha.EvaluateAsync<int>(
            """
            (ms) => new Promise((resolve) => {
              let changes = 0;
              new MutationObserver((seen) => (changes += seen.length))
                .observe(document.querySelector('.player-status'), { childList: true, characterData: true, subtree: true });
              setTimeout(() => resolve(changes), ms);
            })
            """,
            LongHiddenMs
        );

        Assert.Equal(0, await changes);
    }

    /// <summary>Hides a page for longer than it takes to be given up.</summary>
    private static Task HideLongAsync(IPage page) =>
        page.EvaluateAsync(
            "(ms) => { turn(true); return new Promise((resolve) => setTimeout(resolve, ms)) }",
            LongHiddenMs
        );

    private static async Task LiveGoesOnAsync(Member owner, int id, double seconds)
    {
        var until = await DurationAsync(owner, id) + seconds;
        while (await DurationAsync(owner, id) < until)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(200));
        }
    }

    private static async Task<double> DurationAsync(Member owner, int id)
    {
        var post = await owner.GetAsync($"/api/posts/live/{id}/");
        return post.GetProperty("live").GetProperty("duration").GetDouble();
    }

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
