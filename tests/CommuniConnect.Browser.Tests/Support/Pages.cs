using System.Globalization;
using Microsoft.Playwright;

namespace CommuniConnect.Browser.Tests.Support;

/// <summary>What a person does on the pages, by the names they see.</summary>
internal static class Pages
{
    public const string Mariam = "mariam.diallo@test.gn";
    public const string Alpha = "alpha.barry@test.gn";
    public const string Admin = "admin@test.gn";

    public static ILocator Button(this IPage page, string name) =>
        page.GetByRole(AriaRole.Button, new() { Name = name, Exact = true });

    /// <summary>From the feed to a live on air: the two clicks of the studio.</summary>
    public static async Task<int> StartLiveAsync(this IPage page, string title)
    {
        await page.GotoAsync("/");
        await page.GetByRole(AriaRole.Link, new() { Name = "Lancer un live", Exact = true })
            .Or(page.Button("Lancer un live"))
            .First.ClickAsync();
        await page.WaitForPictureAsync("live-studio video");
        await page.GetByLabel("Titre").FillAsync(title);
        var answer = await page.RunAndWaitForResponseAsync(
            () => page.Button("Démarrer le live").ClickAsync(),
            response => response.Url.Contains("/live/start", StringComparison.Ordinal)
        );
        var started = await answer.JsonAsync();
        await Assertions.Expect(page.GetByText("EN DIRECT").First).ToBeVisibleAsync();
        return started!.Value.GetProperty("live_id").GetInt32();
    }

    /// <summary>Presses Arrêter le live, confirms, and waits for the replay on the same page.</summary>
    public static async Task StopLiveAsync(this IPage page)
    {
        await page.AskStopAsync();
        await Assertions.Expect(page.GetByText("ENREGISTRÉ EN DIRECT").First).ToBeVisibleAsync();
    }

    /// <summary>Presses a button that ends the live, Arrêter le live or Arrêt forcé, and confirms.</summary>
    public static async Task AskStopAsync(this IPage page, string way = "Arrêter le live")
    {
        await page.Button(way).First.ClickAsync();
        var dialog = page.GetByRole(AriaRole.Dialog, new() { Name = $"{way} ?" });
        await Assertions.Expect(dialog).ToBeVisibleAsync();
        await dialog.GetByRole(AriaRole.Button, new() { Name = way, Exact = true }).ClickAsync();
    }

    /// <summary>Waits until a video shows frames and its time moves or it is ready to.</summary>
    public static Task WaitForPictureAsync(this IPage page, string selector) =>
        page.WaitForFunctionAsync(
            "selector => { const v = document.querySelector(selector); return v && v.videoWidth > 0 && v.readyState >= 2 }",
            selector
        );

    /// <summary>Waits until the video has advanced by some seconds from where it is.</summary>
    public static async Task WaitForProgressAsync(this IPage page, string selector, double seconds)
    {
        await page.WaitForPictureAsync(selector);
        var from = await page.EvaluateAsync<double>(
            "s => document.querySelector(s).currentTime",
            selector
        );
        await page.WaitForFunctionAsync(
            "([s, t]) => document.querySelector(s)?.currentTime > t",
            new object[] { selector, from + seconds }
        );
    }

    /// <summary>Waits until a live, however it is played, has advanced by some seconds on its own timeline.</summary>
    public static async Task WaitForLiveProgressAsync(this IPage page, double seconds)
    {
        const string now = "document.querySelector('live-player')?.mediaTimeSeconds";
        await page.WaitForFunctionAsync($"() => {now} > 0");
        var from = await page.EvaluateAsync<double>($"() => {now}");
        await page.WaitForFunctionAsync($"t => {now} > t", from + seconds);
    }

    public static async Task SayAsync(this IPage page, string text)
    {
        await page.GetByLabel("Votre message").FillAsync(text);
        await page.Button("Envoyer").ClickAsync();
    }

    public static Task ScreenshotAsync(this IPage page, string name) =>
        page.ScreenshotAsync(
            new()
            {
                Path = Path.Combine(
                    Repository.Screenshots,
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"{name}-{page.ViewportSize!.Width}.png"
                    )
                ),
                FullPage = false,
            }
        );
}
