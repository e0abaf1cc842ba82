using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace CommuniConnect.Media.WebM;

/// <summary>How several frames share one block. Spec: RFC 9559 §10.3.</summary>
internal enum Lacing
{
    None = 0,
    Xiph = 1,
    FixedSize = 2,
    Ebml = 3,
}

/// <summary>
/// The head of a Block or SimpleBlock. Spec: RFC 9559 §10.1, §10.2.
/// <code>
///  0                   1                   2                   3
/// |track (vint, 1+)|  relative timestamp (int16)   |K|Rsvrd|I|LAC|D| frames …
/// </code>
/// </summary>
/// <param name="Track">The track's number.</param>
/// <param name="RelativeTimestamp">Timestamp units after the Cluster's Timestamp.</param>
/// <param name="Flags">The flags as they came.</param>
/// <param name="SizeBytes">Bytes of this head.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct BlockHeader(
    long Track,
    short RelativeTimestamp,
    byte Flags,
    int SizeBytes
)
{
    /// <summary>True when a SimpleBlock can be decoded on its own.</summary>
    public bool IsKeyframe => (Flags & 0x80) != 0;

    /// <summary>How the frames are laced.</summary>
    public Lacing Lacing => (Lacing)((Flags >> 1) & 3);

    /// <summary>Reads the head; false when the block is too short for one.</summary>
    public static bool TryRead(ReadOnlySpan<byte> block, out BlockHeader header)
    {
        header = default;
        if (!Ebml.TryReadVint(block, out var track, out var length) || block.Length < length + 3)
            return false;
        header = new BlockHeader(
            track,
            BinaryPrimitives.ReadInt16BigEndian(block[length..]),
            block[length + 2],
            length + 3
        );
        return true;
    }
}
