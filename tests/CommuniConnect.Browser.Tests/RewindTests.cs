using CommuniConnect.Browser.Tests.Support;
using Microsoft.Playwright;

namespace CommuniConnect.Browser.Tests;

/// <summary>Going back in a live while it runs, and from there into its replay.</summary>
public sealed class RewindTests(BrowserFixture browser) : IClassFixture<BrowserFixture>
{
    [Fact]
    public async Task Viewer_goes_back_pauses_and_returns_and_misses_nothing()
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
        await mariam.StopLiveAsync();
        await alpha.WaitForPictureAsync("replay-player video");
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
