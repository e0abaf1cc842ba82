using System.Diagnostics.CodeAnalysis;
using static CommuniConnect.Media.WebM.EbmlElement;

namespace CommuniConnect.Media.WebM;

/// <summary>
/// The head of a recording that is valid while it grows and is finished in place: its Segment has an unknown size, and room is kept, as Void, for
/// the SeekHead and the Duration that are only known at the end. Spec: RFC 9559 §5.1, §25.2.
/// </summary>
public sealed class WebMRecordingHeader
{
    // Three Seek entries with positions of up to 8 bytes take 75 bytes.
    private const int SeekHeadRoomBytes = 96;

    // id 2, size 1, a float of 8 bytes
    private const int DurationBytes = 11;

    private static readonly DateTimeOffset MatroskaEpoch = new(2001, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private WebMRecordingHeader(
        byte[] bytes,
        long segmentDataOffset,
        long infoOffset,
        long durationOffset,
        long tracksOffset
    )
    {
        Bytes = bytes;
        SegmentDataOffset = segmentDataOffset;
        InfoOffset = infoOffset;
        DurationOffset = durationOffset;
        TracksOffset = tracksOffset;
    }

    /// <summary>The bytes of the head, after which Clusters follow.</summary>
    public byte[] Bytes { get; }

    /// <summary>File offset of the Segment's size field of 8 bytes.</summary>
    public long SegmentSizeOffset => SegmentDataOffset - WideSizeBytes;

    /// <summary>File offset of the Segment's content, from which all positions inside the file are counted.</summary>
    public long SegmentDataOffset { get; }

    /// <summary>File offset of the room of the SeekHead.</summary>
    public long SeekHeadOffset => SegmentDataOffset;

    /// <summary>File offset of Info.</summary>
    public long InfoOffset { get; }

    /// <summary>File offset of the room of Duration, inside Info.</summary>
    public long DurationOffset { get; }

    /// <summary>File offset of Tracks.</summary>
    public long TracksOffset { get; }

    /// <summary>The head of a new recording.</summary>
    /// <param name="tracks">1 to 16 tracks; a video without width and height is written as 1 by 1 pixel, because 0 is not allowed.</param>
    /// <param name="created">When it was recorded, or null to leave that out.</param>
    /// <exception cref="ArgumentException">The tracks go over a budget of <see cref="WebMLimits"/>.</exception>
    public static WebMRecordingHeader Create(
        IReadOnlyList<Track> tracks,
        DateTimeOffset? created = null
    )
    {
        // Spec: RFC 9559 §5.1.2.11, RFC 8794 §7.6: nanoseconds since the beginning of 2001.
        var date = created is { } when
            ? Int(WebMId.DateUtc, checked((when - MatroskaEpoch).Ticks * 100))
            : null;
        var bytes = ToBytes(
            HeaderElements.EbmlHeader(),
            Open(
                WebMId.Segment,
                Void(SeekHeadRoomBytes),
                HeaderElements.Info(duration: Void(DurationBytes), date),
                HeaderElements.Tracks(tracks)
            )
        );
        return TryRead(bytes, out var header)
            ? header!
            : throw new InvalidOperationException("The head we wrote is not read back.");
    }

    /// <summary>Finds the places again in the beginning of a file that was written before, finished or not.</summary>
    /// <param name="head">The beginning of the file, all of the head or more.</param>
    /// <param name="header">The head, null when false.</param>
    /// <returns>False when the head is cut or was not made by <see cref="Create"/>.</returns>
    public static bool TryRead(
        ReadOnlySpan<byte> head,
        [NotNullWhen(true)] out WebMRecordingHeader? header
    )
    {
        header = null;
        var at = 0;
        if (!TryStep(head, ref at, WebMId.Ebml, out var size) || !TryPass(head, ref at, size))
            return false;
        if (!TryStep(head, ref at, WebMId.Segment, out _) || head[at - WideSizeBytes] != 0x01)
            return false;
        var segmentData = at;
        var infoAt = segmentData + SeekHeadRoomBytes;
        at = infoAt;
        if (!TryStep(head, ref at, WebMId.Info, out size) || size < DurationBytes)
            return false;
        var durationAt = FindDuration(head.Slice(at, (int)Math.Min(size, head.Length - at)));
        if (durationAt < 0)
            return false;
        durationAt += at;
        if (!TryPass(head, ref at, size))
            return false;
        var tracksAt = at;
        if (!TryStep(head, ref at, WebMId.Tracks, out size) || !TryPass(head, ref at, size))
            return false;
        header = new WebMRecordingHeader(
            head[..at].ToArray(),
            segmentData,
            infoAt,
            durationAt,
            tracksAt
        );
        return true;
    }

    /// <summary>What to write over the file so that it is finished; every piece stays inside the head, and the length of the file does not change.</summary>
    /// <param name="cuesOffset">File offset of the Cues element, -1 when there is none.</param>
    /// <param name="fileLength">Bytes of the whole file.</param>
    /// <param name="duration">From time zero to the end of the last frame.</param>
    public IReadOnlyList<(long OffsetBytes, byte[] Bytes)> Finish(
        long cuesOffset,
        long fileLength,
        MediaTime duration
    )
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(fileLength, Bytes.Length);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(cuesOffset, fileLength);
        var seekHead = Master(
            WebMId.SeekHead,
            Seek(WebMId.Info, InfoOffset),
            Seek(WebMId.Tracks, TracksOffset),
            cuesOffset < 0 ? null : Seek(WebMId.Cues, cuesOffset)
        );
        var units = (double)duration.Nanoseconds / HeaderElements.TimestampScale;
        return
        [
            (SeekHeadOffset, ToBytes(seekHead, Void(SeekHeadRoomBytes - seekHead.SizeBytes))),
            // Spec: RFC 9559 §5.1.2.10: range "> 0x0p+0".
            (
                DurationOffset,
                ToBytes(units > 0 ? Float(WebMId.Duration, units) : Void(DurationBytes))
            ),
            (SegmentSizeOffset, WideSize(fileLength - SegmentDataOffset)),
        ];
    }

    private EbmlElement Seek(uint id, long offset) =>
        Master(
            WebMId.Seek,
            Binary(WebMId.SeekId, IdOf(id)),
            UInt(WebMId.SeekPosition, offset - SegmentDataOffset)
        );

    private static byte[] IdOf(uint id) =>
        [(byte)(id >> 24), (byte)(id >> 16), (byte)(id >> 8), (byte)id];

    private static int FindDuration(ReadOnlySpan<byte> info)
    {
        var children = new EbmlChildren(info);
        while (children.MoveNext())
        {
            if (children.Id == WebMId.Duration && children.Content.Length == 8)
                return children.OffsetBytes;
            if (children.Id == WebMId.Void && children.Content.Length == DurationBytes - 2)
                return children.OffsetBytes;
        }
        return -1;
    }

    private static bool TryStep(ReadOnlySpan<byte> head, ref int at, uint id, out long size)
    {
        size = 0;
        if (
            at > head.Length
            || Ebml.TryReadElementHeader(head[at..], out var found, out size, out var headerBytes)
                != EbmlHeaderResult.Ok
        )
            return false;
        at += headerBytes;
        return found == id;
    }

    private static bool TryPass(ReadOnlySpan<byte> head, ref int at, long size)
    {
        if (size < 0 || size > head.Length - at)
            return false;
        at += (int)size;
        return true;
    }
}
