using CommuniConnect.Media.WebM;
using CommuniConnect.Server.Tests.Support;
using Xunit;

namespace CommuniConnect.Server.Tests.Broadcast;

/// <summary>What viewers who save data are sent, and what it costs them.</summary>
public sealed class DataSavingTests(ServerFixture server) : IClassFixture<ServerFixture>
{
    private const int Video = 1;
    private const int Audio = 2;

    /// <summary>What the studio gives speech.</summary>
    private const int SpeechBps = 24_000;

    [Theory]
    [InlineData(10)]
    [InlineData(20)]
    public async Task Sound_alone_takes_less_than_40_kbit_a_second_of_the_line(int packet)
    {
        const int seconds = 10;
        var live = await StartedLive.StartAsync(server);
        await using var viewer = await SavingAsync(live, """{"type":"select","video":false}""");
        var before = viewer.WireBytes;

        await SendAsItHappensAsync(
            live,
            viewer,
            await Footage.SpeechAsync(seconds, SpeechBps, packet)
        );
        await live.StopAsync();

        // Sent faster than it happens, a second of it may be passed over: counted is what came.
        var heard = Packets(await viewer.RestAsync()).Count * packet / 1_000.0;
        Assert.InRange(heard, seconds / 2, seconds + 0.1);
        var kbps = (viewer.WireBytes - before) * 8 / 1_000.0 / heard;
        Assert.InRange(kbps, SpeechBps / 1_000, 40);
    }

    [Fact]
    public async Task Picture_comes_now_and_then_and_the_sound_is_whole()
    {
        var live = await StartedLive.StartAsync(server);
        await using var viewer = await SavingAsync(
            live,
            """{"type":"select","video":true,"every":3}"""
        );

        await SendAsItHappensAsync(live, viewer, await Footage.Vp8OpusAsync(12));
        await live.StopAsync();

        var packets = Packets(await viewer.RestAsync());
        var pictures = packets.Where(p => p.Track == Video).ToList();
        Assert.All(pictures, p => Assert.True(p.IsKeyframe));
        Assert.Equal(
            [0, 3, 6, 9],
            pictures.Select(p => (int)Math.Round(p.Microseconds / 1_000_000.0))
        );
        var sound = packets.Where(p => p.Track == Audio).Select(p => p.Microseconds).ToList();
        Assert.Equal(12 * 50, sound.Count, 2.0);
        Assert.All(sound.Zip(sound.Skip(1)), s => Assert.InRange(s.Second - s.First, 1, 30_000));
    }

    [Fact]
    public async Task Who_stops_saving_has_all_pictures_again_from_a_keyframe_on()
    {
        var live = await StartedLive.StartAsync(server);
        await using var viewer = await SavingAsync(
            live,
            """{"type":"select","video":true,"every":60}"""
        );
        await SendAsItHappensAsync(live, viewer, await Footage.Vp8OpusAsync(3));
        await viewer.PacketAsync(p => p.Track == Audio && p.Microseconds > 2_000_000);

        await viewer.SayAsync("""{"type":"select","video":true}""");
        await SendAsItHappensAsync(live, viewer, await Footage.Vp8OpusAsync(3));
        await live.StopAsync();

        var pictures = Packets(await viewer.RestAsync()).Where(p => p.Track == Video).ToList();
        Assert.True(pictures[0].IsKeyframe);
        Assert.Contains(pictures, p => !p.IsKeyframe);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("61")]
    [InlineData("1e308")]
    [InlineData("null")]
    public async Task Pauses_that_are_none_leave_the_picture_as_it_is(string every)
    {
        var live = await StartedLive.StartAsync(server);
        await using var viewer = await SavingAsync(
            live,
            $$"""{"type":"select","video":true,"every":{{every}}}"""
        );

        await live.PublishAsync(await Footage.Vp8OpusAsync(2));

        await viewer.PacketAsync(p => p is { Track: Video, IsKeyframe: false });
        await live.StopAsync();
    }

    /// <summary>A viewer whose wish the server has heard.</summary>
    private static async Task<WatchClient> SavingAsync(StartedLive live, string wish)
    {
        var viewer = await WatchClient.ConnectAsync(live);
        await viewer.SayAsync(wish);
        await live.UntilHeardAsync(viewer);
        return viewer;
    }

    /// <summary>
    /// Sends a file in pieces of about a packet, each when server and viewer have what was sent before: so packets do not come
    /// together, and nobody is moved on.
    /// </summary>
    private static async Task SendAsItHappensAsync(
        StartedLive live,
        WatchClient viewer,
        string file
    )
    {
        const int pieceBytes = 100;
        const long batchUs = 400_000; // what the viewer's is held back, and a little
        await using var studio = await StudioSocket.ConnectAsync(live.Ingest);
        var media = await File.ReadAllBytesAsync(file);
        var begin = (long)live.Snapshot!.Duration.TotalMicroseconds;
        var reader = new WebMReader();
        var sent = begin;
        for (var at = 0; at < media.Length; at += pieceBytes)
        {
            var piece = media.AsMemory(at, Math.Min(pieceBytes, media.Length - at));
            await studio.SendAsync(piece);
            reader.Push(piece.Span);
            while (reader.Read() is var result && result != WebMReadResult.NeedsMore)
            {
                sent =
                    result == WebMReadResult.Packet
                        ? Math.Max(sent, begin + (reader.Packet.Timestamp.Nanoseconds / 1_000))
                        : sent;
            }
            await Patience.UntilAsync(
                () => Task.FromResult(viewer.NewestMicroseconds >= sent - batchUs),
                "the viewer keeps up"
            );
        }
        await studio.CompleteAsync();
    }

    private static List<WatchedPacket> Packets(List<object> messages) =>
        [.. messages.OfType<WatchedPacket>().DistinctBy(p => (p.Track, p.Microseconds))];
}
