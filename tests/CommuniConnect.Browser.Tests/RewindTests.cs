using CommuniConnect.Browser.Tests.Support;
using Microsoft.Playwright;

namespace CommuniConnect.Browser.Tests;

/// <summary>Going back in a live while it runs, and from there into its replay.</summary>
public sealed class RewindTests(BrowserFixture browser)
    : IClassFixture<BrowserFixture>,
        IAsyncDisposable
{
    public ValueTask DisposeAsync() => browser.ClearAsync();

    [Fact]
    public async Task Viewer_goes_back_pauses_returns_and_is_in_the_replay_where_they_were()
    {
        var (mariam, alpha) = await WatchedAsync("Match de quartier", 6, 360, 740);
        var toEdge = alpha.GetByRole(AriaRole.Button, new() { Name = "Revenir au direct" });
        await Assertions.Expect(toEdge).ToBeHiddenAsync();
        await alpha.ScreenshotAsync("rewind-at-edge");

        // Back to the first second, by the slider's own key.
        var slider = alpha.GetByRole(AriaRole.Slider, new() { Name = "Progression" });
        await slider.FocusAsync();
        await alpha.Keyboard.PressAsync("Home");
        await UntilAsync(
            alpha,
            "p => p.mediaTimeSeconds > 0.6 && p.mediaTimeSeconds < 3 && p.video?.readyState >= 3"
        );
        await Assertions.Expect(toEdge).ToBeVisibleAsync();
        await Assertions.Expect(toEdge).ToContainTextAsync("de retard");
        await UntilAsync(alpha, "p => p.mediaTimeSeconds > 1.5 && p.behindSeconds > 3");
        Assert.Matches(
            "^00:0[0-9] sur 00:[0-9]{2}$",
            await slider.GetAttributeAsync("aria-valuetext")
        );
        await alpha.ScreenshotAsync("rewind-behind");

        // While paused the live goes on, and the picture goes on where it stood.
        await alpha.Button("Pause").ClickAsync();
        var stood = await alpha.EvaluateAsync<double>(Of("p => p.mediaTimeSeconds"));
        var behind = await alpha.EvaluateAsync<double>(Of("p => p.behindSeconds"));
        await UntilAsync(alpha, $"p => p.behindSeconds > {Invariant(behind + 1.5)}");
        await alpha.Button("Lecture").ClickAsync();
        Assert.InRange(await FirstAfterAsync(alpha, stood + 0.3), stood, stood + 1.8);

        await toEdge.ClickAsync();
        await Assertions.Expect(toEdge).ToBeHiddenAsync();
        await UntilAsync(alpha, "p => p.behindSeconds < 2 && p.mediaTimeSeconds > 8");

        // Paused at the edge and gone on: behind, with nothing missed.
        await alpha.Button("Pause").ClickAsync();
        stood = await alpha.EvaluateAsync<double>(Of("p => p.mediaTimeSeconds"));
        await Assertions.Expect(toEdge).ToBeVisibleAsync();
        await alpha.Button("Lecture").ClickAsync();
        Assert.InRange(await FirstAfterAsync(alpha, stood + 0.3), stood, stood + 1.8);

        await slider.FocusAsync();
        await alpha.Keyboard.PressAsync("Home");
        await UntilAsync(alpha, "p => p.mediaTimeSeconds < 0.9");
        await UntilAsync(alpha, "p => p.mediaTimeSeconds > 1 && p.mediaTimeSeconds < 4");
        var ended = alpha.EvaluateAsync<double>(
            "() => new Promise(r => { const p = document.querySelector('live-player');"
                + " let t = 0; const look = () => p.isConnected ? (t = p.mediaTimeSeconds ?? t, requestAnimationFrame(look)) : r(t); look(); })"
        );
        await mariam.StopLiveAsync();
        await alpha.WaitForPictureAsync("replay-player video");
        // It plays on from the moment it had come to.
        var from = await ended;
        Assert.InRange(from, 1, 8);
        var replay = await alpha.WaitForFunctionAsync(
            "() => { const p = document.querySelector('replay-player'); return p.video.readyState >= 2 && !p.video.seeking && p.currentTime }"
        );
        Assert.InRange(await replay.JsonValueAsync<double>(), from - 0.5, from + 1.5);
        await alpha.WaitForProgressAsync("replay-player video", 0.3);
        await alpha.ScreenshotAsync("rewind-replay");
    }

    [Fact]
    public async Task Speed_is_offered_behind_the_edge_only_and_leads_back_to_it()
    {
        var (mariam, alpha) = await WatchedAsync("Vite vu", 5);
        var speed = alpha.GetByLabel("Vitesse");
        await Assertions.Expect(speed).ToBeHiddenAsync();

        await alpha.Locator("live-player").FocusAsync();
        await alpha.Keyboard.PressAsync("j");
        await UntilAsync(alpha, "p => p.mediaTimeSeconds < 3");
        await alpha.ScreenshotAsync("rewind-behind");
        await speed.SelectOptionAsync("2");

        await Assertions.Expect(speed).ToBeHiddenAsync(new() { Timeout = 20_000 });
        await UntilAsync(alpha, "p => p.behindSeconds < 2 && (p.video?.playbackRate ?? 1) < 1.5");
        await mariam.StopLiveAsync();
    }

    [Fact]
    public async Task What_was_gone_back_to_goes_on_after_its_decoder_broke()
    {
        var (mariam, alpha) = await WatchedAsync("Image cassée", 5);
        await alpha.Locator("live-player").FocusAsync();
        await alpha.Keyboard.PressAsync("Home");
        await UntilAsync(alpha, "p => p.mediaTimeSeconds < 3 && p.video?.readyState >= 3");

        await alpha.EvaluateAsync(
            Of("p => { window.broken = p.video.src; p.video.dispatchEvent(new Event('error')) }")
        );
        await UntilAsync(alpha, "p => p.video.src !== window.broken && p.video.readyState >= 3");

        await alpha.WaitForLiveProgressAsync(1);
        await Assertions.Expect(alpha.Button("Pause")).ToBeVisibleAsync();
        await mariam.StopLiveAsync();
    }

    /// <summary>A live of which a viewer has seen some seconds.</summary>
    private async Task<(IPage Studio, IPage Viewer)> WatchedAsync(
        string title,
        int seconds,
        int width = 1280,
        int height = 800
    )
    {
        var mariam = await browser.SignedInAsync(Pages.Mariam);
        var alpha = await browser.SignedInAsync(Pages.Alpha, width, height);
        var id = await mariam.StartLiveAsync(title);
        await alpha.GotoAsync($"/lives/{id}");
        await UntilAsync(alpha, $"p => p.mediaTimeSeconds > {seconds}");
        return (mariam, alpha);
    }

    private static Task UntilAsync(IPage page, string condition) =>
        page.WaitForFunctionAsync(Of(condition));

    /// <summary>The first instant on screen behind another.</summary>
    private static async Task<double> FirstAfterAsync(IPage page, double seconds)
    {
        var instant = await page.WaitForFunctionAsync(
            Of($"p => p.mediaTimeSeconds > {Invariant(seconds)} && p.mediaTimeSeconds")
        );
        return await instant.JsonValueAsync<double>();
    }

    private static string Of(string function) =>
        $"() => ({function})(document.querySelector('live-player'))";

    private static string Invariant(double value) =>
        value.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
