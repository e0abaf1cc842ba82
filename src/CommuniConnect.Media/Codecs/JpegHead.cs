using System.Buffers.Binary;

namespace CommuniConnect.Media.Codecs;

/// <summary>What the head of a JPEG picture says, without decoding it. Spec: ITU-T T.81 Annex B.</summary>
public static class JpegHead
{
    private const byte Marker = 0xFF;
    private const byte StartOfImage = 0xD8;
    private const byte StartOfScan = 0xDA;

    /// <summary>The size of the picture in pixels.</summary>
    /// <param name="bytes">The whole file, or enough of it to hold the frame header.</param>
    /// <param name="width">1 to 65,535; 0 when there is no answer.</param>
    /// <param name="height">Likewise.</param>
    /// <returns>False when this is no JPEG, or it ends before its frame header.</returns>
    public static bool TryReadSize(ReadOnlySpan<byte> bytes, out int width, out int height)
    {
        (width, height) = (0, 0);
        if (bytes is not [Marker, StartOfImage, ..])
            return false;
        var rest = bytes[2..];
        // A segment is FF, its kind, and a length that counts itself but not the marker.
        while (rest is [Marker, var kind, ..])
        {
            if (kind == Marker)
            {
                rest = rest[1..]; // a fill byte
                continue;
            }
            if (kind == StartOfScan || rest.Length < 4)
                return false;
            var length = BinaryPrimitives.ReadUInt16BigEndian(rest[2..]);
            if (length < 2 || rest.Length < 2 + length)
                return false;
            if (IsFrameHeader(kind))
                return TryReadFrame(rest.Slice(4, length - 2), out width, out height);
            rest = rest[(2 + length)..];
        }
        return false;
    }

    /// <summary>SOF0 to SOF15, but for the tables that lie between them (DHT C4, JPG C8, DAC CC).</summary>
    private static bool IsFrameHeader(byte kind) =>
        kind is >= 0xC0 and <= 0xCF and not (0xC4 or 0xC8 or 0xCC);

    private static bool TryReadFrame(ReadOnlySpan<byte> frame, out int width, out int height)
    {
        (width, height) = (0, 0);
        if (frame.Length < 6)
            return false;
        height = BinaryPrimitives.ReadUInt16BigEndian(frame[1..]);
        width = BinaryPrimitives.ReadUInt16BigEndian(frame[3..]);
        return width > 0 && height > 0;
    }
}
