using Microsoft.Playwright;

namespace CommuniConnect.Browser.Tests.Support;

/// <summary>One Firefox as Debian has it, driven over WebDriver BiDi, and one server.</summary>
public sealed class FirefoxFixture : BrowserFixture
{
    protected override Task<IBrowser> LaunchAsync(IPlaywright playwright) =>
        playwright.Firefox.LaunchAsync(
            new()
            {
                Channel = "moz-firefox", // any Firefox over BiDi; without it Playwright wants a build of its own
                ExecutablePath = "/usr/bin/firefox-esr",
                FirefoxUserPrefs = new Dictionary<string, object>(StringComparer.Ordinal)
                {
                    ["media.autoplay.default"] = 0, // allowed
                },
            }
        );
}
