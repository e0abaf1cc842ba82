using System.Globalization;
using CommuniConnect.Browser.Tests.Support;
using Microsoft.Playwright;

namespace CommuniConnect.Browser.Tests;

/// <summary>A viewer with Firefox: another engine, with decoders, Media Source Extensions and controls of its own.</summary>
public sealed class FirefoxTests(FirefoxFixture browser) : IClassFixture<FirefoxFixture>
{
    private const string Mode = "document.querySelector('live-player')?.dataset.mode";

    [Fact]
    public async Task Viewer_watches_writes_goes_back_and_sees_the_replay()
    {
        using var mariam = await Member.SignInAsync(browser.Site.Address, Pages.Mariam);
        var (id, ingest) = await mariam.StartLiveAsync("Vu de Firefox");
        using var camera = GreyFilm.Start(ingest, 0, 300, "-re");
        var alpha = await browser.SignedInAsync(Pages.Alpha, allowCamera: false);
        // A navigation that is not over would cut the next one off.
        await alpha.WaitForFunctionAsync("() => document.readyState === 'complete'");
        var faults = new List<string>();
        alpha.PageError += (_, fault) => faults.Add(fault);
        await alpha.GotoAsync(string.Create(CultureInfo.InvariantCulture, $"/lives/{id}"));

        var choice = alpha.GetByLabel("Mode de lecture");
        foreach (var mode in new[] { "direct", "comfort" })
        {
            await choice.SelectOptionAsync(mode);
            await alpha.WaitForFunctionAsync($"() => {Mode} === '{mode}'");
            await alpha.WaitForLiveProgressAsync(2);
        }
        Assert.True(
            await alpha.EvaluateAsync<int>(
                "() => document.querySelector('live-player').stats.framesDecoded"
            ) > 5
        );
        await alpha.SayAsync("Bonjour de Firefox");
        await Assertions.Expect(alpha.GetByText("Bonjour de Firefox")).ToBeVisibleAsync();

        var slider = alpha.GetByRole(AriaRole.Slider, new() { Name = "Progression" });
        await slider.FocusAsync();
        await alpha.Keyboard.PressAsync("Home");
        await Assertions.Expect(alpha.Locator(".still-picture canvas")).ToBeVisibleAsync();
        await alpha.WaitForFunctionAsync(
            "() => { const p = document.querySelector('live-player'); return p.mediaTimeSeconds > 0.5 && p.mediaTimeSeconds < 4 && p.behindSeconds > 2 }"
        );
        await alpha.GetByRole(AriaRole.Button, new() { Name = "Revenir au direct" }).ClickAsync();
        await alpha.WaitForFunctionAsync(
            "() => document.querySelector('live-player').behindSeconds < 2"
        );
        await alpha.WaitForLiveProgressAsync(1);

        await mariam.StopLiveAsync(id);
        await alpha.WaitForPictureAsync("replay-player video");
        await alpha.Button("Lecture").ClickAsync();
        await alpha.WaitForProgressAsync("replay-player video", 1);
        await Assertions.Expect(alpha.GetByText("Bonjour de Firefox")).ToBeVisibleAsync();
        Assert.Empty(faults);
        camera.Kill();
    }
}
