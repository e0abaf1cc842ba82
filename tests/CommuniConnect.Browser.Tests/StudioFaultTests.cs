using System.Globalization;
using CommuniConnect.Browser.Tests.Support;
using Microsoft.Playwright;

namespace CommuniConnect.Browser.Tests;

/// <summary>What goes wrong at the broadcaster's: devices that go, fingers that are too quick, a network that is away for too long.</summary>
public sealed class StudioFaultTests(BrowserFixture browser)
    : IClassFixture<BrowserFixture>,
        IAsyncDisposable
{
    /// <summary>
    /// <c>unplug(kind)</c> takes a device away as the browser tells of it, <c>plugIn(kind)</c> brings it back;
    /// <c>opened</c> times they are opened, which takes until <c>ready</c>, and <c>streams</c> are what comes of it.
    /// </summary>
    private const string Devices = """
        const { mediaDevices } = navigator;
        const open = mediaDevices.getUserMedia.bind(mediaDevices);
        const list = mediaDevices.enumerateDevices.bind(mediaDevices);
        const gone = new Set();
        window.opened = 0;
        window.streams = [];
        window.ready = Promise.resolve();
        window.unplug = (kind) => {
          gone.add(kind);
          for (const track of document.querySelector('live-studio video').srcObject.getTracks()) {
            if (track.kind !== kind) continue;
            track.stop();
            track.dispatchEvent(new Event('ended'));
          }
        };
        window.plugIn = (kind) => {
          gone.delete(kind);
          mediaDevices.dispatchEvent(new Event('devicechange'));
        };
        mediaDevices.getUserMedia = async (wish) => {
          if ([...gone].some((kind) => wish[kind])) throw new DOMException('', 'NotFoundError');
          window.opened++;
          await window.ready;
          const stream = await open(wish);
          window.streams.push(stream);
          return stream;
        };
        mediaDevices.enumerateDevices = async () =>
          (await list()).filter((device) => ![...gone].some((kind) => device.kind === `${kind}input`));
        """;

    /// <summary>A screen without sound, which is asked for <c>screens</c> times.</summary>
    private const string Screen = """
        window.screens = 0;
        navigator.mediaDevices.getDisplayMedia = async () => {
          screens++;
          const picture = Object.assign(document.createElement('canvas'), { width: 640, height: 360 });
          const pen = picture.getContext('2d', { alpha: false });
          let at = 0;
          setInterval(() => {
            pen.fillStyle = `hsl(${at++ % 360} 80% 50%)`;
            pen.fillRect(0, 0, 640, 360);
          }, 50);
          return picture.captureStream(20);
        };
        """;

    private const string Sound = "document.querySelector('live-player').soundTimeSeconds";

    private const string Heading = "document.activeElement.matches('h1.live-title')";

    private readonly ThrottledProxy _network = new(browser.Site.Address);

    public async ValueTask DisposeAsync()
    {
        await browser.ClearAsync();
        await _network.DisposeAsync();
    }

    [Fact]
    public async Task Start_pressed_twice_starts_one_live_and_the_keyboard_keeps_its_place()
    {
        var mariam = await browser.SignedInAsync(Pages.Mariam);
        await mariam.AddInitScriptAsync(
            """
            const { mediaDevices } = navigator;
            const open = mediaDevices.getUserMedia.bind(mediaDevices);
            const asked = new Promise((resolve) => (window.allow = resolve));
            mediaDevices.getUserMedia = (wish) => asked.then(() => open(wish));
            """
        );
        var started = 0;
        mariam.Request += (_, request) =>
            started += request.Url.Contains("/live/start", StringComparison.Ordinal) ? 1 : 0;
        await mariam.GotoAsync("/studio");
        await mariam.GetByLabel("Titre").FillAsync("Deux fois plutôt qu’une");

        await mariam.Button("Démarrer le live").ClickAsync();
        await Assertions.Expect(mariam.Button("Démarrage…")).ToBeFocusedAsync();
        await mariam.Keyboard.PressAsync("Enter");
        await mariam.GetByLabel("Titre").PressAsync("Enter");
        await mariam.EvaluateAsync("() => allow()");

        await Assertions.Expect(mariam.GetByText("EN DIRECT").First).ToBeVisibleAsync();
        await mariam.WaitForFunctionAsync($"() => {Heading}");
        Assert.Equal(1, started);
        await mariam.StopLiveAsync();
        await mariam.WaitForFunctionAsync($"() => {Heading}");
    }

    [Theory]
    [InlineData("audio", "le live sera sans son")]
    [InlineData("video", "le live sera sans image")]
    public async Task Live_goes_on_without_a_device_and_takes_it_up_again(
        string device,
        string sentence
    )
    {
        var mariam = await browser.SignedInAsync(Pages.Mariam, address: _network.Address);
        await mariam.AddInitScriptAsync(Devices);
        var alpha = await browser.SignedInAsync(Pages.Alpha);
        var id = await mariam.StartLiveAsync("Le fil a lâché");
        await alpha.GotoAsync(string.Create(CultureInfo.InvariantCulture, $"/lives/{id}"));
        await alpha.WaitForLiveProgressAsync(1);

        await mariam.EvaluateAsync("device => unplug(device)", device);
        var told = mariam.GetByRole(AriaRole.Alert).GetByText(sentence);
        await Assertions.Expect(told).ToBeVisibleAsync();
        await mariam.ScreenshotAsync($"studio-without-{device}");
        await alpha.WaitForLiveProgressAsync(2);

        await CutAsync(mariam);
        _network.Restore();
        await alpha.WaitForLiveProgressAsync(2);

        await mariam.EvaluateAsync("device => plugIn(device)", device);
        await Assertions.Expect(told).ToBeHiddenAsync();
        await mariam.WaitForPictureAsync("live-studio video");
        await alpha.WaitForLiveProgressAsync(2);
        await mariam.StopLiveAsync();
        await mariam.WaitForPictureAsync("replay-player video");
    }

    [Fact]
    public async Task Screen_is_shown_on_while_the_microphone_is_away_and_comes_back()
    {
        var mariam = await browser.SignedInAsync(Pages.Mariam);
        await mariam.AddInitScriptAsync(Devices);
        await mariam.AddInitScriptAsync(Screen);
        var alpha = await browser.SignedInAsync(Pages.Alpha);
        var id = await mariam.StartLiveAsync("Une présentation");
        await mariam.Button("Partager l’écran").ClickAsync();
        var back = mariam.Button("Revenir à la caméra");
        await Assertions.Expect(back).ToBeVisibleAsync();
        await alpha.GotoAsync(string.Create(CultureInfo.InvariantCulture, $"/lives/{id}"));
        await alpha.WaitForLiveProgressAsync(1);

        await mariam.EvaluateAsync("() => unplug('audio')");
        var told = mariam.GetByRole(AriaRole.Alert).GetByText("le live sera sans son");
        await Assertions.Expect(told).ToBeVisibleAsync();
        await alpha.WaitForFunctionAsync($"() => {Sound} === null");
        await alpha.WaitForLiveProgressAsync(1);

        await mariam.EvaluateAsync("() => plugIn('audio')");
        await Assertions.Expect(told).ToBeHiddenAsync();
        await alpha.WaitForFunctionAsync($"() => {Sound} !== null");
        await alpha.WaitForLiveProgressAsync(1);

        await Assertions.Expect(back).ToBeVisibleAsync();
        Assert.Equal(1, await mariam.EvaluateAsync<int>("() => screens"));
        await mariam.ScreenshotAsync("studio-screen-voice-back");
        await mariam.StopLiveAsync();
    }

    [Fact]
    public async Task Stop_that_was_asked_for_in_a_cut_is_answered_though_the_live_has_ended_meanwhile()
    {
        using var admin = await Member.SignInAsync(browser.Site.Address, Pages.Admin);
        var mariam = await browser.SignedInAsync(Pages.Mariam, address: _network.Address);
        var id = await mariam.StartLiveAsync("Trop longtemps coupé");
        await StopInCutAsync(mariam);
        await admin.StopLiveAsync(id, force: true);
        _network.Restore();

        await Assertions.Expect(mariam.GetByText("ENREGISTRÉ EN DIRECT").First).ToBeVisibleAsync();
        await mariam.WaitForPictureAsync("replay-player video");
    }

    [Fact]
    public async Task Devices_stay_closed_while_a_stop_waits_though_one_is_plugged_in()
    {
        var mariam = await browser.SignedInAsync(Pages.Mariam, address: _network.Address);
        await mariam.AddInitScriptAsync(Devices);
        await mariam.StartLiveAsync("Un casque branché trop tard");
        await StopInCutAsync(mariam);

        var opened = await mariam.EvaluateAsync<int>("() => opened");
        await mariam.EvaluateAsync("() => plugIn('audio')");
        _network.Restore();

        await mariam.WaitForPictureAsync("replay-player video");
        Assert.Equal(opened, await mariam.EvaluateAsync<int>("() => opened"));
    }

    [Fact]
    public async Task Devices_that_open_while_a_stop_waits_are_let_go_of()
    {
        var mariam = await browser.SignedInAsync(Pages.Mariam, address: _network.Address);
        await mariam.AddInitScriptAsync(Devices);
        await mariam.StartLiveAsync("Arrêté en changeant de qualité");
        await RecordInCutAsync(mariam);
        await mariam.EvaluateAsync(
            "() => (ready = new Promise(resolve => (window.letOpen = resolve)), undefined)"
        );
        await mariam.GetByText("Caméra, micro et qualité").ClickAsync();
        await mariam.GetByLabel("Qualité").SelectOptionAsync("Haute (1280 × 720)");
        await Assertions.Expect(mariam.GetByText("Ouverture de la caméra…")).ToBeVisibleAsync();
        await AskStopAsync(mariam);

        var before = await mariam.EvaluateAsync<int>("() => streams.length");
        await mariam.EvaluateAsync("() => letOpen()");

        await mariam.WaitForFunctionAsync(
            "before => streams.length > before && streams.every(s => s.getTracks().every(t => t.readyState === 'ended'))",
            before
        );
        await Assertions.Expect(mariam.Locator("stop-wait")).ToBeVisibleAsync();
        _network.Restore();
        await mariam.WaitForPictureAsync("replay-player video");
    }

    private async Task CutAsync(IPage studio)
    {
        _network.Cut();
        await Assertions
            .Expect(studio.GetByText("Réseau interrompu, rien n’est perdu"))
            .ToBeVisibleAsync();
    }

    /// <summary>Asks for a stop when there is something that cannot be sent.</summary>
    private async Task StopInCutAsync(IPage studio)
    {
        await RecordInCutAsync(studio);
        await AskStopAsync(studio);
    }

    private async Task RecordInCutAsync(IPage studio)
    {
        await studio.WaitForFunctionAsync(
            "() => document.querySelector('live-studio video').currentTime > 3"
        );
        await CutAsync(studio);
    }

    private static async Task AskStopAsync(IPage studio)
    {
        await studio.AskStopAsync();
        await Assertions.Expect(studio.Locator("stop-wait")).ToBeVisibleAsync();
    }
}
