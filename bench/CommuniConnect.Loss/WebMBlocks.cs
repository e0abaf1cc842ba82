using System.Buffers.Binary;
using System.Security.Cryptography;

namespace CommuniConnect.Loss;

/// <summary>A frame in a WebM file.</summary>
/// <param name="End">Where in the file its bytes are over.</param>
internal readonly record struct Block(int Track, string Hash, int Bytes, long End);

/// <summary>Reads just enough of WebM to list its frames in their order; a reader of its own, so that it shares no mistake with the server's.</summary>
internal static class WebMBlocks
{
    private const uint Segment = 0x18538067;
    private const uint Cluster = 0x1F43B675;
    private const uint BlockGroup = 0xA0;
    private const uint SimpleBlock = 0xA3;
    private const uint BlockInGroup = 0xA1;

    public static List<Block> Read(ReadOnlySpan<byte> file)
    {
        var blocks = new List<Block>();
        var at = 0;
        while (at < file.Length && TryHead(file[at..], out var id, out var size, out var head))
        {
            var content = at + head;
            if (id is Segment or Cluster or BlockGroup)
            {
                at = content; // its children follow, however long it says it is
                continue;
            }
            if (size < 0 || size > file.Length - content)
            {
                break; // cut off
            }
            var end = content + (int)size;
            if (id is SimpleBlock or BlockInGroup)
            {
                var track = file[content] & 0x7F;
                var frame = file[(content + 4)..end];
                blocks.Add(
                    new Block(track, Convert.ToHexString(SHA256.HashData(frame)), frame.Length, end)
                );
            }
            at = end;
        }
        return blocks;
    }

    /// <summary>Id and size of an element; size -1 when it is unknown. Spec: RFC 8794 §4, §5.</summary>
    private static bool TryHead(ReadOnlySpan<byte> bytes, out uint id, out long size, out int head)
    {
        (id, size, head) = (0, 0, 0);
        var idBytes = byte.LeadingZeroCount(bytes[0]) + 1;
        if (idBytes > 4 || bytes.Length <= idBytes)
        {
            return false;
        }
        foreach (var octet in bytes[..idBytes])
        {
            id = (id << 8) | octet;
        }
        var sizeBytes = byte.LeadingZeroCount(bytes[idBytes]) + 1;
        if (sizeBytes > 8 || bytes.Length < idBytes + sizeBytes)
        {
            return false;
        }
        Span<byte> whole = stackalloc byte[8];
        bytes.Slice(idBytes, sizeBytes).CopyTo(whole[(8 - sizeBytes)..]);
        whole[8 - sizeBytes] &= (byte)((1 << (8 - sizeBytes)) - 1);
        size = BinaryPrimitives.ReadInt64BigEndian(whole);
        size = size == (1L << (7 * sizeBytes)) - 1 ? -1 : size;
        head = idBytes + sizeBytes;
        return true;
    }
}
