using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace CommuniConnect.Media.WebM;

/// <summary>An element to be written: what is written looks like the file it makes. Spec: RFC 8794 §4 to §7.</summary>
internal sealed class EbmlElement
{
    /// <summary>Bytes of a size field of fixed width, so that it can be changed in place.</summary>
    public const int WideSizeBytes = 8;

    private const ulong UnknownWideSize = 0x01FF_FFFF_FFFF_FFFF;

    private readonly uint _id;
    private readonly ReadOnlyMemory<byte> _content;
    private readonly EbmlElement[] _children;
    private readonly int _contentBytes;
    private readonly bool _hasUnknownSize;

    private EbmlElement(
        uint id,
        ReadOnlyMemory<byte> content,
        EbmlElement[] children,
        bool hasUnknownSize = false
    )
    {
        (_id, _content, _children, _hasUnknownSize) = (id, content, children, hasUnknownSize);
        _contentBytes = content.Length + children.Sum(child => child.SizeBytes);
    }

    /// <summary>Bytes of the whole element.</summary>
    public int SizeBytes =>
        IdBytes(_id)
        + (_hasUnknownSize ? WideSizeBytes : SizeOfSize(_contentBytes))
        + _contentBytes;

    /// <summary>An element that holds others; a null child is left out.</summary>
    public static EbmlElement Master(uint id, params ReadOnlySpan<EbmlElement?> children) =>
        new(id, default, Present(children));

    /// <summary>An element of unknown size in 8 bytes, which others may follow into.</summary>
    public static EbmlElement Open(uint id, params ReadOnlySpan<EbmlElement?> children) =>
        new(id, default, Present(children), hasUnknownSize: true);

    /// <summary>An unsigned integer in the fewest bytes, one at least.</summary>
    public static EbmlElement UInt(uint id, long value) => new(id, UIntBytes((ulong)value), []);

    /// <summary>A signed integer in 8 bytes.</summary>
    public static EbmlElement Int(uint id, long value)
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteInt64BigEndian(bytes, value);
        return new EbmlElement(id, bytes, []);
    }

    /// <summary>A float in 8 bytes.</summary>
    public static EbmlElement Float(uint id, double value)
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteDoubleBigEndian(bytes, value);
        return new EbmlElement(id, bytes, []);
    }

    /// <summary>Text.</summary>
    public static EbmlElement Text(uint id, string value) =>
        new(id, Encoding.UTF8.GetBytes(value), []);

    /// <summary>Content as it is.</summary>
    public static EbmlElement Binary(uint id, ReadOnlyMemory<byte> content) => new(id, content, []);

    /// <summary>A Void that takes exactly so many bytes, 2 to 128, header included. Spec: RFC 8794 §11.3.2.</summary>
    public static EbmlElement Void(int totalBytes) =>
        new(WebMId.Void, new byte[totalBytes - 2], []);

    /// <summary>The bytes of elements one behind the other.</summary>
    public static byte[] ToBytes(params ReadOnlySpan<EbmlElement> elements)
    {
        var total = 0;
        foreach (var element in elements)
            total += element.SizeBytes;
        var bytes = new byte[total];
        var at = 0;
        foreach (var element in elements)
            at += element.Write(bytes.AsSpan(at));
        return bytes;
    }

    /// <summary>Bytes of an id.</summary>
    public static int IdBytes(uint id) => 4 - (BitOperations.LeadingZeroCount(id) / 8);

    /// <summary>Bytes of the shortest size field. All ones mean "unknown", hence the one.</summary>
    public static int SizeOfSize(long size) => (BitOperations.Log2((ulong)size + 1) / 7) + 1;

    /// <summary>Writes id and the shortest size; returns their bytes.</summary>
    public static int WriteHeader(Span<byte> bytes, uint id, long size)
    {
        var (idBytes, sizeBytes) = (IdBytes(id), SizeOfSize(size));
        WriteBigEndian(bytes[..idBytes], id);
        WriteVint(bytes.Slice(idBytes, sizeBytes), size);
        return idBytes + sizeBytes;
    }

    /// <summary>Writes a variable-size integer over all of the bytes. Spec: RFC 8794 §4.</summary>
    public static void WriteVint(Span<byte> bytes, long value) =>
        WriteBigEndian(bytes, (ulong)value | (1UL << (7 * bytes.Length)));

    /// <summary>A size field of 8 bytes; -1 is the unknown size.</summary>
    public static byte[] WideSize(long size)
    {
        var bytes = new byte[WideSizeBytes];
        BinaryPrimitives.WriteUInt64BigEndian(
            bytes,
            size < 0 ? UnknownWideSize : (ulong)size | (1UL << 56)
        );
        return bytes;
    }

    private int Write(Span<byte> bytes)
    {
        var at = IdBytes(_id);
        WriteBigEndian(bytes[..at], _id);
        var sizeBytes = _hasUnknownSize ? WideSizeBytes : SizeOfSize(_contentBytes);
        if (_hasUnknownSize)
            WideSize(-1).CopyTo(bytes[at..]);
        else
            WriteVint(bytes.Slice(at, sizeBytes), _contentBytes);
        at += sizeBytes;
        _content.Span.CopyTo(bytes[at..]);
        at += _content.Length;
        foreach (var child in _children)
            at += child.Write(bytes[at..]);
        return at;
    }

    private static byte[] UIntBytes(ulong value)
    {
        var bytes = new byte[(BitOperations.Log2(value | 1) / 8) + 1];
        WriteBigEndian(bytes, value);
        return bytes;
    }

    private static void WriteBigEndian(Span<byte> bytes, ulong value)
    {
        for (var i = bytes.Length - 1; i >= 0; i--, value >>= 8)
            bytes[i] = (byte)value;
    }

    private static EbmlElement[] Present(ReadOnlySpan<EbmlElement?> children)
    {
        var present = new List<EbmlElement>(children.Length);
        foreach (var child in children)
        {
            if (child is not null)
                present.Add(child);
        }
        return [.. present];
    }
}
