using System.Buffers.Binary;
using System.Diagnostics;
using System.Net.WebSockets;
using CommuniConnect.Media;
using CommuniConnect.Server.Broadcast.OnAir;
using CommuniConnect.Server.Tests.Support;
using Xunit;

namespace CommuniConnect.Server.Tests.Broadcast;

/// <summary>The frames of the watch socket, of which those with media are made once for all viewers.</summary>
public sealed class WatchFrameTests(ServerFixture server) : IClassFixture<ServerFixture>
{
    private const byte Text = 0x81;
    private const byte Binary = 0x82;
    private const byte Close = 0x88;
    private const byte Ping = 0x89;
    private const byte Pong = 0x8A;

    [Theory]
    [InlineData(0)]
    [InlineData(125 - PacketMessage.HeadBytes)]
    [InlineData(126 - PacketMessage.HeadBytes)]
    [InlineData(65_535 - PacketMessage.HeadBytes)]
    [InlineData(65_536 - PacketMessage.HeadBytes)]
    public async Task Frame_is_read_as_the_message_and_may_stand_behind_a_ping(int payloadBytes)
    {
        var payload = new byte[payloadBytes];
        payload.AsSpan().Fill(7);
        var frame = new SharedFrame([
            new MediaPacket
            {
                TrackNumber = 1,
                Timestamp = MediaTime.FromMilliseconds(5),
                IsKeyframe = true,
                Payload = payload,
            },
        ]);

        using var wire = new MemoryStream(frame.Frame.ToArray());
        using var socket = WebSocket.CreateFromStream(wire, new WebSocketCreationOptions());
        var message = new byte[frame.Frame.Length];
        var received = await socket.ReceiveAsync(message.AsMemory(), default);

        Assert.Equal(WebSocketMessageType.Binary, received.MessageType);
        Assert.True(received.EndOfMessage);
        Assert.Equal(frame.Message.ToArray(), message[..received.Count]);
        Assert.Equal([Ping, 0, .. frame.Frame.Span], frame.PingAndFrame.ToArray());
        Assert.Equal(PacketMessage.HeadBytes + payloadBytes, frame.Message.Length);
    }

    [Fact]
    public async Task Frames_stay_whole_and_every_ping_is_answered_however_slowly_the_viewer_reads()
    {
        const int pings = 60;
        var noise = await Footage.NoiseAsync(4);
        var live = await StartedLive.StartAsync(server);
        await live.PublishAsync(await Footage.Vp8OpusAsync(2));
        using var viewer = await RawWebSocket.ConnectAsync(WatchClient.AddressOf(live));
        var frames = new List<RawFrame>();

        for (var sent = 0; sent < pings; sent++)
        {
            if (sent % (pings / 3) == 0)
            {
                await live.PublishAsync(noise); // more than fits in between
            }
            await viewer.SendAsync(Ping, [(byte)sent]);
            await NextAsync(viewer, frames);
        }
        while (!frames.Exists(f => f.First == Ping))
        {
            await NextAsync(viewer, frames);
        }
        await live.StopAsync();
        while (frames[^1].First != Close)
        {
            await NextAsync(viewer, frames);
        }

        Assert.Equal(
            Enumerable.Range(0, pings),
            frames.Where(f => f.First == Pong).Select(f => (int)Assert.Single(f.Payload))
        );
        Assert.All(
            frames,
            f => Assert.Contains(f.First, new[] { Text, Binary, Close, Ping, Pong })
        );
        var media = frames.Where(f => f.First == Binary).ToList();
        Assert.NotEmpty(media);
        Assert.All(media, f => Assert.True(IsWholePackets(f.Payload)));
        Assert.Equal(
            (int)WebSocketCloseStatus.NormalClosure,
            BinaryPrimitives.ReadUInt16BigEndian(frames[^1].Payload)
        );
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Viewer_of_whom_nothing_is_heard_is_cut_10_s_after_a_ping_and_one_who_answers_is_not(
        bool isBroadcasting
    )
    {
        var live = await StartedLive.StartAsync(server);
        await live.PublishAsync(await Footage.Vp8OpusAsync(2));
        using var camera = isBroadcasting ? live.Ffmpeg(await Footage.NoiseAsync(40), "-re") : null;
        using var silent = await RawWebSocket.ConnectAsync(WatchClient.AddressOf(live));
        using var answering = await RawWebSocket.ConnectAsync(WatchClient.AddressOf(live));
        var frames = new List<RawFrame>();

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
            await NextAsync(answering, frames);
        }

        Assert.IsAssignableFrom<IOException>(await cut);
        Assert.InRange(since.Elapsed, TimeSpan.FromSeconds(11), TimeSpan.FromSeconds(25));
        camera?.Kill();
        await live.StopAsync();
        while (frames[^1].First != Close)
        {
            await NextAsync(answering, frames);
        }
    }

    /// <summary>Reads a frame, and answers when it asks.</summary>
    private static async Task NextAsync(RawWebSocket viewer, List<RawFrame> frames)
    {
        var frame = await viewer.ReadAsync();
        frames.Add(frame);
        if (frame.First == Ping)
        {
            await viewer.SendAsync(Pong, frame.Payload);
        }
    }

    private static bool IsWholePackets(ReadOnlySpan<byte> left)
    {
        while (left.Length >= PacketMessage.HeadBytes)
        {
            var end = PacketMessage.HeadBytes + BinaryPrimitives.ReadUInt32BigEndian(left[2..]);
            if (end > left.Length)
            {
                return false;
            }
            left = left[(int)end..];
        }
        return left.Length == 0;
    }
}
