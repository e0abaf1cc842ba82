using CommuniConnect.Media.Codecs;

namespace CommuniConnect.Media.WebM;

/// <summary>Turns one SimpleBlock or BlockGroup into packets. Spec: RFC 9559 §5.1.3.4, §5.1.3.5.</summary>
/// <param name="tracks">The tracks a block may be of.</param>
/// <param name="clusterTimestamp">The Cluster's Timestamp in units.</param>
/// <param name="timestampScale">Nanoseconds of one unit.</param>
internal readonly struct BlockReader(
    IReadOnlyList<Track> tracks,
    long clusterTimestamp,
    long timestampScale
)
{
    // A group's times are written at full width, however short they came (16 bytes more at most): one at the very limit could be
    // read and not written.
    private const int MaxGroupBytes = WebMLimits.MaxBlockBytes - 24;

    /// <summary>Reads the content of a SimpleBlock; returns the rule it breaks, or null.</summary>
    public string? ReadSimpleBlock(ReadOnlySpan<byte> content, List<MediaPacket> packets) =>
        ReadBlock(content, default, packets);

    /// <summary>Reads the content of a BlockGroup; returns the rule it breaks, or null.</summary>
    public string? ReadBlockGroup(ReadOnlySpan<byte> content, List<MediaPacket> packets)
    {
        if (content.Length > MaxGroupBytes)
            return "A block may have 8 MiB at most.";
        var group = new Group { IsGroup = true };
        ReadOnlySpan<byte> block = default;
        var children = new EbmlChildren(content);
        while (children.MoveNext())
        {
            switch (children.Id)
            {
                case WebMId.Block:
                    block = children.Content;
                    break;
                case WebMId.BlockDuration when Ebml.TryReadUInt(children.Content, out var units):
                    group.DurationUnits = units;
                    break;
                case WebMId.ReferenceBlock:
                    group.HasReference = true;
                    break;
                case WebMId.DiscardPadding
                    when Ebml.TryReadInt(children.Content, out var nanoseconds):
                    group.DiscardPadding = new MediaTime(nanoseconds);
                    break;
                case WebMId.BlockAdditions:
                    group.Additions = children.Content.ToArray();
                    break;
                default:
                    break;
            }
        }
        if (children.IsBroken)
            return "A BlockGroup is broken.";
        return block.IsEmpty
            ? "A BlockGroup has to have a Block."
            : ReadBlock(block, group, packets);
    }

    private string? ReadBlock(ReadOnlySpan<byte> block, Group group, List<MediaPacket> packets)
    {
        if (!BlockHeader.TryRead(block, out var header))
            return "A block is too short for its head.";
        if (FindTrack(header.Track) is not { } track)
            return "A block has to be of a track that Tracks declares.";
        var units = (Int128)clusterTimestamp + header.RelativeTimestamp;
        if (!TryScale(units, out var timestamp))
            return "A timestamp has to fit 63 bits of nanoseconds.";
        MediaTime? duration = null;
        if (group.DurationUnits is { } durationUnits && TryScale(durationUnits, out var scaled))
            duration = scaled;
        var packet = new MediaPacket
        {
            TrackNumber = track.Number,
            Timestamp = timestamp,
            Duration = duration,
            // Sound can be decoded from any packet, whatever its flag says.
            IsKeyframe =
                track.Kind == TrackKind.Audio
                || (group.IsGroup ? !group.HasReference : header.IsKeyframe),
            Payload = default,
            Additions = group.Additions,
            DiscardPadding = group.DiscardPadding,
        };
        var data = block[header.SizeBytes..];
        if (header.Lacing != Lacing.None)
            return ReadLaced(header.Lacing, data, track, packet, packets);
        if (data.IsEmpty)
            return "A block has to hold a frame.";
        packets.Add(packet with { Payload = Copy(data) });
        return null;
    }

    private static string? ReadLaced(
        Lacing lacing,
        ReadOnlySpan<byte> data,
        Track track,
        MediaPacket first,
        List<MediaPacket> packets
    )
    {
        Span<int> sizes = stackalloc int[LaceReader.MaxFrames];
        if (!LaceReader.TryReadSizes(lacing, data, sizes, out var count, out var at))
            return "The frame sizes of a laced block do not fit it.";
        // A BlockDuration is that of all frames together. Spec: RFC 9559 §5.1.3.5.3.
        MediaTime? share = first.Duration is { } whole
            ? new MediaTime(whole.Nanoseconds / count)
            : null;
        var packetsBefore = packets.Count;
        var timestamp = first.Timestamp;
        for (var i = 0; i < count; i++)
        {
            var frame = data.Slice(at, sizes[i]);
            at += sizes[i];
            if (frame.IsEmpty)
                continue;
            packets.Add(
                first with
                {
                    Timestamp = timestamp,
                    Duration = share,
                    Payload = Copy(frame),
                    Additions = i == 0 ? first.Additions : default,
                    DiscardPadding = i == count - 1 ? first.DiscardPadding : MediaTime.Zero,
                }
            );
            if (
                !TryMake(
                    (Int128)timestamp.Nanoseconds + FrameTime(track, frame, share).Nanoseconds,
                    out timestamp
                )
            )
                return "A timestamp has to fit 63 bits of nanoseconds.";
        }
        return packets.Count == packetsBefore ? "A block has to hold a frame." : null;
    }

    // Only the first frame of a lace has a timestamp. Spec: RFC 9559 §10.3.
    private static MediaTime FrameTime(Track track, ReadOnlySpan<byte> frame, MediaTime? share)
    {
        if (track.DefaultDuration > MediaTime.Zero)
            return track.DefaultDuration;
        if (track.CodecId == "A_OPUS" && OpusPacket.TryReadDuration(frame, out var duration))
            return duration;
        return share ?? MediaTime.Zero;
    }

    private Track? FindTrack(long number)
    {
        // 16 at most, and nearly always one of the first two: a loop is quicker than a dictionary.
        for (var i = 0; i < tracks.Count; i++)
        {
            if (tracks[i].Number == number)
                return tracks[i];
        }
        return null;
    }

    private bool TryScale(Int128 units, out MediaTime time) =>
        TryMake(units * timestampScale, out time);

    // Not filled with zeros first, which a large frame would pay for as much as for the copy.
    private static byte[] Copy(ReadOnlySpan<byte> bytes)
    {
        var copy = GC.AllocateUninitializedArray<byte>(bytes.Length);
        bytes.CopyTo(copy);
        return copy;
    }

    // Half of the range, so that the sums and differences of two times fit as well.
    private static bool TryMake(Int128 nanoseconds, out MediaTime time)
    {
        var fits = nanoseconds >= long.MinValue / 2 && nanoseconds <= long.MaxValue / 2;
        time = fits ? new MediaTime((long)nanoseconds) : default;
        return fits;
    }

    private struct Group
    {
        public bool IsGroup;
        public bool HasReference;
        public long? DurationUnits;
        public MediaTime DiscardPadding;
        public byte[]? Additions;
    }
}
