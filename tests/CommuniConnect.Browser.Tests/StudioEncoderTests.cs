using System.Globalization;
using System.Text.RegularExpressions;
using CommuniConnect.Browser.Tests.Support;
using CommuniConnect.Server.Tests.Support;
using Microsoft.Playwright;

namespace CommuniConnect.Browser.Tests;

/// <summary>What the studio's encoder makes, judged by FFmpeg, and how it follows a weak uplink.</summary>
public sealed partial class StudioEncoderTests(BrowserFixture browser)
    : IClassFixture<BrowserFixture>,
        IAsyncDisposable
{
    private const string Lightened = "Réseau faible : image allégée";
    private const int WeakBitsPerSecond = 500_000;
    private const string Broken =
        "onmessage = ({ data }) => data.port.postMessage({ type: 'fault', reason: 'no' });";

    public ValueTask DisposeAsync() => browser.ClearAsync();

    [Fact]
    public async Task Recording_is_whole_and_in_time_whatever_is_switched_off_and_on()
    {
        var mariam = await browser.SignedInAsync(Pages.Mariam);
        await mariam.FilmStageAsync();
        var id = await mariam.StartLiveAsync("Tout est en place");
        await RunAsync(mariam, 5);
        Assert.Contains(mariam.Workers, IsEncoder);
        await mariam.Button("Couper la caméra").ClickAsync();
        await mariam.Button("Couper le micro").ClickAsync();
        await RunAsync(mariam, 2);
        await mariam.Button("Rallumer la caméra").ClickAsync();
        await mariam.Button("Rouvrir le micro").ClickAsync();
        await RunAsync(mariam, 3);
        await mariam.StopLiveAsync();

        var file = Assert.Single(await DownloadAsync(mariam, id));

        Assert.Equal(["opus", "vp8"], await CodecsAsync(file));
        await ExpectPlayableAsync(file);
        Assert.InRange(await Tool.LongestGapAsync(file), 0, 0.8);
        var (flashes, tones) = await Stage.BeatsAsync(file);
        Assert.InRange(flashes.Count, 4, 20);
        var apart = flashes.Select(flash => tones.Min(tone => Math.Abs(tone - flash))).Order();
        Assert.InRange(apart.ElementAt(flashes.Count / 2), 0, 0.1);
    }

    [Fact]
    public async Task Another_quality_goes_on_in_the_same_recording()
    {
        var mariam = await browser.SignedInAsync(Pages.Mariam);
        var id = await mariam.StartLiveAsync("En plus grand");
        await RunAsync(mariam, 3);
        await mariam.GetByText("Caméra, micro et qualité").ClickAsync();
        await mariam.GetByLabel("Qualité").SelectOptionAsync("Haute (1280 × 720)");
        await mariam.WaitForFunctionAsync(
            "() => document.querySelector('live-studio video').videoWidth === 1280"
        );
        await RunAsync(mariam, 3);
        await mariam.StopLiveAsync();

        foreach (var file in await DownloadAsync(mariam, id))
        {
            Assert.Equal(["opus", "vp8"], await CodecsAsync(file));
            await ExpectPlayableAsync(file);
        }
    }

    [Fact]
    public async Task Picture_gets_lighter_on_a_weak_uplink_and_comes_back()
    {
        await using var network = new ThrottledProxy(browser.Site.Address);
        var mariam = await browser.SignedInAsync(Pages.Mariam, address: network.Address);
        await mariam.FilmStageAsync();
        var id = await mariam.StartLiveAsync("Au bout du réseau");
        var health = mariam.Locator("upload-health");
        await Assertions.Expect(health).ToContainTextAsync("Connexion bonne");
        await RunAsync(mariam, 3);

        network.Upload.BitsPerSecond = WeakBitsPerSecond;

        await Assertions.Expect(health).ToContainTextAsync(Lightened);
        await mariam.ScreenshotAsync("studio-weak");
        var waits = new List<double>();
        for (var i = 0; i < 24; i++)
        {
            await RunAsync(mariam, 0.5);
            waits.Add(SecondsWaiting(await health.InnerTextAsync()));
        }
        // Empty again within a few seconds, and what a hiccup of the machine leaves goes at once.
        var later = waits.Skip(12).ToArray();
        Assert.True(later.Order().ElementAt(6) < 1, string.Join(' ', waits));
        Assert.True(later.Max() < 3, string.Join(' ', waits));
        await Assertions.Expect(health).ToContainTextAsync(Lightened);

        network.Upload.BitsPerSecond = 0;

        await Assertions
            .Expect(health)
            .ToContainTextAsync("Connexion bonne", new() { Timeout = 60_000 });
        await mariam.StopLiveAsync();
        await ExpectPlayableAsync(Assert.Single(await DownloadAsync(mariam, id)));
    }

    [Fact]
    public async Task Picture_that_stands_still_is_shown_again()
    {
        var mariam = await browser.SignedInAsync(Pages.Mariam);
        await mariam.AddInitScriptAsync(
            """
            const open = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
            navigator.mediaDevices.getUserMedia = async (wishes) => {
              const slide = Object.assign(document.createElement('canvas'), { width: 640, height: 360 });
              const pen = slide.getContext('2d');
              const draw = () => pen.fillRect(0, 0, 640, 360);
              const black = setInterval(draw, 50);
              window.turnPage = () => {
                clearInterval(black);
                pen.fillStyle = 'white';
                draw();
              };
              return new MediaStream([...slide.captureStream().getVideoTracks(), ...(await open(wishes)).getAudioTracks()]);
            };
            """
        );
        var id = await mariam.StartLiveAsync("Une page");
        await RunAsync(mariam, 1);
        await mariam.EvaluateAsync("() => turnPage()");
        await mariam.WaitForFunctionAsync(
            "() => document.querySelector('live-studio live-badge')?.textContent.includes('00:05')"
        );
        await mariam.StopLiveAsync();

        var file = Assert.Single(await DownloadAsync(mariam, id));

        Assert.InRange(await Tool.LongestGapAsync(file), 0, 0.8);
        await ExpectPlayableAsync(file);
        var (_, levels, _) = await Tool.RunAsync(
            "ffmpeg",
            [
                "-v",
                "error",
                "-sseof",
                "-1",
                "-i",
                file,
                "-vf",
                "signalstats,metadata=print:key=lavfi.signalstats.YAVG:file=-",
                "-f",
                "null",
                "-",
            ]
        );
        var shown = Brightness().Matches(levels).Select(match => match.Groups["level"].Value);
        Assert.NotEmpty(shown);
        Assert.All(
            shown,
            level => Assert.True(int.Parse(level, CultureInfo.InvariantCulture) > 200)
        );
    }

    [Fact]
    public async Task Hidden_studio_keeps_its_picture()
    {
        var mariam = await browser.SignedInAsync(Pages.Mariam);
        // Chromium under test hides no tab: its timers are slowed down as those of a hidden one are.
        await mariam.AddInitScriptAsync(
            """
            const every = setInterval;
            window.slowestMs = 0;
            window.setInterval = (run, ms) => {
              let ranMs = 0;
              return every(() => {
                if (performance.now() - ranMs < slowestMs) return;
                ranMs = performance.now();
                run();
              }, ms);
            };
            """
        );
        await mariam.StartLiveAsync("Dans un autre onglet");
        var health = mariam.Locator("upload-health");
        await RunAsync(mariam, 3);

        await mariam.EvaluateAsync("() => slowestMs = 1000");

        for (var i = 0; i < 8; i++)
        {
            await RunAsync(mariam, 1);
            await Assertions.Expect(health).Not.ToContainTextAsync(Lightened);
        }
        await mariam.StopLiveAsync();
    }

    [Theory]
    [InlineData("throw new Error('no')")]
    [InlineData("void 0")]
    [InlineData(Broken + "postMessage('loaded')")]
    public async Task Encoder_that_cannot_begin_leaves_the_take_to_another(string worker)
    {
        var mariam = await browser.SignedInAsync(Pages.Mariam);
        await mariam.RouteAsync(
            "**/encoder-worker.js",
            route => route.FulfillAsync(new() { ContentType = "text/javascript", Body = worker })
        );
        var id = await mariam.StartLiveAsync("Sans WebCodecs");
        await RunAsync(mariam, 3);
        await mariam.StopLiveAsync();

        await ExpectPlayableAsync(Assert.Single(await DownloadAsync(mariam, id)));
    }

    [Fact]
    public async Task Encoder_that_breaks_in_mid_live_does_not_end_it()
    {
        var mariam = await browser.SignedInAsync(Pages.Mariam);
        var alpha = await browser.SignedInAsync(Pages.Alpha);
        await mariam.AddInitScriptAsync(
            """
            const Channel = window.MessageChannel;
            window.MessageChannel = class extends Channel {
              constructor() {
                super();
                window.takePort = this.port1;
              }
            };
            """
        );
        await mariam.CountRecordersAsync();
        var id = await mariam.StartLiveAsync("Un encodeur fragile");
        await alpha.GotoAsync(string.Create(CultureInfo.InvariantCulture, $"/lives/{id}"));
        await alpha.WaitForLiveProgressAsync(1);

        await mariam.EvaluateAsync(
            "() => takePort.dispatchEvent(new MessageEvent('message', { data: { type: 'fault', reason: 'no' } }))"
        );

        await alpha.WaitForLiveProgressAsync(3);

        await mariam.StopLiveAsync();
        Assert.Equal(1, await mariam.RecordersAsync());
        foreach (var file in await DownloadAsync(mariam, id))
        {
            await ExpectPlayableAsync(file);
        }
    }

    private static bool IsEncoder(IWorker worker) =>
        worker.Url.EndsWith("/encoder-worker.js", StringComparison.Ordinal);

    private static Task RunAsync(IPage page, double seconds) =>
        page.WaitForProgressAsync("live-studio video", seconds);

    /// <summary>The recordings of a live, as files.</summary>
    private async Task<List<string>> DownloadAsync(IPage page, int liveId)
    {
        var post = await page.APIRequest.GetAsync(
            string.Create(CultureInfo.InvariantCulture, $"/api/posts/live/{liveId}/")
        );
        var media = (await post.JsonAsync())!.Value.GetProperty("media_files");
        var files = new List<string>();
        foreach (var url in media.EnumerateArray().Select(m => m.GetProperty("file_url")))
        {
            var answer = await page.APIRequest.GetAsync(url.GetString()!);
            files.Add(Path.Combine(browser.Site.DataPath, $"judged-{files.Count}.webm"));
            await File.WriteAllBytesAsync(files[^1], await answer.BodyAsync());
        }
        return files;
    }

    private static async Task<string[]> CodecsAsync(string file) =>
        [
            .. (await Tool.ProbeAsync(file, "stream=codec_name"))
                .Split('\n', StringSplitOptions.TrimEntries)
                .Order(StringComparer.Ordinal),
        ];

    /// <summary>Every frame is decoded without a complaint, times only grow, and sound and picture begin together.</summary>
    /// <remarks>In the time base of the file: a guessed frame rate would put two frames of a phone on one tick.</remarks>
    private static async Task ExpectPlayableAsync(string file)
    {
        var (_, _, errors) = await Tool.RunAsync(
            "ffmpeg",
            [
                "-v",
                "error",
                "-xerror",
                "-err_detect",
                "explode",
                "-i",
                file,
                "-enc_time_base",
                "-1",
                "-f",
                "null",
                "-",
            ]
        );
        Assert.Empty(errors);
        await Tool.PacketsInOrderAsync(file, 0);
        await Tool.PacketsInOrderAsync(file, 1);
        var starts = (await Tool.ProbeAsync(file, "stream=start_time"))
            .Split('\n')
            .Select(start => double.Parse(start, CultureInfo.InvariantCulture));
        Assert.InRange(starts.Max() - starts.Min(), 0, 0.1);
    }

    /// <summary>How long what waits would take to be sent, as the page tells both.</summary>
    /// <summary>How long the weak uplink takes for what waits.</summary>
    private static double SecondsWaiting(string health)
    {
        var figures = Figures().Match(health);
        var bytes =
            Number(figures.Groups["waiting"])
            * figures.Groups["unit"].Value switch
            {
                "Mo" => 1e6,
                "ko" => 1e3,
                _ => 1,
            };
        return bytes * 8 / WeakBitsPerSecond;
    }

    private static double Number(Group group) =>
        double.Parse(
            string.Concat(group.Value.Where(c => char.IsDigit(c) || c == ',')).Replace(',', '.'),
            CultureInfo.InvariantCulture
        );

    [GeneratedRegex("YAVG=(?<level>[0-9]+)", RegexOptions.None, 1_000)]
    private static partial Regex Brightness();

    [GeneratedRegex(
        @"kbit/s · (?<waiting>[\d\s,]+)\s(?<unit>\w?o) en attente",
        RegexOptions.None,
        1_000
    )]
    private static partial Regex Figures();
}
