using System.Diagnostics;
using CommuniConnect.Server.Tests.Support;
using Xunit;

namespace CommuniConnect.Server.Tests.Broadcast;

/// <summary>A viewer in Direct of whom nothing is heard any more.</summary>
public sealed class SilentViewerTests(ServerFixture server) : IClassFixture<ServerFixture>
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Viewer_is_cut_10_s_after_a_ping_and_one_who_answers_is_not(
        bool isBroadcasting
    )
    {
        var live = await StartedLive.StartAsync(server);
        await live.PublishAsync(await Footage.Vp8OpusAsync(2));
        using var camera = isBroadcasting ? live.Ffmpeg(await Footage.NoiseAsync(40), "-re") : null;
        using var silent = await RawWebSocket.ConnectAsync(WatchClient.AddressOf(live));
        using var answering = await RawWebSocket.ConnectAsync(WatchClient.AddressOf(live));

        var since = Stopwatch.StartNew();
        var cut = Record.ExceptionAsync(async () =>
        {
            while (since.Elapsed < TimeSpan.FromMinutes(1))
            {
                await silent.ReadAsync();
            }
        });
        while (!cut.IsCompleted)
        {
            await answering.ReadAndAnswerAsync();
        }

        Assert.IsAssignableFrom<IOException>(await cut);
        Assert.InRange(since.Elapsed, TimeSpan.FromSeconds(11), TimeSpan.FromSeconds(25));
        camera?.Kill();
        await live.StopAsync();
        while ((await answering.ReadAndAnswerAsync()).First != RawFrame.Close) { }
    }
}
