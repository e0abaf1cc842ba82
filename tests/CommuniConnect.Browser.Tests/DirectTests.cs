using System.Globalization;
using System.Text.RegularExpressions;
using CommuniConnect.Browser.Tests.Support;
using Microsoft.Playwright;

namespace CommuniConnect.Browser.Tests;

/// <summary>The player that decodes the live itself, and the way it falls back on.</summary>
public sealed partial class DirectTests(BrowserFixture browser)
    : IClassFixture<BrowserFixture>,
        IAsyncDisposable
{
    private const string MediaTime =
        "() => document.querySelector('live-player')?.mediaTimeSeconds ?? 0";

    /// <summary>When the page got its player and when that showed its first picture, by the page's clock.</summary>
    private const string PictureWatch = """
        new MutationObserver((_, look) => {
          if (!document.querySelector('live-player')) return;
          look.disconnect();
          window.playerMs = performance.now();
        }).observe(document, { childList: true, subtree: true });
        document.addEventListener('player-state', ({ detail }) => {
          if (detail.state === 'playing') window.pictureMs ??= performance.now();
        });
        """;

    public ValueTask DisposeAsync() => browser.ClearAsync();

    [Fact]
    public async Task Picture_comes_before_all_else_that_the_page_asks_for()
    {
        var mariam = await browser.SignedInAsync(Pages.Mariam);
        var alpha = await browser.SignedInAsync(Pages.Alpha);
        var id = await mariam.StartLiveAsync("L’image d’abord");
        await alpha.AddInitScriptAsync(PictureWatch);
        await alpha.GotoAsync(string.Create(CultureInfo.InvariantCulture, $"/lives/{id}"));
        await alpha.WaitForLiveProgressAsync(1);
        await Assertions.Expect(alpha.Locator(".live-about .stats")).ToBeVisibleAsync();

        // A picture that takes longer than half a second does not hold up the rest.
        var early = await alpha.EvaluateAsync<string[]>(
            """
            () => performance.getEntriesByType('resource')
              .filter(({ name, startTime }) => name.includes('/api/') && startTime < Math.min(pictureMs, playerMs + 500))
              .map(({ name }) => name)
            """
        );

        Assert.Empty(early);
        await mariam.StopLiveAsync();
    }

    [Fact]
    public async Task Viewer_sees_the_live_in_Direct_with_its_delay_and_chooses_other_ways_without_a_blink()
    {
        var mariam = await browser.SignedInAsync(Pages.Mariam);
        var alpha = await browser.SignedInAsync(Pages.Alpha);
        // The delay is right whatever the clocks of the two say.
        await mariam.AddInitScriptAsync(Watching.WrongClock(hours: 24));
        await alpha.AddInitScriptAsync(Watching.WrongClock(hours: -25));
        var id = await mariam.StartLiveAsync("Au plus près");
        await alpha.GotoAsync(string.Create(CultureInfo.InvariantCulture, $"/lives/{id}"));

        await alpha.WaitForLiveProgressAsync(2);
        await alpha.WaitForFunctionAsync($"() => {Watching.Mode} === 'direct'");
        await Assertions.Expect(alpha.Locator(".mode-words")).ToHaveTextAsync(DirectBadge());
        var delayMs = await alpha.EvaluateAsync<double>(
            "() => document.querySelector('live-player').delayMs"
        );
        Assert.InRange(delayMs, 1, 5_000);
        await Assertions.Expect(alpha.Locator("live-player canvas")).ToBeVisibleAsync();
        await alpha.ScreenshotAsync("direct");
        await Assertions
            .Expect(mariam.Locator(".viewer-delay"))
            .ToHaveTextAsync(DelayOfViewers(), new() { Timeout = 20_000 });
        await mariam.ScreenshotAsync("direct-studio");

        var choice = alpha.GetByLabel("Mode de lecture");
        await choice.SelectOptionAsync("comfort");
        await alpha.WaitForFunctionAsync($"() => {Watching.Mode} === 'comfort'");
        await alpha.WaitForLiveProgressAsync(1);
        await Assertions.Expect(alpha.Locator(".mode-words")).ToHaveTextAsync(ComfortBadge());
        await alpha.ScreenshotAsync("comfort");
        await choice.SelectOptionAsync("sound");
        await alpha.WaitForFunctionAsync($"() => {Watching.Mode} === 'sound'");
        await Assertions.Expect(alpha.Locator(".mode-words")).ToHaveTextAsync(SoundBadge());
        await alpha.WaitForLiveProgressAsync(1);
        await alpha.ScreenshotAsync("sound-only");
        await choice.SelectOptionAsync("auto");
        await alpha.WaitForFunctionAsync($"() => {Watching.Mode} === 'direct'");
        await alpha.WaitForLiveProgressAsync(1);

        await mariam.StopLiveAsync();
        await Assertions.Expect(alpha.GetByText("ENREGISTRÉ EN DIRECT").First).ToBeVisibleAsync();
        await alpha.GotoAsync("/");
        await Assertions
            .Expect(alpha.Locator("time[data-relative]").First)
            .ToHaveTextAsync(SecondsAgo());
    }

    [Fact]
    public async Task Direct_comes_back_after_its_connection_was_cut()
    {
        var mariam = await browser.SignedInAsync(Pages.Mariam);
        var alpha = await browser.SignedInAsync(Pages.Alpha);
        await alpha.AddInitScriptAsync(Watching.WatchedSockets);
        var id = await mariam.StartLiveAsync("Coupure");
        await alpha.GotoAsync(string.Create(CultureInfo.InvariantCulture, $"/lives/{id}"));
        await alpha.GetByLabel("Mode de lecture").SelectOptionAsync("direct");
        await alpha.WaitForLiveProgressAsync(1);

        await alpha.EvaluateAsync("() => watchSockets.at(-1).close()");
        await alpha.WaitForFunctionAsync("() => watchSockets.length > 1");

        await alpha.WaitForLiveProgressAsync(2);
        Assert.Equal("direct", await alpha.EvaluateAsync<string>($"() => {Watching.Mode}"));
        await mariam.StopLiveAsync();
    }

    [Fact]
    public async Task Page_nobody_sees_or_hears_costs_nothing_and_is_back_at_the_edge_when_it_is_seen()
    {
        var mariam = await browser.SignedInAsync(Pages.Mariam);
        var alpha = await browser.SignedInAsync(Pages.Alpha);
        await alpha.AddInitScriptAsync(Watching.WatchedSockets);
        await alpha.AddInitScriptAsync(Watching.TurnedPage);
        var id = await mariam.StartLiveAsync("Onglet caché");
        await alpha.GotoAsync(string.Create(CultureInfo.InvariantCulture, $"/lives/{id}"));
        await alpha.GetByLabel("Mode de lecture").SelectOptionAsync("direct");
        await alpha.WaitForLiveProgressAsync(1);
        await alpha.Button("Couper le son").ClickAsync();

        await alpha.EvaluateAsync("() => turn(true)");
        await alpha.WaitForFunctionAsync("() => watchSockets.at(-1).readyState === 3");
        var left = await alpha.EvaluateAsync<double>(MediaTime);
        // Meanwhile the live goes on.
        await mariam.WaitForFunctionAsync(
            "t => document.querySelector('live-studio video').currentTime > t",
            await mariam.EvaluateAsync<double>(
                "() => document.querySelector('live-studio video').currentTime"
            ) + 3
        );
        Assert.Equal(1, await alpha.EvaluateAsync<int>("() => watchSockets.length"));
        await alpha.EvaluateAsync("() => turn(false)");

        await alpha.WaitForFunctionAsync($"t => ({MediaTime})() > t", left + 3);
        Assert.Equal(2, await alpha.EvaluateAsync<int>("() => watchSockets.length"));
        await mariam.StopLiveAsync();
    }

    [Fact]
    public async Task Page_that_was_only_heard_is_back_at_the_edge_after_a_cut_meanwhile()
    {
        var (mariam, alpha, lag) = await WatchedAsync("Écouté de loin");

        await alpha.EvaluateAsync("() => turn(true)");
        // The picture is not sent any more, and the sound goes on.
        await alpha.WaitForFunctionAsync(
            "() => { const p = document.querySelector('live-player'); return p.soundTimeSeconds > p.mediaTimeSeconds + 2 }"
        );
        await alpha.EvaluateAsync("() => watchSockets.at(-1).close()");
        await alpha.WaitForFunctionAsync(
            "t => watchSockets.length > 1 && document.querySelector('live-player').soundTimeSeconds > t",
            await alpha.EvaluateAsync<double>(
                "() => document.querySelector('live-player').soundTimeSeconds"
            ) + 2
        );
        await alpha.EvaluateAsync("() => turn(false)");

        await alpha.WaitForEdgeTogetherAsync(lag, withinSeconds: 3);
        await mariam.StopLiveAsync();
    }

    [Fact]
    public async Task Page_that_slept_is_back_at_the_edge_by_another_connection()
    {
        var (mariam, alpha, lag) = await WatchedAsync("Téléphone en veille");

        // Nothing runs on a page that sleeps, and what is sent to it waits.
        await alpha.EvaluateAsync(
            "() => { turn(true); const end = performance.now() + 4000; while (performance.now() < end); turn(false) }"
        );

        await alpha.WaitForFunctionAsync("() => watchSockets.length > 1");
        await alpha.WaitForEdgeTogetherAsync(lag, withinSeconds: 3);
        await mariam.StopLiveAsync();
    }

    [Fact]
    public async Task Picture_in_picture_moves_while_the_page_is_hidden_and_is_given_up_when_it_is_closed()
    {
        var (mariam, alpha, lag) = await WatchedAsync("En petit");
        // A browser that does not want to, once.
        await alpha.EvaluateAsync(
            """
            () => {
              const video = HTMLVideoElement.prototype;
              const { requestPictureInPicture } = video;
              video.requestPictureInPicture = () => {
                Object.assign(video, { requestPictureInPicture });
                return Promise.reject(new DOMException('', 'NotAllowedError'));
              };
            }
            """
        );
        var button = alpha.GetByRole(AriaRole.Button, new() { Name = "Image dans l’image" });
        await button.ClickAsync();
        var refused = alpha.GetByText("Le navigateur refuse l’image dans l’image");
        await Assertions.Expect(refused).ToBeVisibleAsync();
        await button.ClickAsync();
        await Assertions.Expect(refused).ToHaveCountAsync(0);
        await alpha.WaitForFunctionAsync("() => document.pictureInPictureElement?.videoWidth > 0");

        await alpha.EvaluateAsync("() => turn(true)");
        // Longer than a hidden page is sent its picture.
        await alpha.WaitForFunctionAsync(
            "t => document.pictureInPictureElement.currentTime > t",
            await alpha.EvaluateAsync<double>("() => document.pictureInPictureElement.currentTime")
                + 7
        );
        await alpha.WaitForEdgeTogetherAsync(lag + Watching.MostKeptSoundSeconds);
        await alpha.EvaluateAsync(
            "async () => { await document.exitPictureInPicture(); turn(false) }"
        );

        await alpha.WaitForFunctionAsync("() => !document.querySelector('live-player video')");
        await alpha.WaitForEdgeTogetherAsync(lag + Watching.MostKeptSoundSeconds);
        await mariam.StopLiveAsync();
    }

    /// <summary>A live that somebody sees and hears in Direct.</summary>
    private async Task<(IPage Studio, IPage Viewer, double Lag)> WatchedAsync(string title)
    {
        var mariam = await browser.SignedInAsync(Pages.Mariam);
        var alpha = await browser.SignedInAsync(Pages.Alpha);
        await alpha.AddInitScriptAsync(Watching.WatchedSockets);
        await alpha.AddInitScriptAsync(Watching.TurnedPage);
        var id = await mariam.StartLiveAsync(title);
        await alpha.GotoAsync(string.Create(CultureInfo.InvariantCulture, $"/lives/{id}"));
        await alpha.GetByLabel("Mode de lecture").SelectOptionAsync("direct");
        await alpha.WaitForLiveProgressAsync(2);
        var lag = await alpha.LagTogetherAsync();
        return (mariam, alpha, lag);
    }

    [Fact]
    public async Task Browser_without_WebCodecs_plays_in_Confort()
    {
        var mariam = await browser.SignedInAsync(Pages.Mariam);
        var alpha = await browser.SignedInAsync(Pages.Alpha);
        await alpha.AddInitScriptAsync("delete window.VideoDecoder");
        var id = await mariam.StartLiveAsync("Sans décodeur");
        await alpha.GotoAsync(string.Create(CultureInfo.InvariantCulture, $"/lives/{id}"));

        await alpha.WaitForLiveProgressAsync(2);

        Assert.Equal("comfort", await alpha.EvaluateAsync<string>($"() => {Watching.Mode}"));
        await Assertions.Expect(alpha.GetByLabel("Mode de lecture")).ToBeHiddenAsync();
        await mariam.StopLiveAsync();
    }

    [Fact]
    public async Task Decoder_that_fails_again_and_again_is_given_up_for_Confort()
    {
        var mariam = await browser.SignedInAsync(Pages.Mariam);
        var alpha = await browser.SignedInAsync(Pages.Alpha);
        await alpha.AddInitScriptAsync(
            """
            VideoDecoder.prototype.decode = function () { throw new DOMException('broken', 'EncodingError'); };
            """
        );
        var id = await mariam.StartLiveAsync("Décodeur en panne");
        await alpha.GotoAsync(string.Create(CultureInfo.InvariantCulture, $"/lives/{id}"));

        await alpha.WaitForFunctionAsync($"() => {Watching.Mode} === 'comfort'");
        await alpha.WaitForLiveProgressAsync(2);
        await mariam.StopLiveAsync();
    }

    [GeneratedRegex(@"^Direct · [\d\s]+ ms$", RegexOptions.None, 1_000)]
    private static partial Regex DirectBadge();

    [GeneratedRegex(@"^il y a .*(?:seconde|minute)s?$", RegexOptions.None, 1_000)]
    private static partial Regex SecondsAgo();

    [GeneratedRegex(@"^Confort · [\d\s]+ ms$", RegexOptions.None, 1_000)]
    private static partial Regex ComfortBadge();

    [GeneratedRegex(@"^Son seul · [\d,]+ [kM]?o$", RegexOptions.None, 1_000)]
    private static partial Regex SoundBadge();

    [GeneratedRegex(
        @"^Retard des spectateurs : [\d\s]+ ms \(95 % sous [\d\s]+ ms\)$",
        RegexOptions.None,
        1_000
    )]
    private static partial Regex DelayOfViewers();
}
