using System.Diagnostics;
using System.Globalization;
using CommuniConnect.Browser.Tests.Support;
using Microsoft.Playwright;

namespace CommuniConnect.Browser.Tests;

/// <summary>What the network, the browser and the member do in the middle of a live, and that the replay lacks nothing.</summary>
public sealed class ResumeTests : IAsyncLifetime
{
    // One of its own for each test: a live that one leaves open would meet the next.
    private readonly BrowserFixture _browser = new();
    private readonly EncoderWitness _witness = new();
    private ThrottledProxy? _network;

    private ThrottledProxy Network => _network!;

    public async ValueTask InitializeAsync()
    {
        await _browser.InitializeAsync();
        _network = new ThrottledProxy(_browser.Site.Address);
    }

    public async ValueTask DisposeAsync()
    {
        await Network.DisposeAsync();
        await _browser.DisposeAsync();
        _witness.Dispose();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Live_is_at_its_edge_after_a_cut_and_the_replay_has_no_hole(bool silently)
    {
        var mariam = await PublisherAsync();
        var alpha = await _browser.SignedInAsync(Pages.Alpha, 390, 844);
        var id = await mariam.StartLiveAsync("Un live coupé");
        await alpha.GotoAsync(PathOf(id));
        await alpha.WaitForProgressAsync("live-player video", 2);

        if (silently)
        {
            Network.Stall();
        }
        else
        {
            Network.Cut();
        }
        await Assertions
            .Expect(mariam.GetByText("Réseau interrompu, rien n’est perdu"))
            .ToBeVisibleAsync(new() { Timeout = 15_000 });
        await Assertions.Expect(mariam.GetByText("pour reprendre")).ToBeVisibleAsync();
        await Assertions.Expect(alpha.GetByText("Interrompu, reprise…")).ToBeVisibleAsync();
        await mariam.WaitForFunctionAsync(
            "() => /\\((8|9|1\\d) s\\)/.test(document.querySelector('upload-health .figures').textContent)"
        );
        await mariam.ScreenshotAsync("studio-cut");
        await alpha.ScreenshotAsync("live-cut");
        Network.UplinkBytesPerSecond = 90_000; // about twice what the encoder makes
        Network.Restore();
        var back = Stopwatch.StartNew();
        await alpha.WaitForFunctionAsync(
            "() => document.querySelector('live-player')?.dataset.state === 'playing' && document.querySelector('live-player').stats.behindMs < 1500"
        );
        TestContext.Current.SendDiagnosticMessage(
            $"at the edge after {back.ElapsedMilliseconds} ms"
        );
        await Assertions.Expect(mariam.GetByRole(AriaRole.Progressbar)).ToBeVisibleAsync();
        await mariam.ScreenshotAsync("studio-backfill");
        await Assertions
            .Expect(mariam.GetByRole(AriaRole.Progressbar))
            .ToBeHiddenAsync(new() { Timeout = 60_000 });
        await alpha.WaitForProgressAsync("live-player video", 2);

        await mariam.StopLiveAsync();
        Assert.Equal(2, _witness.Takes);
        await _witness.AssertReplayHoldsAllAsync(await ReplayAsync(mariam, id));
    }

    /// <summary>Mariam, behind the network that the test has in hand.</summary>
    private async Task<IPage> PublisherAsync()
    {
        var mariam = await _browser.SignedInAsync(Pages.Mariam, address: Network.Address);
        await _witness.WatchAsync(mariam);
        return mariam;
    }

    private static string PathOf(int id) =>
        string.Create(CultureInfo.InvariantCulture, $"/lives/{id}");

    /// <summary>Downloads the one video of the replay.</summary>
    private async Task<string> ReplayAsync(IPage owner, int id)
    {
        var post = await owner.EvaluateAsync<System.Text.Json.JsonElement>(
            "id => fetch(`/api/posts/live/${id}/`).then((answer) => answer.json())",
            id
        );
        var media = Assert.Single(post.GetProperty("media_files").EnumerateArray());
        var file = Path.Combine(
            _browser.Site.DataPath,
            string.Create(CultureInfo.InvariantCulture, $"replay-{id}.webm")
        );
        using var client = new HttpClient();
        await File.WriteAllBytesAsync(
            file,
            await client.GetByteArrayAsync(media.GetProperty("file_url").GetString())
        );
        return file;
    }
}
