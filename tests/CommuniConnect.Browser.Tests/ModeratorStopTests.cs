using CommuniConnect.Browser.Tests.Support;
using Microsoft.Playwright;

namespace CommuniConnect.Browser.Tests;

/// <summary>A moderator who stops somebody's live says why, and the author reads it in the studio.</summary>
public sealed class ModeratorStopTests : IAsyncLifetime
{
    private const string Motive = "Le visage d'un enfant est montré.";
    private readonly BrowserFixture _browser = new();

    public ValueTask InitializeAsync() => _browser.InitializeAsync();

    public ValueTask DisposeAsync() => _browser.DisposeAsync();

    [Fact]
    public async Task Author_reads_in_the_studio_why_a_moderator_stopped_the_live()
    {
        var mariam = await _browser.SignedInAsync(Pages.Mariam);
        var admin = await _browser.SignedInAsync(Pages.Admin);
        var id = await mariam.StartLiveAsync("Un live à modérer");
        await admin.GotoAsync($"/lives/{id}");

        await admin.Button("Arrêt forcé").ClickAsync();
        var dialog = admin.GetByRole(AriaRole.Dialog);
        await dialog.GetByLabel("Motif (montré à l’auteur)").FillAsync(Motive);
        await admin.ScreenshotAsync("moderator-stop");
        await dialog
            .GetByRole(AriaRole.Button, new() { Name = "Arrêt forcé", Exact = true })
            .ClickAsync();

        await Assertions.Expect(mariam.GetByRole(AriaRole.Alert)).ToContainTextAsync(Motive);
        await mariam.ScreenshotAsync("moderator-stop-told");
        await Assertions.Expect(admin.GetByText("ENREGISTRÉ EN DIRECT").First).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Author_is_asked_for_no_reason()
    {
        var mariam = await _browser.SignedInAsync(Pages.Mariam);
        var id = await mariam.StartLiveAsync("Mon live");
        var page = await mariam.Context.NewPageAsync();
        await page.GotoAsync($"/lives/{id}");

        await page.Button("Arrêter le live").First.ClickAsync();

        var dialog = page.GetByRole(AriaRole.Dialog);
        await Assertions.Expect(dialog).ToBeVisibleAsync();
        Assert.Equal(0, await dialog.GetByRole(AriaRole.Textbox).CountAsync());
    }
}
