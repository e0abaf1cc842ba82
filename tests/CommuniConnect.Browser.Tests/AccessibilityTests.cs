using CommuniConnect.Browser.Tests.Support;
using Deque.AxeCore.Playwright;

namespace CommuniConnect.Browser.Tests;

/// <summary>axe finds nothing serious on any page, on a phone as on a desk, and nothing sticks out of a small screen.</summary>
public sealed class AccessibilityTests(BrowserFixture browser) : IClassFixture<BrowserFixture>
{
    public static TheoryData<string, bool> AllPages =>
        new()
        {
            { "/connexion", false },
            { "/inscription", false },
            { "/", true },
            { "/studio", true },
            { "/profil", true },
            { "/membres/1", true },
            { "/lives/1", true },
            { "/publications/2", true },
            { "/nulle-part", true },
        };

    [Theory]
    [MemberData(nameof(AllPages))]
    public async Task Page_has_no_serious_violation_and_fits_a_phone(string path, bool signedIn)
    {
        var page = signedIn
            ? await browser.SignedInAsync(Pages.Alpha, 390, 844)
            : await browser.NewPersonAsync(390, 844);
        await page.GotoAsync(path);
        await page.WaitForLoadStateAsync(Microsoft.Playwright.LoadState.Load);

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
    }
}
