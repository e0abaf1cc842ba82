using System.Diagnostics;
using System.Globalization;
using CommuniConnect.Browser.Tests.Support;
using Microsoft.Playwright;

namespace CommuniConnect.Browser.Tests;

/// <summary>The second, small picture: made by the studio when it has room, shown by the player when its network is weak.</summary>
public sealed class SmallPictureTests : IAsyncLifetime
{
    /// <summary>What a weak network carries of the live with the large picture. How much that is is for the machine that encodes it to say.</summary>
    private const double Weak = 0.6;
    private const double MostOfTheLargePicture = 0.30;
    private const float PatienceMs = 300_000;
    private const string BothAreSent = "deux qualités";

    /// <summary>A camera that shows noise between a red field on the left and a blue one on the right; slow, so that a busy machine encodes it twice.</summary>
    private const string Fields = """
        navigator.mediaDevices.getUserMedia = async ({ video }) => {
          const [width, height] = [video.width.ideal, video.height.ideal];
          const noise = new ImageData(256, 256);
          for (let i = 0; i < noise.data.length; i++) noise.data[i] = i % 4 === 3 ? 255 : Math.random() * 255;
          const grain = new OffscreenCanvas(256, 256);
          grain.getContext('2d').putImageData(noise, 0, 0);
          const picture = Object.assign(document.createElement('canvas'), { width, height });
          const pen = picture.getContext('2d', { alpha: false });
          pen.fillStyle = '#f00';
          pen.fillRect(0, 0, width / 2, height);
          pen.fillStyle = '#00f';
          pen.fillRect(width / 2, 0, width / 2, height);
          setInterval(() => pen.drawImage(grain, width / 2 - 128 + Math.random() * 40, Math.random() * (height - 256)), 100);
          const audio = new AudioContext();
          const out = audio.createMediaStreamDestination();
          const tone = new OscillatorNode(audio, { frequency: 300 });
          tone.connect(out);
          tone.start();
          return new MediaStream([...picture.captureStream(10).getVideoTracks(), ...out.stream.getAudioTracks()]);
        };
        """;

    /// <summary>Looks at every picture that is shown: its size, and whether its fields are where they belong.</summary>
    private const string Looks = """
        window.looks = { count: 0, broken: [], widths: new Set() };
        const draw = CanvasRenderingContext2D.prototype.drawImage;
        CanvasRenderingContext2D.prototype.drawImage = function (...rest) {
          draw.apply(this, rest);
          const { canvas } = this;
          if (!(rest[0] instanceof VideoFrame) || !canvas.closest?.('live-player')) return;
          const at = (x) => this.getImageData(Math.round(canvas.width * x), Math.round(canvas.height / 2), 1, 1).data;
          const [red, blue] = [at(0.1), at(0.9)];
          looks.count++;
          looks.widths.add(canvas.width);
          if (!(red[0] > 150 && red[2] < 100 && blue[2] > 150 && blue[0] < 100)) looks.broken.push([...red, ...blue, canvas.width]);
        };
        """;

    // One of its own for each test: a live that one leaves open would meet the next.
    private readonly BrowserFixture _browser = new();

    public ValueTask InitializeAsync() => _browser.InitializeAsync();

    public ValueTask DisposeAsync() => _browser.DisposeAsync();

    [Fact]
    public async Task Viewer_on_a_weak_network_sees_the_small_picture_and_the_large_one_again_when_it_carries_it()
    {
        await using var network = new ThrottledProxy(_browser.Site.Address);
        var mariam = await _browser.SignedInAsync(Pages.Mariam);
        var alpha = await _browser.SignedInAsync(Pages.Alpha, address: network.Address);
        await mariam.AddInitScriptAsync(Fields);
        await alpha.AddInitScriptAsync(Looks);
        var sent = new SentBytes(mariam);
        var id = await mariam.StartLiveAsync("En deux qualités");
        await ExpectBothAreSentAsync(mariam);
        await alpha.GotoAsync(string.Create(CultureInfo.InvariantCulture, $"/lives/{id}"));
        await alpha.WaitForLiveProgressAsync(3);
        await ExpectRenditionAsync(alpha, "main");

        // A machine that is too busy to make both sends the large one alone: then it is tried once more.
        for (var isSmall = false; !isSmall; )
        {
            network.Download.BitsPerSecond = 0;
            await ExpectBothAreSentAsync(mariam);
            await ExpectRenditionAsync(alpha, "main");
            var live = await sent.BitsPerSecondWhileAsync(() => alpha.WaitForLiveProgressAsync(4));
            network.Download.BitsPerSecond = (int)(Weak * live);
            isSmall = await SeesSmallWhileBothAreSentAsync(alpha, mariam);
        }
        await Assertions.Expect(alpha.Locator(".mode-words")).ToContainTextAsync("Image allégée");
        await alpha.WaitForLiveProgressAsync(3);
        await alpha.ScreenshotAsync("small-picture");
        await mariam.ScreenshotAsync("small-picture-studio");

        network.Download.BitsPerSecond = 0;

        await ExpectRenditionAsync(alpha, "main");
        await alpha.WaitForLiveProgressAsync(2);
        var (count, broken) = (
            await alpha.EvaluateAsync<int>("() => looks.count"),
            await alpha.EvaluateAsync<string>("() => JSON.stringify(looks.broken)")
        );
        Assert.True(count > 60, $"{count} pictures");
        Assert.Equal("[]", broken);
        // A busy machine may have made the large one smaller for a while, by three quarters or half.
        var widths = await alpha.EvaluateAsync<int[]>("() => [...looks.widths]");
        Assert.Contains(320, widths);
        Assert.Contains(640, widths);
        Assert.All(widths, width => Assert.Contains(width, new[] { 320, 480, 640 }));
        await mariam.StopLiveAsync();
        Assert.InRange(sent.Share, 0.01, MostOfTheLargePicture);
    }

    [Fact]
    public async Task Viewer_may_choose_it_and_the_member_may_do_without()
    {
        var mariam = await _browser.SignedInAsync(Pages.Mariam, width: 360, height: 740);
        var alpha = await _browser.SignedInAsync(Pages.Alpha);
        await mariam.AddInitScriptAsync(Fields);
        var id = await mariam.StartLiveAsync("Au choix");
        var health = mariam.Locator("upload-health");
        await ExpectBothAreSentAsync(mariam);
        await alpha.GotoAsync(string.Create(CultureInfo.InvariantCulture, $"/lives/{id}"));

        await alpha.GetByLabel("Mode de lecture").SelectOptionAsync("small");
        await ExpectRenditionAsync(alpha, "small");
        await alpha.WaitForLiveProgressAsync(1);
        await mariam.GetByText("Caméra, micro et qualité").ClickAsync();
        var wish = mariam.GetByLabel("Envoyer aussi une image allégée");
        await wish.ScrollIntoViewIfNeededAsync();
        await mariam.ScreenshotAsync("small-picture-setting");
        await wish.UncheckAsync();

        await ExpectRenditionAsync(alpha, "main");
        await alpha.WaitForLiveProgressAsync(1);
        await Assertions.Expect(health).Not.ToContainTextAsync(BothAreSent);
        await mariam.StopLiveAsync();
    }

    /// <summary>Skips the test where the studio sent none but one picture for minutes and said that not even this one can be sent as it is.</summary>
    private static async Task ExpectBothAreSentAsync(IPage studio)
    {
        const float studioPatienceMs = 120_000;
        const string lightened = "image allégée";
        var health = studio.Locator("upload-health");
        var busy = health
            .Filter(new() { HasText = lightened })
            .WaitForAsync(new() { Timeout = studioPatienceMs });
        try
        {
            await Assertions
                .Expect(health)
                .ToContainTextAsync(BothAreSent, new() { Timeout = studioPatienceMs });
        }
        catch (PlaywrightException)
        {
            Assert.SkipWhen(
                busy.IsCompletedSuccessfully,
                $"this machine is too busy for the encoder: the studio said “{lightened}”"
            );
            throw;
        }
    }

    /// <summary>Whether the viewer came to see the small picture before the studio gave it up.</summary>
    private static async Task<bool> SeesSmallWhileBothAreSentAsync(IPage viewer, IPage studio)
    {
        var seen = ExpectRenditionAsync(viewer, "small");
        var givenUp = studio.WaitForFunctionAsync(
            "words => !document.querySelector('upload-health').textContent.includes(words)",
            BothAreSent,
            new() { Timeout = PatienceMs }
        );
        var first = await Task.WhenAny(seen, givenUp);
        await first;
        return first == seen;
    }

    private static Task ExpectRenditionAsync(IPage page, string rendition) =>
        page.WaitForFunctionAsync(
            "wanted => document.querySelector('live-player')?.dataset.rendition === wanted",
            rendition,
            new() { Timeout = PatienceMs }
        );

    /// <summary>Counts what a studio sends of its two pictures, while it sends both.</summary>
    private sealed class SentBytes
    {
        private long _main;
        private long _small;
        private int _smallSockets;

        public SentBytes(IPage studio) => studio.WebSocket += (_, socket) => Count(socket);

        /// <summary>The small one as a share of the take.</summary>
        public double Share => (double)_small / _main;

        /// <summary>How much the take is while something goes on.</summary>
        public async Task<double> BitsPerSecondWhileAsync(Func<Task> something)
        {
            var (before, since) = (Interlocked.Read(ref _main), Stopwatch.StartNew());
            await something();
            return 8 * (Interlocked.Read(ref _main) - before) / since.Elapsed.TotalSeconds;
        }

        private void Count(IWebSocket socket)
        {
            var path = new Uri(socket.Url).AbsolutePath;
            if (!path.StartsWith("/ingest/", StringComparison.Ordinal))
            {
                return;
            }
            var isSmall = path.EndsWith("/small", StringComparison.Ordinal);
            if (isSmall)
            {
                Interlocked.Increment(ref _smallSockets);
                socket.Close += (_, _) => Interlocked.Decrement(ref _smallSockets);
            }
            socket.FrameSent += (_, frame) =>
            {
                var bytes = frame.Binary?.Length ?? 0;
                if (isSmall)
                {
                    Interlocked.Add(ref _small, bytes);
                }
                else if (Volatile.Read(ref _smallSockets) > 0)
                {
                    Interlocked.Add(ref _main, bytes);
                }
            };
        }
    }
}
