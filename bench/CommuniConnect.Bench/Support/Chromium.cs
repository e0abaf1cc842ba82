using Microsoft.Playwright;

namespace CommuniConnect.Bench.Support;

/// <summary>A real browser without a window.</summary>
internal sealed class Chromium : IAsyncDisposable
{
    public const string Program = "/usr/bin/chromium";

    private readonly IPlaywright _playwright;
    private readonly IBrowser _browser;

    private Chromium(IPlaywright playwright, IBrowser browser) =>
        (_playwright, _browser) = (playwright, browser);

    public static async Task<Chromium> LaunchAsync()
    {
        var playwright = await Playwright.CreateAsync();
        var browser = await playwright.Chromium.LaunchAsync(
            new()
            {
                ExecutablePath = Program,
                Args =
                [
                    "--no-sandbox",
                    "--disable-gpu",
                    "--disable-quic",
                    "--no-first-run",
                    "--disable-background-networking",
                    "--disable-component-update",
                    "--disable-sync",
                    "--use-fake-device-for-media-stream",
                    "--autoplay-policy=no-user-gesture-required",
                    // Two pages of one machine find each other without the names of the local network.
                    "--disable-features=WebRtcHideLocalIpsWithMdns",
                    "--allow-loopback-in-peer-connection",
                ],
            }
        );
        return new Chromium(playwright, browser);
    }

    /// <summary>A browser profile of its own, with nothing in its cache.</summary>
    /// <param name="state">Cookies of a profile before, or null.</param>
    /// <param name="address">Where it reaches the server, if not at the server's own address.</param>
    public Task<IBrowserContext> NewProfileAsync(
        ServerProcess server,
        string? state = null,
        string? address = null
    ) =>
        _browser.NewContextAsync(
            new()
            {
                BaseURL = address ?? server.Address.ToString(),
                Locale = "fr-FR",
                Permissions = ["camera", "microphone"],
                StorageState = state,
            }
        );

    /// <summary>The cookies of a member who has signed in.</summary>
    public async Task<string> SignInAsync(ServerProcess server, Member member)
    {
        await using var profile = await NewProfileAsync(server);
        var page = await profile.NewPageAsync();
        await page.GotoAsync("/connexion");
        await page.Locator("input[type=email]").FillAsync(member.Email);
        await page.Locator("input[type=password]").FillAsync(Member.Password);
        await page.Locator("input[type=password]").PressAsync("Enter");
        await page.WaitForFunctionAsync("() => location.pathname !== '/connexion'");
        return await profile.StorageStateAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _browser.DisposeAsync();
        _playwright.Dispose();
    }
}
