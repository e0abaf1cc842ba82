using Microsoft.Playwright;

namespace CommuniConnect.Bench.Support;

/// <summary>The studio page as a member uses it.</summary>
internal static class Studio
{
    /// <summary>Goes live with the camera, and gives the live's id.</summary>
    public static async Task<string> StartAsync(IPage studio)
    {
        await studio.GotoAsync("/studio");
        await studio.Locator("#studio-title").FillAsync("Mesure");
        await studio.GetByRole(AriaRole.Button, new() { Name = "Démarrer le live" }).ClickAsync();
        return await studio.Locator("live-studio live-chat").GetAttributeAsync("live-id")
            ?? throw new InvalidOperationException("a live without an id");
    }

    /// <summary>Ends the live, and waits for its replay.</summary>
    public static async Task StopAsync(IPage studio)
    {
        await studio.GetByRole(AriaRole.Button, new() { Name = "Arrêter le live" }).ClickAsync();
        await studio
            .GetByRole(AriaRole.Dialog)
            .GetByRole(AriaRole.Button, new() { Name = "Arrêter le live" })
            .ClickAsync();
        await studio.Locator("live-studio[data-state=ended]").WaitForAsync();
    }
}
