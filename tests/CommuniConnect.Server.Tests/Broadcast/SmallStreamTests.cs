using System.Net.WebSockets;
using CommuniConnect.Media;
using CommuniConnect.Media.WebM;
using CommuniConnect.Server.Broadcast.Ingest;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace CommuniConnect.Server.Tests.Broadcast;

/// <summary>The bounds of the small picture, at each of them and one over.</summary>
public sealed class SmallStreamTests
{
    private const int FrameBytes = 20_000;

    /// <summary>What a packet costs besides its bytes.</summary>
    private const int PacketCost = 200;

    private readonly FakeTimeProvider _time = new(DateTimeOffset.UnixEpoch);
    private int _frames;

    [Fact]
    public void As_many_frames_as_the_burst_holds_may_come_at_once_and_no_more()
    {
        var (stream, room) = Begin(SmallStream.LargestSide, SmallStream.LargestSide);
        var cost = Frame().Length + PacketCost;
        for (; room >= cost; room -= cost)
        {
            Assert.Single(stream.Push(Frame()));
        }
        Assert.Null(stream.Refusal);

        Assert.Empty(stream.Push(Frame()));

        Assert.Equal(WebSocketCloseStatus.PolicyViolation, stream.Refusal);
    }

    [Theory]
    [InlineData(1.0, false)]
    [InlineData(0.9, true)]
    public void The_bound_of_the_bitrate_may_be_reached_for_ever(double pause, bool isRefused)
    {
        var (stream, _) = Begin(320, 180);
        var cost = Frame().Length + PacketCost;
        for (var i = 0; i < 1_000; i++)
        {
            _time.Advance(
                TimeSpan.FromSeconds(pause * cost * 8 / SmallStream.LargestBitsPerSecond)
            );
            stream.Push(Frame());
        }

        Assert.Equal(isRefused, stream.Refusal is not null);
    }

    [Theory]
    [InlineData(SmallStream.LargestSide + 1, 2)]
    [InlineData(2, SmallStream.LargestSide + 1)]
    public void A_picture_that_says_to_be_larger_is_refused_and_so_is_one_that_is(
        int width,
        int height
    )
    {
        var (said, _) = Begin(width, height);
        var (kept, _) = Begin(320, 180);

        kept.Push(Frame(width, height));

        Assert.Equal(WebSocketCloseStatus.InvalidPayloadData, said.Refusal);
        Assert.Equal(WebSocketCloseStatus.InvalidPayloadData, kept.Refusal);
    }

    private (SmallStream Stream, int RoomBytes) Begin(int width, int height)
    {
        var stream = new SmallStream(_time);
        var header = WebMStream.Header([
            new Track
            {
                Number = 1,
                Kind = TrackKind.Video,
                CodecId = "V_VP8",
                Width = width,
                Height = height,
            },
        ]);
        stream.Push(header);
        return (stream, SmallStream.LargestBurstBytes - header.Length);
    }

    /// <summary>A Cluster of one keyframe. Spec: RFC 6386 §9.1.</summary>
    private byte[] Frame(int width = 320, int height = 180)
    {
        var payload = new byte[FrameBytes];
        byte[] head =
        [
            0x10,
            0,
            0,
            0x9D,
            0x01,
            0x2A,
            (byte)width,
            (byte)(width >> 8),
            (byte)height,
            (byte)(height >> 8),
        ];
        head.CopyTo(payload, 0);
        return WebMStream.Cluster([
            new MediaPacket
            {
                TrackNumber = 1,
                Timestamp = MediaTime.FromMilliseconds(1_000_000 + (66 * _frames++)),
                IsKeyframe = true,
                Payload = payload,
            },
        ]);
    }
}
