using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace CommuniConnect.Media.Mp4;

/// <summary>
/// The head of a box. Spec: ISO/IEC 14496-12 §4.2.
/// <code>
/// | size (4) | type (4) | largesize (8, when size is 1) | content …
/// </code>
/// </summary>
/// <param name="Type">Four letters as a number, the first in the highest byte.</param>
/// <param name="ContentBytes">File offset of the content.</param>
/// <param name="EndBytes">File offset of the end.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Mp4Box(uint Type, long ContentBytes, long EndBytes)
{
    /// <summary>Bytes of the longest head.</summary>
    public const int LongestHeadBytes = 16;

    public const uint Ftyp = 0x66747970;
    public const uint Moov = 0x6D6F6F76;
    public const uint Mvhd = 0x6D766864;
    public const uint Trak = 0x7472616B;
    public const uint Tkhd = 0x746B6864;
    public const uint Mdia = 0x6D646961;
    public const uint Mdhd = 0x6D646864;
    public const uint Hdlr = 0x68646C72;
    public const uint Minf = 0x6D696E66;
    public const uint Stbl = 0x7374626C;
    public const uint Stsz = 0x7374737A;
    public const uint Stz2 = 0x73747A32;
    public const uint Mvex = 0x6D766578;
    public const uint Trex = 0x74726578;
    public const uint Moof = 0x6D6F6F66;
    public const uint Traf = 0x74726166;
    public const uint Tfhd = 0x74666864;
    public const uint Tfdt = 0x74666474;
    public const uint Trun = 0x7472756E;
    public const uint Mdat = 0x6D646174;

    /// <summary>Bytes of the content.</summary>
    public long ContentSize => EndBytes - ContentBytes;

    /// <summary>True for a box that holds boxes we look at.</summary>
    public bool IsContainer => Type is Moov or Trak or Mdia or Minf or Stbl or Mvex or Moof or Traf;

    /// <summary>Reads the head of the box at an offset; returns the rule it breaks, or null.</summary>
    /// <param name="head">What the file has from there, up to <see cref="LongestHeadBytes"/>.</param>
    /// <param name="offset">File offset of the box.</param>
    /// <param name="parentEnd">File offset of the end of its parent.</param>
    /// <param name="isTopLevel">True when it stands in no other box.</param>
    /// <param name="box">The box.</param>
    public static string? TryRead(
        ReadOnlySpan<byte> head,
        long offset,
        long parentEnd,
        bool isTopLevel,
        out Mp4Box box
    )
    {
        box = default;
        if (head.Length < 8 || parentEnd - offset < 8)
            return "A box has to end inside its parent.";
        ulong size = BinaryPrimitives.ReadUInt32BigEndian(head);
        var headBytes = 8;
        if (size == 1)
        {
            if (head.Length < LongestHeadBytes)
                return "A box has to end inside its parent.";
            size = BinaryPrimitives.ReadUInt64BigEndian(head[8..]);
            headBytes = LongestHeadBytes;
        }
        else if (size == 0 && isTopLevel)
        {
            // "if size is 0, then this box shall be in a top-level container, and be the last box in that container"
            size = (ulong)(parentEnd - offset);
        }
        if (size < (ulong)headBytes)
            return "A box has to have 8 bytes at least.";
        // So far it is right, and the caller may want to know what it is that does not fit.
        box = new Mp4Box(
            BinaryPrimitives.ReadUInt32BigEndian(head[4..]),
            offset + headBytes,
            parentEnd
        );
        if (size > (ulong)(parentEnd - offset))
            return "A box has to end inside its parent.";
        box = box with { EndBytes = offset + (long)size };
        return null;
    }
}
