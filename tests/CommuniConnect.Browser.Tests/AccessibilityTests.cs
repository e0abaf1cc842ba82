using System.Globalization;
using CommuniConnect.Browser.Tests.Support;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace CommuniConnect.Browser.Tests;

/// <summary>axe finds nothing serious on any page, on a phone as on a desk, and nothing sticks out of a small screen.</summary>
public sealed class AccessibilityTests(BrowserFixture browser) : IClassFixture<BrowserFixture>
{
    /// <summary>Longest that anything may move by itself, in milliseconds (WCAG 2.2, 2.2.2).</summary>
    private const int MostMovingMs = 5000;

    public static TheoryData<string, string?> AllPages =>
        new()
        {
            { "/connexion", null },
            { "/inscription", null },
            { "/", Pages.Alpha },
            { "/studio", Pages.Alpha },
            { "/profil", Pages.Alpha },
            { "/membres/1", Pages.Alpha },
            { "/lives/1", Pages.Alpha },
            { "/publications/2", Pages.Alpha },
            { "/nulle-part", Pages.Alpha },
            { "/moderation", Pages.Admin },
            { "/moderation/journal", Pages.Admin },
            { "/moderation/mots", Pages.Admin },
        };

    [Theory]
    [MemberData(nameof(AllPages))]
    public async Task Page_has_no_serious_violation_and_fits_a_phone(string path, string? who)
    {
        var page = who is null
            ? await browser.NewPersonAsync(390, 844)
            : await browser.SignedInAsync(who, 390, 844);
        if (who == Pages.Admin)
            await ReportAsync();
        await page.GotoAsync(path);
        await page.WaitForLoadStateAsync(LoadState.Load);

        var result = await page.RunAxe();

        var serious = result
            .Violations.Where(v => v.Impact is "serious" or "critical")
            .Select(v => $"{v.Id}: {v.Help} {string.Join(", ", v.Nodes.Select(n => n.Html))}");
        Assert.Empty(serious);
        var overflow = await page.EvaluateAsync<int>(
            "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
        );
        Assert.Equal(0, overflow);
        await page.ScreenshotAsync("page" + path.Replace('/', '-'));
        await page.SetViewportSizeAsync(1280, 800);
        await page.ScreenshotAsync("page" + path.Replace('/', '-'));
    }

    [Fact]
    public async Task Header_of_a_moderator_fits_a_small_phone()
    {
        var page = await browser.SignedInAsync(Pages.Admin, 360, 740);

        var tops = await page.EvaluateAsync<int[]>(
            "() => [...document.querySelectorAll('.nav > a')].map(a => Math.round(a.getBoundingClientRect().top))"
        );
        Assert.Equal(4, tops.Length);
        Assert.Single(tops.Distinct());
        foreach (var width in new[] { 360, 320 })
        {
            await page.SetViewportSizeAsync(width, 740);
            var room = await page.EvaluateAsync<double>(
                """
                () => document.querySelector('.nav-user').getBoundingClientRect().left
                  - document.querySelector('.brand').getBoundingClientRect().right
                """
            );
            Assert.InRange(room, 0, width);
        }
    }

    [Fact]
    public async Task Nothing_moves_by_itself_for_longer_than_five_seconds_but_the_live()
    {
        var mariam = await browser.SignedInAsync(Pages.Mariam);
        var alpha = await browser.SignedInAsync(Pages.Alpha, 390, 844);
        var id = await mariam.StartLiveAsync("Badge qui se calme");
        string[] paths = ["/", string.Create(CultureInfo.InvariantCulture, $"/lives/{id}")];

        foreach (var path in paths)
        {
            await alpha.GotoAsync(path);
            await AssertCalmAsync(alpha);
        }

        await AssertCalmAsync(mariam);
        await mariam.StopLiveAsync();
    }

    private static async Task AssertCalmAsync(IPage page)
    {
        await page.Locator(".badge.live").First.WaitForAsync();
        var restless = await page.EvaluateAsync<string[]>(
            """
            (most) => document.getAnimations()
              .filter(({ effect }) => effect.getComputedTiming().endTime > most)
              .map(({ effect }) => effect.target.className)
            """,
            MostMovingMs
        );
        Assert.Empty(restless);
    }

    /// <summary>Something for the moderators' pages to show: a reported message, and one that was removed.</summary>
    private async Task ReportAsync()
    {
        using var mariam = await Member.SignInAsync(browser.Site.Address, Pages.Mariam);
        using var admin = await Member.SignInAsync(browser.Site.Address, Pages.Admin);
        await mariam.PostAsync(
            "/api/posts/live/1/chat/messages/1/report/",
            new { reason = "Ce n'est pas poli du tout" }
        );
        await admin.DeleteAsync("/api/posts/live/1/chat/messages/2/?reason=publicité");
    }
}
