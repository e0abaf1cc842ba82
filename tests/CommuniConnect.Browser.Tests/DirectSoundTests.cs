using System.Globalization;
using CommuniConnect.Browser.Tests.Support;
using Microsoft.Playwright;

namespace CommuniConnect.Browser.Tests;

/// <summary>Direct where the browser, or the system under it, gives no sound.</summary>
public sealed class DirectSoundTests(GestureFixture browser)
    : IClassFixture<GestureFixture>,
        IAsyncDisposable
{
    /// <summary>What the slower way over the loudspeaker adds to a picture that came as it was.</summary>
    private const double SoundPathSeconds = 0.25;

    /// <summary>
    /// While <c>isAway</c> no speaker of the page plays, nor does one that it opens meanwhile, as it does when the machine is too busy for
    /// the shortest buffer.
    /// </summary>
    private const string Speakers = """
        const { AudioContext: Real } = window;
        const speakers = [];
        window.AudioContext = class extends Real {
          constructor(options) {
            super(options);
            speakers.push(this);
            if (window.isAway) void this.suspend();
          }
          resume() {
            return window.isAway ? new Promise(() => {}) : super.resume();
          }
        };
        window.takeAway = () => {
          window.isAway = true;
          return Promise.all(speakers.filter(({ state }) => state !== 'closed').map((speaker) => speaker.suspend()));
        };
        """;

    public ValueTask DisposeAsync() => browser.ClearAsync();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Without_a_gesture_the_picture_plays_at_once_and_one_gives_the_sound(
        bool byKey
    )
    {
        var mariam = await browser.SignedInAsync(Pages.Mariam);
        var id = await mariam.StartLiveAsync("Sans un geste");
        var alpha = await browser.UntouchedAsync(Pages.Alpha);
        await OpenRefusedAsync(alpha, id);

        var sound = alpha.Button("Activer le son");
        await Assertions.Expect(sound).ToBeVisibleAsync();
        await alpha.WaitForLiveProgressAsync(1);
        await Assertions
            .Expect(alpha.Locator("live-player .player-status"))
            .ToHaveTextAsync("En direct");
        await alpha.WaitForFunctionAsync($"() => {Watching.Mode} === 'direct'");
        await Assertions.Expect(alpha.Button("Remettre le son")).ToBeVisibleAsync();
        await alpha.ScreenshotAsync("direct-silent");
        var lag = await alpha.LagAsync();
        if (byKey)
        {
            await alpha.Locator("live-player").FocusAsync();
            await alpha.Keyboard.PressAsync("m");
        }
        else
        {
            await sound.ClickAsync();
        }

        await Assertions.Expect(sound).ToBeHiddenAsync();
        await Assertions.Expect(alpha.Locator("live-player")).ToBeFocusedAsync();
        await alpha.WaitForEdgeTogetherAsync(lag + SoundPathSeconds);
        await alpha.WaitForLiveProgressAsync(2);
        await alpha.WaitForEdgeTogetherAsync(lag + SoundPathSeconds);
        await mariam.StopLiveAsync();
    }

    [Fact]
    public async Task Sound_that_the_system_takes_away_leaves_the_picture_and_comes_back_with_it()
    {
        var mariam = await browser.SignedInAsync(Pages.Mariam);
        var id = await mariam.StartLiveAsync("Casque débranché");
        var alpha = await browser.UntouchedAsync(Pages.Alpha);
        await alpha.AddInitScriptAsync(Speakers);
        await OpenRefusedAsync(alpha, id);
        var sound = alpha.Button("Activer le son");
        await sound.ClickAsync();
        await alpha.WaitForLiveProgressAsync(2);
        var lag = await alpha.LagTogetherAsync();

        await alpha.EvaluateAsync("() => takeAway()");
        await Assertions.Expect(sound).ToBeVisibleAsync();
        await alpha.WaitForLiveProgressAsync(1);
        await alpha.EvaluateAsync(
            "() => { isAway = false; navigator.mediaDevices.dispatchEvent(new Event('devicechange')); }"
        );
        await alpha.WaitForEdgeTogetherAsync(lag, withinSeconds: 5);
        await Assertions.Expect(sound).ToBeHiddenAsync();

        // Where nothing tells that the speaker is there again, somebody does.
        await alpha.EvaluateAsync("() => takeAway()");
        await Assertions.Expect(sound).ToBeVisibleAsync();
        await alpha.EvaluateAsync("() => { isAway = false; }");
        await sound.ClickAsync();
        await alpha.WaitForEdgeTogetherAsync(lag, withinSeconds: 5);
        await Assertions.Expect(sound).ToBeHiddenAsync();
        await mariam.StopLiveAsync();
    }

    /// <summary>Opens a live. Whatever a test asks of a page counts as a gesture: the browser has to refuse the sound before.</summary>
    private static Task OpenRefusedAsync(IPage page, int id) =>
        page.RunAndWaitForConsoleMessageAsync(
            () => page.GotoAsync(string.Create(CultureInfo.InvariantCulture, $"/lives/{id}")),
            new()
            {
                Predicate = message =>
                    message.Text.Contains("not allowed to start", StringComparison.Ordinal),
            }
        );
}
