using System.Globalization;
using System.Net;
using CommuniConnect.Browser.Tests.Support;
using Microsoft.Playwright;

namespace CommuniConnect.Browser.Tests;

/// <summary>What members see when something breaks under them.</summary>
public sealed class CrashTests(BrowserFixture browser)
    : IClassFixture<BrowserFixture>,
        IAsyncDisposable
{
    public ValueTask DisposeAsync() => browser.ClearAsync();

    [Fact]
    public async Task Live_goes_on_by_itself_after_the_server_was_killed()
    {
        var mariam = await browser.SignedInAsync(Pages.Mariam);
        var alpha = await browser.SignedInAsync(Pages.Alpha);
        var id = await mariam.StartLiveAsync("Un live qui tient");
        await alpha.GotoAsync(string.Create(CultureInfo.InvariantCulture, $"/lives/{id}"));
        await alpha.WaitForLiveProgressAsync(1);

        await browser.Site.KillAsync();
        await Assertions.Expect(mariam.GetByText("rien n’est perdu")).ToBeVisibleAsync();
        await browser.Site.StartAsync();

        await Assertions.Expect(mariam.GetByText("rien n’est perdu")).ToBeHiddenAsync();
        await alpha.WaitForLiveProgressAsync(2);
        await mariam.StopLiveAsync();
        await mariam.WaitForPictureAsync("replay-player video");
    }

    [Fact]
    public async Task Viewer_is_in_Direct_again_after_a_proxy_answered_for_the_server()
    {
        var mariam = await browser.SignedInAsync(Pages.Mariam);
        var alpha = await browser.SignedInAsync(Pages.Alpha);
        var id = await mariam.StartLiveAsync("Une passerelle entre deux");
        await alpha.GotoAsync(string.Create(CultureInfo.InvariantCulture, $"/lives/{id}"));
        await alpha.WaitForLiveProgressAsync(1);

        using var questions = new SemaphoreSlim(0);
        const string api = "**/api/posts/live/*/";
        await alpha.RouteAsync(
            api,
            async route =>
            {
                await route.FulfillAsync(new() { Status = (int)HttpStatusCode.BadGateway });
                questions.Release();
            }
        );
        await browser.Site.KillAsync();
        for (var asked = 0; asked < 4; asked++)
        {
            Assert.True(await questions.WaitAsync(TimeSpan.FromSeconds(30)));
        }
        await alpha.UnrouteAsync(api);
        await browser.Site.StartAsync();

        await alpha.WaitForLiveProgressAsync(2);
        // A minute later should the machine have been too busy for it meanwhile.
        await alpha.WaitForFunctionAsync(
            $"() => {Watching.Mode} === 'direct'",
            null,
            new() { Timeout = 90_000 }
        );
        await mariam.StopLiveAsync();
    }

    [Fact]
    public async Task Reloaded_studio_takes_its_live_up_again()
    {
        var mariam = await browser.SignedInAsync(Pages.Mariam);
        await mariam.StartLiveAsync("Un live rechargé");
        mariam.Dialog += async (_, dialog) => await dialog.AcceptAsync();
        await mariam.ReloadAsync();

        await mariam.Button("Reprendre le live").ClickAsync();

        await Assertions.Expect(mariam.GetByText("EN DIRECT").First).ToBeVisibleAsync();
        await mariam.StopLiveAsync();
    }

    [Fact]
    public async Task Forced_stop_ends_the_live_at_once_and_shows_the_replay()
    {
        var mariam = await browser.SignedInAsync(Pages.Mariam);
        await mariam.StartLiveAsync("Un live forcé");
        await mariam.WaitForFunctionAsync(
            "() => document.querySelector('live-studio video').currentTime > 3"
        );

        await mariam.AskStopAsync("Arrêt forcé");

        await Assertions.Expect(mariam.GetByText("ENREGISTRÉ EN DIRECT").First).ToBeVisibleAsync();
        await mariam.WaitForPictureAsync("replay-player video");
    }

    [Fact]
    public async Task Moderator_stops_the_live_of_a_member()
    {
        var mariam = await browser.SignedInAsync(Pages.Mariam);
        var admin = await browser.SignedInAsync(Pages.Admin);
        var id = await mariam.StartLiveAsync("Un live modéré");
        await admin.GotoAsync(string.Create(CultureInfo.InvariantCulture, $"/lives/{id}"));
        await admin.WaitForLiveProgressAsync(1);

        await admin.StopLiveAsync();

        await Assertions.Expect(mariam.GetByText("ENREGISTRÉ EN DIRECT").First).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Refused_camera_is_explained()
    {
        var mariam = await browser.SignedInAsync(Pages.Mariam, allowCamera: false);
        await mariam.GotoAsync("/studio");

        await Assertions
            .Expect(mariam.GetByText("L’accès à la caméra et au microphone est refusé"))
            .ToBeVisibleAsync();
    }

    [Theory]
    [InlineData("NotFoundError", "Aucune caméra n’a été trouvée")]
    [InlineData("NotReadableError", "est déjà utilisé par une autre application")]
    [InlineData("OverconstrainedError", "ne convient pas au réglage demandé")]
    public async Task Camera_that_fails_is_explained(string failure, string sentence)
    {
        var mariam = await browser.SignedInAsync(Pages.Mariam);
        await mariam.AddInitScriptAsync(
            $"navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('', '{failure}'))"
        );
        await mariam.GotoAsync("/studio");

        await Assertions.Expect(mariam.GetByText(sentence)).ToBeVisibleAsync();
    }
}
