using System.Globalization;
using CommuniConnect.Browser.Tests.Support;
using Microsoft.Playwright;

namespace CommuniConnect.Browser.Tests;

/// <summary>The small pictures over the slider, of a running live and of its replay.</summary>
public sealed class StillTests(BrowserFixture browser)
    : IClassFixture<BrowserFixture>,
        IAsyncDisposable
{
    /// <summary>The second the small picture shows, and the one it is said to be of; null without a picture.</summary>
    private static readonly string Shown = string.Create(
        CultureInfo.InvariantCulture,
        $$"""
        () => {
          const preview = document.querySelector('.still-preview');
          const canvas = preview?.querySelector('canvas');
          if (preview?.hidden || !canvas) return null;
          const [red] = canvas.getContext('2d').getImageData(canvas.width / 2, canvas.height / 2, 1, 1).data;
          const [minutes, seconds] = preview.querySelector('.still-time').textContent.split(':').map(Number);
          return [red / {{GreyFilm.StepsPerSecond}}, 60 * minutes + seconds];
        }
        """
    );

    public ValueTask DisposeAsync() => browser.ClearAsync();

    [Fact]
    public async Task Slider_shows_the_moment_one_points_at_in_the_live_and_in_the_replay()
    {
        using var mariam = await Member.SignInAsync(browser.Site.Address, Pages.Mariam);
        var alpha = await browser.SignedInAsync(Pages.Alpha);
        var asked = new List<string>();
        alpha.Request += (_, request) =>
        {
            if (request.Url.Contains("/still?", StringComparison.Ordinal))
            {
                lock (asked)
                {
                    asked.Add(request.Url);
                }
            }
        };
        var (id, ingest) = await mariam.StartLiveAsync("Du noir au blanc");
        // Two takes: the second goes on where the first one ended.
        await GreyFilm.PublishAsync(ingest, 0, 10);
        await GreyFilm.PublishAsync(ingest, 10, 10);
        await alpha.GotoAsync(string.Create(CultureInfo.InvariantCulture, $"/lives/{id}"));
        await DurationAsync(alpha, "live-player");

        foreach (var place in new[] { 0.9, 0.2, 0.55 })
        {
            await PointsAsync(alpha, place);
        }
        await alpha.ScreenshotAsync("still-live");
        await alpha.Mouse.MoveAsync(5, 5);
        await Assertions.Expect(alpha.Locator(".still-preview")).ToBeHiddenAsync();
        var before = asked.Count;
        await PointsAsync(alpha, 0.2);
        Assert.Equal(before, asked.Count); // that one is here
        Assert.InRange(before, 3, 6);

        await mariam.StopLiveAsync(id);
        await alpha.WaitForPictureAsync("replay-player video");
        await DurationAsync(alpha, "replay-player");
        await PointsAsync(alpha, 0.75);
        await alpha.ScreenshotAsync("still-replay");
        await PointsAsync(alpha, 0.1);
    }

    [Fact]
    public async Task Keys_and_fingers_show_the_moment_for_a_while()
    {
        using var mariam = await Member.SignInAsync(browser.Site.Address, Pages.Mariam);
        var alpha = await browser.SignedInAsync(Pages.Alpha, 360, 740);
        var (id, ingest) = await mariam.StartLiveAsync("Au doigt");
        await GreyFilm.PublishAsync(ingest, 0, 20);
        await mariam.StopLiveAsync(id);
        await alpha.GotoAsync(string.Create(CultureInfo.InvariantCulture, $"/lives/{id}"));
        await DurationAsync(alpha, "replay-player");
        var slider = alpha.GetByRole(AriaRole.Slider, new() { Name = "Progression" });

        await slider.FocusAsync();
        await alpha.Keyboard.PressAsync("ArrowRight");
        await IsOfAsync(alpha, 10);
        await alpha.ScreenshotAsync("still-keys");
        await Assertions.Expect(alpha.Locator(".still-preview")).ToBeHiddenAsync();

        // As the browser tells of a finger that drags.
        await slider.EvaluateAsync(
            "s => { s.value = '15'; s.dispatchEvent(new Event('input', { bubbles: true })) }"
        );
        await IsOfAsync(alpha, 15);
        await Assertions.Expect(alpha.Locator(".still-preview")).ToBeHiddenAsync();
    }

    [Fact]
    public async Task Who_saves_data_is_shown_the_time_alone()
    {
        using var mariam = await Member.SignInAsync(browser.Site.Address, Pages.Mariam);
        var alpha = await browser.SignedInAsync(Pages.Alpha);
        await alpha.AddInitScriptAsync(
            "Object.defineProperty(NetworkInformation.prototype, 'saveData', { get: () => true })"
        );
        var asked = 0;
        alpha.Request += (_, request) =>
            asked += request.Url.Contains("/still?", StringComparison.Ordinal) ? 1 : 0;
        var (id, ingest) = await mariam.StartLiveAsync("Économe");
        await GreyFilm.PublishAsync(ingest, 0, 4);
        await mariam.StopLiveAsync(id);
        await alpha.GotoAsync(string.Create(CultureInfo.InvariantCulture, $"/lives/{id}"));
        await DurationAsync(alpha, "replay-player");

        await HoverAsync(alpha, 0.8);

        await Assertions.Expect(alpha.Locator(".still-time")).ToHaveTextAsync("00:03");
        await Assertions.Expect(alpha.Locator(".still-picture canvas")).ToHaveCountAsync(0);
        Assert.Equal(0, asked);
    }

    /// <summary>The small picture over this place of the slider is of the moment it is said to be of.</summary>
    private static async Task PointsAsync(IPage page, double place)
    {
        await HoverAsync(page, place);
        await IsOfAsync(page, place * GreyFilm.Longest);
    }

    /// <summary>A picture of up to a second before a moment comes: the film has a keyframe each second, and asks for whole ones.</summary>
    private static async Task IsOfAsync(IPage page, double second)
    {
        await page.WaitForFunctionAsync(
            $"wanted => {{ const [shown] = ({Shown})() ?? []; return shown > wanted - 2.2 && shown < wanted + 0.6 }}",
            second
        );
        var still = await page.EvaluateAsync<double[]>(Shown);
        Assert.InRange(still[1], second - 1, second + 1);
    }

    private static async Task HoverAsync(IPage page, double place)
    {
        var box = (await page.Locator(".progress-track").BoundingBoxAsync())!;
        await page.Mouse.MoveAsync(
            (float)(box.X + 8 + place * (box.Width - 16)),
            box.Y + box.Height / 2
        );
    }

    private static Task DurationAsync(IPage page, string player) =>
        page.WaitForFunctionAsync(
            $"() => Number(document.querySelector('{player} input.progress')?.max) > 3.5"
        );
}
