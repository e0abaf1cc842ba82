using System.Diagnostics;
using CommuniConnect.Browser.Tests.Support;
using CommuniConnect.Server.Tests.Support;
using Xunit;

namespace CommuniConnect.Server.Tests.Broadcast;

/// <summary>Who is counted as watching: people, not tabs, and nobody who is no longer there.</summary>
public sealed class PresenceTests(PresenceTests.Everywhere server)
    : IClassFixture<PresenceTests.Everywhere>
{
    /// <summary>How soon the count is right after somebody has gone.</summary>
    private static readonly TimeSpan Promise = TimeSpan.FromSeconds(5);

    [Fact]
    public async Task Member_in_two_tabs_is_one_viewer_until_both_are_closed()
    {
        var live = await OnAirAsync();
        var member = await server.NewMemberAsync();
        var other = await server.NewMemberAsync();
        var tab = await TabAsync(live, member);
        var second = await TabAsync(live, member);
        await using var another = await TabAsync(live, other);

        await live.UntilAsync(s => s is { Viewers: 2, PeakViewers: 2 });
        await tab.DisposeAsync();
        // The other member's second tab tells that the first member's closed one has been noticed.
        await using (await TabAsync(live, await server.NewMemberAsync()))
            await live.UntilAsync(s => s.Viewers == 3);
        await live.UntilAsync(s => s.Viewers == 2);
        var closed = Stopwatch.StartNew();
        await second.DisposeAsync();
        await live.UntilAsync(s => s.Viewers == 1);

        Assert.True(closed.Elapsed < Promise, $"{closed.Elapsed}");
        Assert.Equal(3, live.Snapshot!.PeakViewers);
    }

    [Fact]
    public async Task Session_without_a_name_in_two_tabs_is_one_viewer_and_another_is_a_second()
    {
        var live = await OnAirAsync();
        using var browser = new HttpClient(new SocketsHttpHandler { UseCookies = false });
        var first = await browser.GetAsync(live.Watch, HttpCompletionOption.ResponseHeadersRead);
        var cookie = Assert.Single(first.Headers.GetValues("Set-Cookie")).Split(';')[0];
        await using var second = await WatchClient.ConnectAsync(live, header: ("Cookie", cookie));
        await second.NextAsync("tracks");
        Assert.Equal(1, live.Snapshot!.Viewers);

        await using (var other = await WatchClient.ConnectAsync(live))
        {
            await other.NextAsync("tracks");
            Assert.Equal(2, live.Snapshot!.Viewers);
        }
        await live.UntilAsync(s => s.Viewers == 1);
        first.Dispose();
        await second.DisposeAsync();
        await live.UntilAsync(s => s.Viewers == 0);

        Assert.Equal(2, live.Snapshot!.PeakViewers);
    }

    [Fact]
    public async Task Viewer_behind_a_proxy_who_falls_silent_is_not_counted_after_5_s_and_counts_again_when_heard()
    {
        var live = await OnAirAsync();
        await using var network = new ThrottledProxy($"{server.BaseAddress}");
        await using var viewer = await WatchClient.ConnectAsync(
            live,
            header: ("X-Forwarded-For", "100.64.0.7"),
            through: new Uri(network.Address)
        );
        await viewer.NextAsync("tracks");
        await live.UntilAsync(s => s.Viewers == 1);

        var silent = Stopwatch.StartNew();
        network.Stall();
        await live.UntilAsync(s => s.Viewers == 0);
        Assert.True(silent.Elapsed < Promise, $"{silent.Elapsed}");
        Assert.False(viewer.Closed.IsCompleted); // a tunnel is longer than that
        network.Restore();
        await live.UntilAsync(s => s.Viewers == 1);

        Assert.Equal(1, live.Snapshot!.PeakViewers);
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, false)]
    [InlineData(true, true)]
    [InlineData(false, true)]
    public async Task Phone_that_left_the_network_is_not_counted_after_5_s(
        bool isBroadcasting,
        bool isDirect
    )
    {
        await using var far = await DistantNetwork.MakeAsync();
        var live = await OnAirAsync();
        var watch = isDirect ? WatchClient.AddressOf(live) : live.Watch;
        var address = new UriBuilder(watch) { Scheme = "http", Host = far.HostAddress }.Uri;
        using var phone = far.Start(
            "curl",
            ["-sN", "-o", "/dev/null", .. isDirect ? WebSocketHeaders : [], $"{address}"]
        );
        await live.UntilAsync(s => s.Viewers == 1);
        using var camera = isBroadcasting ? live.Ffmpeg(await Footage.NoiseAsync(20), "-re") : null;
        if (isBroadcasting)
            await live.UntilAsync(s => s.Duration > TimeSpan.FromSeconds(4));

        var silent = Stopwatch.StartNew();
        await far.FallSilentAsync();
        await live.UntilAsync(s => s.Viewers == 0);
        Assert.True(silent.Elapsed < Promise, $"{silent.Elapsed}");
        await far.SpeakAsync();
        await live.UntilAsync(s => s.Viewers == 1);

        phone.Kill();
        camera?.Kill();
        await live.UntilAsync(s => s.Viewers == 0);
    }

    /// <summary>Has any program open a WebSocket; it never answers a ping, its kernel takes what comes.</summary>
    private static string[] WebSocketHeaders =>
        [
            "-HConnection: Upgrade",
            "-HUpgrade: websocket",
            "-HSec-WebSocket-Version: 13",
            $"-HSec-WebSocket-Key: {Convert.ToBase64String(Guid.NewGuid().ToByteArray())}",
        ];

    private async Task<StartedLive> OnAirAsync()
    {
        var live = await StartedLive.StartAsync(server);
        await live.PublishAsync(await Footage.Vp8OpusAsync(2));
        return live;
    }

    private static async Task<WatchClient> TabAsync(StartedLive live, Member member)
    {
        var tab = await WatchClient.ConnectAsync(
            live,
            header: ("Authorization", $"Bearer {member.Access}")
        );
        await tab.NextAsync("tracks");
        return tab;
    }

    /// <summary>A server that listens on every address of the machine.</summary>
    public sealed class Everywhere : ServerFixture
    {
        protected override string Listen => "http://0.0.0.0:0";
    }
}
