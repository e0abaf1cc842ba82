using CommuniConnect.Browser.Tests.Support;
using Microsoft.Playwright;

namespace CommuniConnect.Browser.Tests;

/// <summary>Going back in a live while it runs, and from there into its replay.</summary>
public sealed class RewindTests(BrowserFixture browser) : IClassFixture<BrowserFixture>
{
    [Fact]
    public async Task Viewer_goes_back_pauses_returns_and_is_in_the_replay_where_they_were()
    {
        var mariam = await browser.SignedInAsync(Pages.Mariam);
        var alpha = await browser.SignedInAsync(Pages.Alpha, 360, 740);
        var id = await mariam.StartLiveAsync("Match de quartier");
        await alpha.GotoAsync($"/lives/{id}");
        await UntilAsync(alpha, "p => p.mediaTimeSeconds > 6");
        var toEdge = alpha.GetByRole(AriaRole.Button, new() { Name = "Revenir au direct" });
        await Assertions.Expect(toEdge).ToBeHiddenAsync();
        await alpha.ScreenshotAsync("rewind-at-edge");

        // Back to the first second, by the slider's own key.
        var slider = alpha.GetByRole(AriaRole.Slider, new() { Name = "Progression" });
        await slider.FocusAsync();
        await alpha.Keyboard.PressAsync("Home");
        await UntilAsync(alpha, "p => p.mediaTimeSeconds < 3 && p.video?.readyState >= 3");
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
        await UntilAsync(alpha, $"p => p.mediaTimeSeconds > {Invariant(stood + 0.3)}");
        Assert.InRange(
            await alpha.EvaluateAsync<double>(Of("p => p.mediaTimeSeconds")),
            stood,
            stood + 1.5
        );

        await toEdge.ClickAsync();
        await Assertions.Expect(toEdge).ToBeHiddenAsync();
        await UntilAsync(alpha, "p => p.behindSeconds < 2 && p.mediaTimeSeconds > 8");

        // Paused at the edge and gone on: behind, with nothing missed.
        await alpha.Button("Pause").ClickAsync();
        stood = await alpha.EvaluateAsync<double>(Of("p => p.mediaTimeSeconds"));
        await Assertions.Expect(toEdge).ToBeVisibleAsync();
        await alpha.Button("Lecture").ClickAsync();
        await UntilAsync(alpha, $"p => p.mediaTimeSeconds > {Invariant(stood + 0.3)}");
        Assert.InRange(
            await alpha.EvaluateAsync<double>(Of("p => p.mediaTimeSeconds")),
            stood,
            stood + 1.5
        );

        await alpha.Button("Reculer de 10 secondes").ClickAsync();
        await UntilAsync(alpha, "p => p.mediaTimeSeconds < 5 && p.video?.readyState >= 3");
        await mariam.StopLiveAsync();
        await alpha.WaitForPictureAsync("replay-player video");
        await alpha.WaitForProgressAsync("replay-player video", 0.3);
        Assert.InRange(
            await alpha.EvaluateAsync<double>(
                "() => document.querySelector('replay-player').currentTime"
            ),
            0.3,
            9
        );
        await alpha.ScreenshotAsync("rewind-replay");
    }

    [Fact]
    public async Task Speed_is_offered_behind_the_edge_only_and_leads_back_to_it()
    {
        var mariam = await browser.SignedInAsync(Pages.Mariam);
        var alpha = await browser.SignedInAsync(Pages.Alpha);
        var id = await mariam.StartLiveAsync("Vite vu");
        await alpha.GotoAsync($"/lives/{id}");
        await UntilAsync(alpha, "p => p.mediaTimeSeconds > 5");
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

    private static Task UntilAsync(IPage page, string condition) =>
        page.WaitForFunctionAsync(Of(condition));

    private static string Of(string function) =>
        $"() => ({function})(document.querySelector('live-player'))";

    private static string Invariant(double value) =>
        value.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
