using System.Text;

namespace CommuniConnect.Media.Tests.WebM;

/// <summary>Builds streams byte by byte, apart from the writer under test.</summary>
internal static class Elements
{
    public const uint EbmlId = 0x1A45DFA3;
    public const uint Segment = 0x18538067;
    public const uint Info = 0x1549A966;
    public const uint Tracks = 0x1654AE6B;
    public const uint Cluster = 0x1F43B675;
    public const uint Void = 0xEC;

    public static readonly byte[] Header = Of(EbmlId, Text(0x4282, "webm"));

    public static readonly byte[] Head = [.. Header, .. Open(Segment), .. Of(Tracks, Entry(1))];

    /// <summary>An element with its size in 8 bytes.</summary>
    public static byte[] Of(uint id, params byte[][] children)
    {
        var content = children.SelectMany(child => child).ToArray();
        return [.. Id(id), .. Size(content.Length), .. content];
    }

    /// <summary>The beginning of an element that claims a size.</summary>
    public static byte[] Claim(uint id, long size) => [.. Id(id), .. Size(size)];

    /// <summary>The beginning of an element of unknown size.</summary>
    public static byte[] Open(uint id) =>
        [.. Id(id), 0x01, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF];

    public static byte[] UInt(uint id, byte value) => Of(id, [value]);

    public static byte[] Text(uint id, string value) => Of(id, Encoding.ASCII.GetBytes(value));

    public static byte[] Entry(byte number, params byte[][] more) =>
        Of(0xAE, [UInt(0xD7, number), UInt(0x83, 1), Text(0x86, "V_VP8"), .. more]);

    public static byte[] SimpleBlock(int payloadBytes, byte track = 1, byte time = 0) =>
        Of(0xA3, [(byte)(0x80 | track), 0, time, 0x80], Filled(payloadBytes));

    public static byte[] Filled(int count)
    {
        var bytes = new byte[count];
        Array.Fill(bytes, (byte)0x55);
        return bytes;
    }

    /// <summary>A Void of exactly so many bytes, 9 or more.</summary>
    public static byte[] Padding(int totalBytes) => Of(Void, new byte[totalBytes - 9]);

    private static byte[] Id(uint id) =>
        [
            .. new[] { (byte)(id >> 24), (byte)(id >> 16), (byte)(id >> 8), (byte)id }.SkipWhile(
                octet => octet == 0
            ),
        ];

    private static byte[] Size(long size) =>
        [
            0x01,
            (byte)(size >> 48),
            (byte)(size >> 40),
            (byte)(size >> 32),
            (byte)(size >> 24),
            (byte)(size >> 16),
            (byte)(size >> 8),
            (byte)size,
        ];
}
