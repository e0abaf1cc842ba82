using Microsoft.Playwright;

namespace CommuniConnect.Browser.Tests.Support;

/// <summary>One Chromium with its fake camera, and one server, for the tests of a class.</summary>
public class BrowserFixture : IAsyncLifetime
{
    /// <summary>Several browsers, encoders and a server share two cores: what is slow is not wrong.</summary>
    private const float PatienceMs = 60_000;

    private IPlaywright? _playwright;
    private IBrowser? _browser;

    public Site Site { get; } = new();

    public async ValueTask InitializeAsync()
    {
        Assertions.SetDefaultExpectTimeout(PatienceMs / 3);
        await Site.StartAsync();
        _playwright = await Playwright.CreateAsync();
        _browser = await LaunchAsync(_playwright);
    }

    /// <summary>When pages may play sound.</summary>
    protected virtual string AutoplayPolicy => "no-user-gesture-required";

    /// <summary>Starts the browser of the tests.</summary>
    protected virtual Task<IBrowser> LaunchAsync(IPlaywright playwright) =>
        playwright.Chromium.LaunchAsync(
            new()
            {
                ExecutablePath = "/usr/bin/chromium",
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
                    $"--autoplay-policy={AutoplayPolicy}",
                ],
            }
        );

    /// <summary>A browser of its own for one person, who has allowed the camera.</summary>
    /// <param name="address">Where it finds the site when not at its own address: a <see cref="ThrottledProxy"/>.</param>
    public async Task<IPage> NewPersonAsync(
        int width = 1280,
        int height = 800,
        bool allowCamera = true,
        string? address = null
    )
    {
        var context = await _browser!.NewContextAsync(
            new()
            {
                BaseURL = address ?? Site.Address,
                ViewportSize = new() { Width = width, Height = height },
                Locale = "fr-FR",
                Permissions = allowCamera ? ["camera", "microphone"] : [],
            }
        );
        context.SetDefaultTimeout(PatienceMs);
        return await context.NewPageAsync();
    }

    /// <summary>A browser of its own for a member of the demo community, signed in.</summary>
    public async Task<IPage> SignedInAsync(
        string email,
        int width = 1280,
        int height = 800,
        bool allowCamera = true,
        string? address = null
    )
    {
        var page = await NewPersonAsync(width, height, allowCamera, address);
        await page.GotoAsync("/connexion");
        await page.GetByLabel("Adresse e-mail").FillAsync(email);
        await page.GetByLabel("Mot de passe").FillAsync("test123456");
        await page.GetByRole(AriaRole.Button, new() { Name = "Se connecter" }).ClickAsync();
        // Asked of the page itself: to wait for its address can miss that the page is there.
        await page.WaitForFunctionAsync(
            "() => location.pathname !== '/connexion' && document.readyState !== 'loading'"
        );
        return page;
    }

    /// <summary>Closes all pages and ends all lives: the next test meets nobody's.</summary>
    public async ValueTask ClearAsync()
    {
        foreach (var context in _browser!.Contexts.ToList())
        {
            await context.CloseAsync();
        }
        await Site.EndLivesAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.DisposeAsync();
        }
        _playwright?.Dispose();
        await Site.DisposeAsync();
        GC.SuppressFinalize(this);
    }
}
