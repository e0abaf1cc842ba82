using System.Buffers.Binary;

namespace CommuniConnect.Media.WebM;

/// <summary>How deep in a stream a <see cref="WebMPosition"/> lies.</summary>
public enum WebMLevel : byte
{
    /// <summary>Before the EBML header.</summary>
    Start,

    /// <summary>Between the EBML header and a Segment, or after a Segment.</summary>
    Root,

    /// <summary>In a Segment, outside its Clusters.</summary>
    Segment,

    /// <summary>In a Cluster.</summary>
    Cluster,
}

/// <summary>An element boundary of a stream, with all that a reader has to know besides the tracks to go on from there.</summary>
/// <param name="OffsetBytes">Input offset of the first byte not yet read.</param>
/// <param name="Level">What encloses that byte.</param>
/// <param name="HasInfo">True when the Segment's Info is behind, or can no longer come.</param>
/// <param name="HasTracks">True when the Segment's Tracks are behind.</param>
/// <param name="TimestampScale">Nanoseconds of one timestamp unit.</param>
/// <param name="SegmentEndBytes">Input offset of the Segment's end, -1 when unknown.</param>
/// <param name="ClusterStartBytes">Input offset of the Cluster's content.</param>
/// <param name="ClusterEndBytes">Input offset of the Cluster's end, -1 when unknown.</param>
/// <param name="ClusterTimestamp">The Cluster's Timestamp in units, -1 before it came.</param>
public readonly record struct WebMPosition(
    long OffsetBytes,
    WebMLevel Level,
    bool HasInfo,
    bool HasTracks,
    long TimestampScale,
    long SegmentEndBytes,
    long ClusterStartBytes,
    long ClusterEndBytes,
    long ClusterTimestamp
)
{
    /// <summary>Bytes that <see cref="Write"/> fills.</summary>
    public const int SizeBytes = (6 * 8) + 3;

    /// <summary>The beginning of a stream.</summary>
    public static WebMPosition Start { get; } =
        new(0, WebMLevel.Start, false, false, 1_000_000, -1, 0, -1, -1);

    /// <summary>Stores the position in the first <see cref="SizeBytes"/> bytes.</summary>
    public void Write(Span<byte> bytes)
    {
        ReadOnlySpan<long> numbers =
        [
            OffsetBytes,
            TimestampScale,
            SegmentEndBytes,
            ClusterStartBytes,
            ClusterEndBytes,
            ClusterTimestamp,
        ];
        for (var i = 0; i < numbers.Length; i++)
            BinaryPrimitives.WriteInt64LittleEndian(bytes[(8 * i)..], numbers[i]);
        bytes[48] = (byte)Level;
        bytes[49] = HasInfo ? (byte)1 : (byte)0;
        bytes[50] = HasTracks ? (byte)1 : (byte)0;
    }

    /// <summary>The position that <see cref="Write"/> stored in the first <see cref="SizeBytes"/> bytes.</summary>
    /// <exception cref="ArgumentException">The bytes are too few or hold no position.</exception>
    public static WebMPosition Read(ReadOnlySpan<byte> bytes)
    {
        if (
            bytes.Length < SizeBytes
            || bytes[48] > (byte)WebMLevel.Cluster
            || Number(bytes, 0) < 0
            || Number(bytes, 1) <= 0
        )
            throw new ArgumentException("These bytes hold no position.", nameof(bytes));
        return new WebMPosition(
            OffsetBytes: Number(bytes, 0),
            Level: (WebMLevel)bytes[48],
            HasInfo: bytes[49] != 0,
            HasTracks: bytes[50] != 0,
            TimestampScale: Number(bytes, 1),
            SegmentEndBytes: Number(bytes, 2),
            ClusterStartBytes: Number(bytes, 3),
            ClusterEndBytes: Number(bytes, 4),
            ClusterTimestamp: Number(bytes, 5)
        );
    }

    private static long Number(ReadOnlySpan<byte> bytes, int index) =>
        BinaryPrimitives.ReadInt64LittleEndian(bytes[(8 * index)..]);
}
