using System.Buffers.Binary;
using CommuniConnect.Media;

namespace CommuniConnect.Server.Broadcast.OnAir;

/// <summary>
/// Packets as the watch socket carries them, one behind the other, so that two messages put together are one:
/// <code>
///  0        1        2                 6                                  14
/// +--------+--------+-----------------+-----------------------------------+---------
/// | track  | flags  | payload bytes   | timestamp in µs of the live       | payload…
/// +--------+--------+-----------------+-----------------------------------+---------
/// </code>
/// All numbers are big-endian; bit 0 of the flags says that decoding may begin here.
/// </summary>
internal static class PacketMessage
{
    public const int HeadBytes = 14;
    private const byte Keyframe = 1;

    public static int LengthOf(IReadOnlyList<MediaPacket> packets) =>
        packets.Sum(p => HeadBytes + p.Payload.Length);

    /// <param name="left">Where it goes: <see cref="LengthOf"/> bytes.</param>
    public static void Write(IReadOnlyList<MediaPacket> packets, Span<byte> left)
    {
        foreach (var packet in packets)
        {
            left[0] = (byte)packet.TrackNumber;
            left[1] = packet.IsKeyframe ? Keyframe : (byte)0;
            BinaryPrimitives.WriteInt32BigEndian(left[2..], packet.Payload.Length);
            BinaryPrimitives.WriteInt64BigEndian(left[6..], packet.Timestamp.Nanoseconds / 1_000);
            packet.Payload.Span.CopyTo(left[HeadBytes..]);
            left = left[(HeadBytes + packet.Payload.Length)..];
        }
    }
}
