using System.Buffers.Binary;
using System.Globalization;
using System.Text.RegularExpressions;
using CommuniConnect.Browser.Tests.Support;
using Microsoft.Playwright;

namespace CommuniConnect.Browser.Tests;

/// <summary>Watching with few megabytes: the sound alone, or with a picture every few seconds.</summary>
public sealed partial class EconomyTests(BrowserFixture browser)
    : IClassFixture<BrowserFixture>,
        IAsyncDisposable
{
    private const string Mode = "document.querySelector('live-player')?.dataset.mode";
    private const int Sound = 2;

    /// <summary>A microphone that hears a steady rush, which needs every bit an encoder is given.</summary>
    private const string NoisyMicrophone = """
        const open = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
        navigator.mediaDevices.getUserMedia = async (wish) => {
          const stream = await open(wish);
          const audio = new AudioContext();
          const noise = audio.createBuffer(2, audio.sampleRate, audio.sampleRate);
          for (let c = 0; c < 2; c++) noise.getChannelData(c).forEach((_, i, all) => (all[i] = Math.random() - 0.5));
          const source = new AudioBufferSourceNode(audio, { buffer: noise, loop: true });
          const out = audio.createMediaStreamDestination();
          source.connect(out);
          source.start();
          return new MediaStream([...stream.getVideoTracks(), ...out.stream.getAudioTracks()]);
        };
        """;

    /// <summary>Heads of TCP (with timestamps), of IPv4 and of a WebSocket frame.</summary>
    private const int HeadBytes = 52 + 4;
    private const int LargestSegment = 1_448;

    public ValueTask DisposeAsync() => browser.ClearAsync();

    [Fact]
    public async Task Sound_alone_of_a_live_from_the_studio_takes_less_than_40_kbit_a_second()
    {
        var mariam = await browser.SignedInAsync(Pages.Mariam);
        await mariam.AddInitScriptAsync(NoisyMicrophone);
        var alpha = await browser.SignedInAsync(Pages.Alpha);
        var received = Listen(alpha);
        var id = await mariam.StartLiveAsync("À l'oreille");
        await alpha.GotoAsync(string.Create(CultureInfo.InvariantCulture, $"/lives/{id}"));
        await alpha.WaitForLiveProgressAsync(1);

        await alpha.GetByLabel("Mode de lecture").SelectOptionAsync("sound");
        await alpha.WaitForFunctionAsync($"() => {Mode} === 'sound'");
        await alpha.WaitForLiveProgressAsync(2);
        var before = received.Count;
        await alpha.WaitForLiveProgressAsync(10);

        var messages = received.ToArray()[before..];
        Assert.DoesNotContain(messages, m => m.HasPicture);
        var sound = messages.Where(m => m.Newest > 0).ToList();
        var seconds = (sound[^1].Newest - sound[0].Newest) / 1e6;
        Assert.InRange(seconds, 8, 15);
        // Of the first only the end belongs to the time measured.
        var wire = messages.Sum(m => m.WireBytes) - sound[0].WireBytes;
        Assert.InRange(wire * 8 / 1_000.0 / seconds, 20, 40);
        await mariam.StopLiveAsync();
    }

    [Fact]
    public async Task In_economy_a_picture_comes_every_few_seconds_and_the_megabytes_are_told()
    {
        var mariam = await browser.SignedInAsync(Pages.Mariam);
        var alpha = await browser.SignedInAsync(Pages.Alpha);
        var received = Listen(alpha);
        var id = await mariam.StartLiveAsync("Peu de mégas");
        await alpha.GotoAsync(string.Create(CultureInfo.InvariantCulture, $"/lives/{id}"));
        await alpha.WaitForLiveProgressAsync(1);

        await alpha.GetByLabel("Mode de lecture").SelectOptionAsync("economy");
        await alpha.WaitForFunctionAsync($"() => {Mode} === 'economy'");
        await Assertions.Expect(alpha.Locator(".mode-words")).ToHaveTextAsync(EconomyBadge());
        await alpha.WaitForLiveProgressAsync(2);
        var before = received.Count;
        var painted = await alpha.EvaluateAsync<int>(Painted);
        await alpha.WaitForLiveProgressAsync(16);

        var pictures = received.ToArray()[before..].Where(m => m.HasPicture).ToList();
        Assert.InRange(pictures.Count, 2, 4);
        Assert.InRange(await alpha.EvaluateAsync<int>(Painted) - painted, 2, 4);
        Assert.All(
            pictures.Zip(pictures.Skip(1)),
            p => Assert.InRange((p.Second.Newest - p.First.Newest) / 1e6, 4.5, 9)
        );
        await alpha.ScreenshotAsync("economy");
        await mariam.StopLiveAsync();
    }

    [Fact]
    public async Task Weak_network_is_met_with_an_offer_that_is_not_repeated_after_no()
    {
        var mariam = await browser.SignedInAsync(Pages.Mariam);
        var alpha = await browser.SignedInAsync(Pages.Alpha, 360, 740);
        var zenab = await browser.SignedInAsync(Pages.Admin);
        foreach (var page in new[] { alpha, zenab })
        {
            await page.AddInitScriptAsync(
                "Object.defineProperty(NetworkInformation.prototype, 'effectiveType', { get: () => '2g' })"
            );
        }
        var id = await mariam.StartLiveAsync("Réseau faible");
        var address = string.Create(CultureInfo.InvariantCulture, $"/lives/{id}");

        await alpha.GotoAsync(address);
        var offer = alpha.GetByText("Réseau faible : passer en économie de données ?");
        await Assertions.Expect(offer).ToBeVisibleAsync();
        await alpha.ScreenshotAsync("economy-offer");
        await alpha.Button("Oui").ClickAsync();
        await Assertions.Expect(offer).ToBeHiddenAsync();
        await alpha.WaitForFunctionAsync($"() => {Mode} === 'economy'");
        await Assertions.Expect(alpha.GetByLabel("Mode de lecture")).ToHaveValueAsync("economy");

        await zenab.GotoAsync(address);
        offer = zenab.GetByText("Réseau faible : passer en économie de données ?");
        await zenab.Button("Non").ClickAsync();
        await Assertions.Expect(offer).ToBeHiddenAsync();
        await zenab.WaitForLiveProgressAsync(2);
        await Assertions.Expect(offer).ToBeHiddenAsync();
        await zenab.ReloadAsync();
        await zenab.WaitForLiveProgressAsync(2);
        await Assertions.Expect(offer).ToBeHiddenAsync();
        await mariam.StopLiveAsync();
    }

    private const string Painted =
        "() => document.querySelector('live-player').stats.framesDecoded";

    /// <summary>A message of the watch socket: its size on the line, the newest timestamp in it, and whether it has a picture.</summary>
    private sealed record Message(int WireBytes, long Newest, bool HasPicture);

    private static List<Message> Listen(IPage page)
    {
        var messages = new List<Message>();
        page.WebSocket += (_, socket) =>
        {
            if (socket.Url.Contains("/watch/", StringComparison.Ordinal))
            {
                socket.FrameReceived += (_, frame) => messages.Add(Read(frame));
            }
        };
        return messages;
    }

    private static Message Read(IWebSocketFrame frame)
    {
        if (frame.Binary is not { Length: > 0 } bytes || bytes[0] == '{')
        {
            return new((frame.Text?.Length ?? 0) + HeadBytes, 0, false);
        }
        const int packetHead = 14;
        var (newest, hasPicture) = (0L, false);
        for (var at = 0; at < bytes.Length; )
        {
            hasPicture |= bytes[at] != Sound;
            newest = Math.Max(newest, BinaryPrimitives.ReadInt64BigEndian(bytes.AsSpan(at + 6)));
            at += packetHead + BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(at + 2));
        }
        var segments = 1 + (bytes.Length / LargestSegment);
        return new(bytes.Length + segments * HeadBytes, newest, hasPicture);
    }

    [GeneratedRegex(@"^Économie · [\d,]+ [kM]?o$", RegexOptions.None, 1_000)]
    private static partial Regex EconomyBadge();
}
