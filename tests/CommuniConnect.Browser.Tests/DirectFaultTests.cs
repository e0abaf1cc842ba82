using System.Globalization;
using CommuniConnect.Browser.Tests.Support;

namespace CommuniConnect.Browser.Tests;

/// <summary>Decoders that are not what the browser says of them, and a loudspeaker that does not keep up.</summary>
public sealed class DirectFaultTests(BrowserFixture browser)
    : IClassFixture<BrowserFixture>,
        IAsyncDisposable
{
    /// <summary>Three are made of a decoder that never works before it is given up, and a few more while another way begins.</summary>
    private const int MostDecoders = 10;

    private const double LongerBufferSeconds = 0.1;

    /// <summary>Counts in <c>made</c> how often a decoder is made ready.</summary>
    private const string Counted = """
        window.made = 0;
        const count = (type, change) => {
          const { configure } = type.prototype;
          type.prototype.configure = function (config) {
            made++;
            return configure.call(this, change ? change(config) : config);
          };
        };
        """;

    /// <summary>
    /// The first loudspeaker runs dry, as often as <c>underruns</c> says of the milliseconds it has been there; <c>buffers</c> says how
    /// long a buffer each was asked to have.
    /// </summary>
    private const string RunsDry = """
        const { AudioContext: Real } = window;
        window.buffers = [];
        let openedMs;
        window.AudioContext = class extends Real {
          constructor(options) {
            super(options);
            buffers.push(options.latencyHint);
            openedMs = performance.now();
          }
        };
        Object.defineProperty(Real.prototype, 'playbackStats', {
          get: () => ({ get underrunEvents() { return buffers.length > 1 ? 0 : underruns(performance.now() - openedMs); } }),
        });
        """;

    public ValueTask DisposeAsync() => browser.ClearAsync();

    [Theory]
    [InlineData("count(VideoDecoder, (config) => ({ ...config, codec: 'hvc1.1.6.L93.B0' }))")]
    [InlineData("count(VideoDecoder); VideoDecoder.prototype.decode = () => {}")]
    [InlineData("count(AudioDecoder, (config) => ({ ...config, codec: 'ac-3' }))")]
    [InlineData("count(AudioDecoder); AudioDecoder.prototype.decode = () => {}")]
    public async Task Decoder_that_never_works_is_given_up_for_Confort_after_a_few_tries(
        string decoder
    )
    {
        var mariam = await browser.SignedInAsync(Pages.Mariam);
        var alpha = await browser.SignedInAsync(Pages.Alpha);
        await alpha.AddInitScriptAsync(Counted + decoder);
        var id = await mariam.StartLiveAsync("Décodeur qui promet");
        await alpha.GotoAsync(string.Create(CultureInfo.InvariantCulture, $"/lives/{id}"));

        await alpha.WaitForFunctionAsync($"() => {Watching.Mode} === 'comfort'");
        await alpha.WaitForLiveProgressAsync(2);
        await alpha.WaitForPictureAsync("live-player video");
        Assert.InRange(await alpha.EvaluateAsync<int>("() => made"), 1, MostDecoders);
        await mariam.StopLiveAsync();
    }

    [Fact]
    public async Task Picture_decoder_that_falls_silent_in_mid_live_is_given_up_for_Confort()
    {
        var mariam = await browser.SignedInAsync(Pages.Mariam);
        var alpha = await browser.SignedInAsync(Pages.Alpha);
        var id = await mariam.StartLiveAsync("Décodeur muet");
        await alpha.GotoAsync(string.Create(CultureInfo.InvariantCulture, $"/lives/{id}"));
        await alpha.WaitForLiveProgressAsync(1);
        await alpha.WaitForFunctionAsync($"() => {Watching.Mode} === 'direct'");

        await alpha.EvaluateAsync("() => { VideoDecoder.prototype.decode = () => {}; }");

        await alpha.WaitForFunctionAsync($"() => {Watching.Mode} === 'comfort'");
        await alpha.WaitForLiveProgressAsync(2);
        await mariam.StopLiveAsync();
    }

    [Fact]
    public async Task Sound_goes_on_in_Direct_after_its_decoder_broke_once()
    {
        var mariam = await browser.SignedInAsync(Pages.Mariam);
        var alpha = await browser.SignedInAsync(Pages.Alpha);
        var id = await mariam.StartLiveAsync("Un son abîmé");
        await alpha.GotoAsync(string.Create(CultureInfo.InvariantCulture, $"/lives/{id}"));
        await alpha.GetByLabel("Mode de lecture").SelectOptionAsync("direct");
        await alpha.WaitForLiveProgressAsync(2);
        var lag = await alpha.LagTogetherAsync();

        await alpha.EvaluateAsync(
            """
            () => new Promise((resolve) => {
              const { prototype } = AudioDecoder;
              const { decode } = prototype;
              prototype.decode = function ({ timestamp }) {
                prototype.decode = decode;
                resolve();
                const data = Uint8Array.of(255, 255, 255, 255);
                return decode.call(this, new EncodedAudioChunk({ type: 'key', timestamp, data }));
              };
            })
            """
        );
        await alpha.WaitForLiveProgressAsync(1);

        await alpha.WaitForEdgeTogetherAsync(lag + Watching.MostKeptSoundSeconds);
        Assert.Equal("direct", await alpha.EvaluateAsync<string>($"() => {Watching.Mode}"));
        await mariam.StopLiveAsync();
    }

    [Fact]
    public async Task Loudspeaker_that_runs_dry_is_given_a_longer_buffer_and_the_sound_goes_on()
    {
        var mariam = await browser.SignedInAsync(Pages.Mariam);
        var alpha = await browser.SignedInAsync(Pages.Alpha);
        await alpha.AddInitScriptAsync(
            RunsDry + "const underruns = (ms) => Math.floor(ms / 1000);"
        );
        var id = await mariam.StartLiveAsync("Haut-parleur à sec");
        await alpha.GotoAsync(string.Create(CultureInfo.InvariantCulture, $"/lives/{id}"));
        await alpha.GetByLabel("Mode de lecture").SelectOptionAsync("direct");
        await alpha.WaitForLiveProgressAsync(1);
        var lag = await alpha.LagAsync();

        await alpha.WaitForFunctionAsync("() => buffers.length > 1");

        await alpha.WaitForEdgeTogetherAsync(lag + LongerBufferSeconds);
        Assert.Equal("0,interactive", await alpha.EvaluateAsync<string>("() => buffers.join()"));
        Assert.Equal("direct", await alpha.EvaluateAsync<string>($"() => {Watching.Mode}"));
        await mariam.StopLiveAsync();
    }

    [Fact]
    public async Task Loudspeaker_that_runs_dry_only_while_the_device_is_busy_keeps_the_shortest_buffer()
    {
        var mariam = await browser.SignedInAsync(Pages.Mariam);
        var alpha = await browser.SignedInAsync(Pages.Alpha);
        await alpha.AddInitScriptAsync(
            RunsDry + "const underruns = (ms) => (ms < 1000 ? 0 : ms < 7000 ? 5 : 10);"
        );
        var id = await mariam.StartLiveAsync("Haut-parleur surpris");
        await alpha.GotoAsync(string.Create(CultureInfo.InvariantCulture, $"/lives/{id}"));
        await alpha.GetByLabel("Mode de lecture").SelectOptionAsync("direct");
        await alpha.WaitForFunctionAsync(
            "() => document.querySelector('live-player')?.soundTimeSeconds > 0"
        );

        // Longer than it is looked at three times.
        await alpha.WaitForLiveProgressAsync(16);

        Assert.Equal("0", await alpha.EvaluateAsync<string>("() => buffers.join()"));
        await mariam.StopLiveAsync();
    }
}
