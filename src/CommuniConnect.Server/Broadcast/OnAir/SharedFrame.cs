using System.Buffers.Binary;
using CommuniConnect.Media;

namespace CommuniConnect.Server.Broadcast.OnAir;

/// <summary>
/// Packets as one whole frame of the watch socket, made once for all viewers: a server masks nothing, so each of them is sent
/// the same bytes. A ping stands in front for whom it is time to ask, so that asking costs no write of its own.
/// <code>
/// +------+----+---------+----+------------------------+----------
/// | 0x89 |  0 |  0x82   | n  | 2 or 8 bytes of length | packets…
/// +------+----+---------+----+------------------------+----------
///  ping, empty binary, whole   n = 126 or 127
/// </code>
/// Spec: RFC 6455 §5.2, §5.5.2.
/// </summary>
internal sealed class SharedFrame
{
    private const byte WholeBinary = 0x82;
    private const byte LengthIn2Bytes = 126;
    private const byte LengthIn8Bytes = 127;

    /// <summary>A ping without a word, as the server sends it. Spec: RFC 6455 §5.5.2.</summary>
    public static ReadOnlyMemory<byte> Ping { get; } = new byte[] { 0x89, 0 };

    private readonly byte[] _bytes;
    private readonly int _headBytes;

    /// <param name="packets">May be none: then there is no frame either.</param>
    public SharedFrame(IReadOnlyList<MediaPacket> packets)
    {
        var length = PacketMessage.LengthOf(packets);
        _headBytes = length switch
        {
            0 => 0,
            < LengthIn2Bytes => 2,
            <= ushort.MaxValue => 4,
            _ => 10,
        };
        _bytes = new byte[Ping.Length + _headBytes + length];
        Ping.CopyTo(_bytes);
        WriteHead(_bytes.AsSpan(Ping.Length), length);
        PacketMessage.Write(packets, _bytes.AsSpan(Ping.Length + _headBytes));
    }

    /// <summary>The packets without any frame.</summary>
    public ReadOnlyMemory<byte> Message => _bytes.AsMemory(Ping.Length + _headBytes);

    /// <summary>Ready to be written to a connection.</summary>
    public ReadOnlyMemory<byte> Frame => _bytes.AsMemory(Ping.Length);

    /// <summary>The same behind a ping.</summary>
    public ReadOnlyMemory<byte> PingAndFrame => _bytes;

    private void WriteHead(Span<byte> head, int length)
    {
        if (_headBytes == 0)
        {
            return;
        }
        head[0] = WholeBinary;
        switch (_headBytes)
        {
            case 2:
                head[1] = (byte)length;
                break;
            case 4:
                head[1] = LengthIn2Bytes;
                BinaryPrimitives.WriteUInt16BigEndian(head[2..], (ushort)length);
                break;
            default:
                head[1] = LengthIn8Bytes;
                BinaryPrimitives.WriteInt64BigEndian(head[2..], length);
                break;
        }
    }
}
