using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace CommuniConnect.Media.WebM;

/// <summary>What reading the start of an element gave.</summary>
public enum EbmlHeaderResult
{
    /// <summary>Id and size are whole.</summary>
    Ok,

    /// <summary>More bytes are needed; so far nothing is wrong.</summary>
    NeedsMore,

    /// <summary>No element starts here.</summary>
    Invalid,
}

/// <summary>The basic forms of EBML: element headers, numbers and text. Spec: RFC 8794 §4 to §7.</summary>
public static class Ebml
{
    /// <summary>Reads an element's id and size.</summary>
    /// <param name="bytes">Bytes from the first byte of the id on.</param>
    /// <param name="id">The id with its length marker, as the specifications print it.</param>
    /// <param name="size">Bytes of content that follow, or -1 when the size is unknown.</param>
    /// <param name="headerBytes">Bytes of id and size together.</param>
    public static EbmlHeaderResult TryReadElementHeader(
        ReadOnlySpan<byte> bytes,
        out uint id,
        out long size,
        out int headerBytes
    )
    {
        (id, size, headerBytes) = (0, 0, 0);
        if (bytes.IsEmpty)
            return EbmlHeaderResult.NeedsMore;
        var idBytes = BitOperations.LeadingZeroCount((uint)bytes[0]) - 23;
        if (idBytes > WebMLimits.MaxIdBytes)
            return EbmlHeaderResult.Invalid;
        if (bytes.Length < idBytes)
            return EbmlHeaderResult.NeedsMore;
        foreach (var octet in bytes[..idBytes])
            id = (id << 8) | octet;
        if (!IsId(id, idBytes))
            return EbmlHeaderResult.Invalid;
        if (bytes.Length == idBytes)
            return EbmlHeaderResult.NeedsMore;
        if (bytes[idBytes] == 0)
            return EbmlHeaderResult.Invalid;
        if (!TryReadVint(bytes[idBytes..], out var value, out var sizeBytes))
            return EbmlHeaderResult.NeedsMore;
        size = IsAllOnes(value, sizeBytes) ? -1 : value;
        headerBytes = idBytes + sizeBytes;
        return EbmlHeaderResult.Ok;
    }

    /// <summary>Reads a variable-size integer of at most 8 bytes, its marker taken off; false when bytes are missing or none starts here. Spec: RFC 8794 §4.</summary>
    internal static bool TryReadVint(ReadOnlySpan<byte> bytes, out long value, out int length)
    {
        (value, length) = (0, 0);
        if (bytes.IsEmpty || bytes[0] == 0)
            return false;
        var count = BitOperations.LeadingZeroCount((uint)bytes[0]) - 23;
        if (bytes.Length < count)
            return false;
        long result = bytes[0] & (0xFF >> count);
        for (var i = 1; i < count; i++)
            result = (result << 8) | bytes[i];
        (value, length) = (result, count);
        return true;
    }

    /// <summary>The unsigned integer of an element's content; false when it is over 8 bytes or over 63 bits. Spec: RFC 8794 §7.2.</summary>
    internal static bool TryReadUInt(ReadOnlySpan<byte> content, out long value)
    {
        ulong result = 0;
        foreach (var octet in content.Length <= 8 ? content : default)
            result = (result << 8) | octet;
        value = (long)result;
        return content.Length <= 8 && value >= 0;
    }

    /// <summary>The signed integer of an element's content; false when it is over 8 bytes. Spec: RFC 8794 §7.1.</summary>
    internal static bool TryReadInt(ReadOnlySpan<byte> content, out long value)
    {
        value = 0;
        if (content.Length > 8)
            return false;
        if (!content.IsEmpty)
            value = (sbyte)content[0];
        for (var i = 1; i < content.Length; i++)
            value = (value << 8) | content[i];
        return true;
    }

    /// <summary>The float of an element's content; false when it has not 0, 4 or 8 bytes. Spec: RFC 8794 §7.3.</summary>
    internal static bool TryReadFloat(ReadOnlySpan<byte> content, out double value)
    {
        value = content.Length switch
        {
            4 => BinaryPrimitives.ReadSingleBigEndian(content),
            8 => BinaryPrimitives.ReadDoubleBigEndian(content),
            _ => 0,
        };
        return content.Length is 0 or 4 or 8;
    }

    /// <summary>The text of an element's content, up to the first NUL. Spec: RFC 8794 §7.4, §13.</summary>
    internal static string ReadString(ReadOnlySpan<byte> content)
    {
        var end = content.IndexOf((byte)0);
        return Encoding.UTF8.GetString(end < 0 ? content : content[..end]);
    }

    // "the VINT_DATA component of the Element ID MUST NOT be all zero or all one bits" and the id
    // "MUST be encoded at the shortest valid length". Spec: RFC 8794 §5.
    private static bool IsId(uint id, int idBytes)
    {
        var data = id & ((1u << (7 * idBytes)) - 1);
        return data != 0
            && !IsAllOnes(data, idBytes)
            && (idBytes == 1 || data >= (1u << (7 * (idBytes - 1))) - 1);
    }

    private static bool IsAllOnes(long data, int length) => data == (1L << (7 * length)) - 1;
}
