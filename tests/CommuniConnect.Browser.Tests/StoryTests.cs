using System.Globalization;
using CommuniConnect.Browser.Tests.Support;
using Microsoft.Playwright;

namespace CommuniConnect.Browser.Tests;

/// <summary>The whole way, as two members go it: start, record, chat, stop, play back, and all of it there after a restart.</summary>
public sealed class StoryTests(BrowserFixture browser) : IClassFixture<BrowserFixture>
{
    [Fact]
    public async Task Two_members_live_through_a_live_and_find_its_replay_after_a_restart()
    {
        var mariam = await browser.SignedInAsync(Pages.Mariam);
        var alpha = await browser.SignedInAsync(Pages.Alpha, 390, 844);
        var title = "Fête à Kipé";

        var id = await mariam.StartLiveAsync(title);
        await mariam.ScreenshotAsync("studio-live");
        await alpha.GotoAsync("/");
        var first = alpha.Locator(".feed .card").First;
        await Assertions.Expect(first).ToContainTextAsync(title);
        await Assertions.Expect(first).ToContainTextAsync("EN DIRECT");
        await alpha.ScreenshotAsync("feed");
        await first.GetByRole(AriaRole.Link, new() { Name = title }).ClickAsync();

        await alpha.WaitForLiveProgressAsync(2);
        await alpha.WaitForFunctionAsync(
            "() => document.querySelector('live-player').soundTimeSeconds > 0"
        );

        await alpha.SayAsync("Bonsoir Mariam !");
        await Assertions.Expect(mariam.GetByText("Bonsoir Mariam !")).ToBeVisibleAsync();
        await mariam.SayAsync("Bonsoir à tous");
        await Assertions.Expect(alpha.GetByText("Bonsoir à tous")).ToBeVisibleAsync();
        await Assertions.Expect(mariam.Locator("live-studio")).ToContainTextAsync("spectateur");
        await alpha.ScreenshotAsync("live");
        await mariam.ScreenshotAsync("studio-chat");

        await mariam.StopLiveAsync();
        await ExpectReplayAsync(mariam);
        await mariam.ScreenshotAsync("replay-owner");
        await Assertions.Expect(alpha.GetByText("ENREGISTRÉ EN DIRECT").First).ToBeVisibleAsync();
        await ExpectReplayAsync(alpha);
        await alpha.ScreenshotAsync("replay");

        await browser.Site.StopAsync();
        await browser.Site.StartAsync();
        await alpha.GotoAsync("/");
        first = alpha.Locator(".feed .card").First;
        await Assertions.Expect(first).ToContainTextAsync(title);
        // The studio has sent what its camera showed.
        Assert.True(
            await first
                .Locator("img")
                .EvaluateAsync<bool>(
                    "async img => { await img.decode(); return img.naturalWidth > 0 }"
                )
        );
        await alpha.GotoAsync(string.Create(CultureInfo.InvariantCulture, $"/lives/{id}"));
        await ExpectReplayAsync(alpha);
        // The chat follows the picture: a message is there once its moment has come.
        await Assertions.Expect(alpha.GetByText("Bonsoir Mariam !")).ToBeHiddenAsync();
        await alpha.Keyboard.PressAsync("End");
        await Assertions.Expect(alpha.GetByText("Bonsoir Mariam !")).ToBeVisibleAsync();
    }

    /// <summary>Plays, shows its length, and seeks where one wants.</summary>
    private static async Task ExpectReplayAsync(IPage page)
    {
        await page.WaitForPictureAsync("replay-player video");
        var play = page.Button("Lecture");
        if (await play.CountAsync() > 0)
        {
            await play.First.ClickAsync();
        }
        await page.WaitForProgressAsync("replay-player video", 0.5);
        var slider = page.GetByRole(AriaRole.Slider, new() { Name = "Progression" });
        await slider.FocusAsync();
        await page.Keyboard.PressAsync("End");
        await page.WaitForFunctionAsync(
            "() => { const v = document.querySelector('replay-player video'); return v.currentTime > v.duration - 1.5 }"
        );
        await page.Keyboard.PressAsync("Home");
    }
}
