using System.Buffers.Binary;
using System.Net.WebSockets;
using CommuniConnect.Media;
using CommuniConnect.Server.Broadcast.OnAir;
using CommuniConnect.Server.Tests.Support;
using Xunit;

namespace CommuniConnect.Server.Tests.Broadcast;

/// <summary>The frames of the watch socket, of which those with media are made once for all viewers.</summary>
public sealed class WatchFrameTests(ServerFixture server) : IClassFixture<ServerFixture>
{
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
        Assert.Equal([RawFrame.Ping, 0, .. frame.Frame.Span], frame.PingAndFrame.ToArray());
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
            await viewer.SendAsync(RawFrame.Ping, [(byte)sent]);
            frames.Add(await viewer.ReadAndAnswerAsync());
        }
        while (!frames.Exists(f => f.First == RawFrame.Ping))
        {
            frames.Add(await viewer.ReadAndAnswerAsync());
        }
        await live.StopAsync();
        while (frames[^1].First != RawFrame.Close)
        {
            frames.Add(await viewer.ReadAndAnswerAsync());
        }

        Assert.Equal(
            Enumerable.Range(0, pings),
            frames.Where(f => f.First == RawFrame.Pong).Select(f => (int)Assert.Single(f.Payload))
        );
        Assert.All(
            frames,
            f =>
                Assert.Contains(
                    f.First,
                    new[]
                    {
                        RawFrame.Text,
                        RawFrame.Binary,
                        RawFrame.Close,
                        RawFrame.Ping,
                        RawFrame.Pong,
                    }
                )
        );
        var media = frames.Where(f => f.First == RawFrame.Binary).ToList();
        Assert.NotEmpty(media);
        Assert.All(media, f => Assert.True(IsWholePackets(f.Payload)));
        Assert.Equal(
            (int)WebSocketCloseStatus.NormalClosure,
            BinaryPrimitives.ReadUInt16BigEndian(frames[^1].Payload)
        );
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
