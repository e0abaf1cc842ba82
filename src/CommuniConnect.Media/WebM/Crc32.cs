using System.Buffers.Binary;

namespace CommuniConnect.Media.WebM;

/// <summary>The running checksum of an element's content: the CRC of ISO 3309, stored with the low byte first. Spec: RFC 8794 §11.3.1.</summary>
internal struct Crc32
{
    public const int SizeBytes = 4;

    // Slicing by 8: eight bytes a step through eight tables, or a checksum would cost more than all other reading.
    private static readonly uint[] Tables = MakeTables();

    private uint _inverse;

    /// <summary>Takes more bytes in.</summary>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        var crc = ~_inverse;
        var t = Tables;
        for (; bytes.Length >= 8; bytes = bytes[8..])
        {
            var low = BinaryPrimitives.ReadUInt32LittleEndian(bytes) ^ crc;
            var high = BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]);
            crc =
                t[1792 + (int)(low & 0xFF)]
                ^ t[1536 + (int)((low >> 8) & 0xFF)]
                ^ t[1280 + (int)((low >> 16) & 0xFF)]
                ^ t[1024 + (int)(low >> 24)]
                ^ t[768 + (int)(high & 0xFF)]
                ^ t[512 + (int)((high >> 8) & 0xFF)]
                ^ t[256 + (int)((high >> 16) & 0xFF)]
                ^ t[(int)(high >> 24)];
        }
        foreach (var octet in bytes)
            crc = t[(int)((crc ^ octet) & 0xFF)] ^ (crc >> 8);
        _inverse = ~crc;
    }

    /// <summary>True when the checksum is the one stored in a CRC-32 element.</summary>
    public readonly bool Fits(ReadOnlySpan<byte> stored) =>
        BinaryPrimitives.ReadUInt32LittleEndian(stored) == _inverse;

    private static uint[] MakeTables()
    {
        var tables = new uint[8 * 256];
        for (uint i = 0; i < 256; i++)
        {
            var value = i;
            for (var bit = 0; bit < 8; bit++)
                value = (value & 1) != 0 ? (value >> 1) ^ 0xEDB88320 : value >> 1;
            tables[i] = value;
        }
        for (var i = 256; i < tables.Length; i++)
            tables[i] = (tables[i - 256] >> 8) ^ tables[tables[i - 256] & 0xFF];
        return tables;
    }
}
