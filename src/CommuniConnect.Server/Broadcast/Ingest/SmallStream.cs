using System.Net.WebSockets;
using CommuniConnect.Media;
using CommuniConnect.Media.Codecs;
using CommuniConnect.Media.WebM;

namespace CommuniConnect.Server.Broadcast.Ingest;

/// <summary>
/// Reads the bytes of a small picture, and refuses what none is: viewers' decoders get what comes out, and the server has
/// to hold what does not come out yet.
/// </summary>
internal sealed class SmallStream(TimeProvider time)
{
    /// <summary>Most bits a second: several times what a small picture takes.</summary>
    public const int LargestBitsPerSecond = 1_000_000;

    /// <summary>What may come at once, after a hiccup of the network.</summary>
    public const int LargestBurstBytes = 512 << 10;

    /// <summary>Longest side of the picture, in pixels.</summary>
    public const int LargestSide = 1_280;

    /// <summary>Most bytes in which nothing whole has come.</summary>
    private const int LargestFrameBytes = 256 << 10;

    private readonly WebMReader _reader = new();
    private DateTimeOffset _countedAt = time.GetUtcNow();
    private double _roomBytes = LargestBurstBytes;
    private int _unreadBytes;

    /// <summary>Its one track, once the header has come.</summary>
    public Track? Track { get; private set; }

    /// <summary>How a connection whose stream is not acceptable is closed, once it is not.</summary>
    public WebSocketCloseStatus? Refusal { get; private set; }

    /// <summary>Takes the next bytes and gives the packets that are whole. What comes after a refusal is let go of.</summary>
    public IReadOnlyList<MediaPacket> Push(ReadOnlySpan<byte> bytes)
    {
        var packets = new List<MediaPacket>();
        if (Refusal is null && Spend(bytes.Length))
        {
            _reader.Push(bytes);
            _unreadBytes += bytes.Length;
            while (Refusal is null && _reader.Read() is var result)
            {
                if (result == WebMReadResult.NeedsMore)
                {
                    break;
                }
                Take(result, packets);
            }
            if (_unreadBytes > LargestFrameBytes)
            {
                Refusal ??= WebSocketCloseStatus.PolicyViolation;
            }
        }
        return Refusal is null ? packets : [];
    }

    private void Take(WebMReadResult result, List<MediaPacket> packets)
    {
        switch (result)
        {
            case WebMReadResult.Tracks when Track is null && IsSmallPicture(_reader.Tracks):
                Track = _reader.Tracks[0];
                break;
            case WebMReadResult.Packet when Track is { } track && IsAcceptable(track):
                _unreadBytes = 0;
                if (Spend(MediaPacket.ObjectBytes)) // many small ones are no way around the bound
                {
                    packets.Add(_reader.Packet);
                }
                break;
            default:
                // Nobody has to make the best of it: there is the large picture.
                Refusal = WebSocketCloseStatus.InvalidPayloadData;
                break;
        }
    }

    private static bool IsSmallPicture(IReadOnlyList<Track> tracks) =>
        tracks is [{ CodecId: "V_VP8" or "V_VP9", HasAlpha: false } only]
        && only.Width <= LargestSide
        && only.Height <= LargestSide;

    /// <summary>Whether a keyframe is one, and no larger than was said: a decoder takes the frame's word.</summary>
    private bool IsAcceptable(Track track)
    {
        var packet = _reader.Packet;
        var frame = packet.Payload.Span;
        if (!packet.IsKeyframe)
        {
            return frame.Length > 0;
        }
        return (
                track.CodecId == "V_VP8"
                    ? Vp8Frame.TryReadKeyframeSize(frame, out var width, out var height)
                    : Vp9Frame.TryReadKeyframeSize(frame, out width, out height)
            )
            && width <= LargestSide
            && height <= LargestSide;
    }

    private bool Spend(int bytes)
    {
        var now = time.GetUtcNow();
        var earned = (now - _countedAt).TotalSeconds * LargestBitsPerSecond / 8;
        _countedAt = now;
        _roomBytes = Math.Min(LargestBurstBytes, _roomBytes + Math.Max(0, earned)) - bytes;
        if (_roomBytes < 0)
        {
            Refusal = WebSocketCloseStatus.PolicyViolation;
        }
        return Refusal is null;
    }
}
