namespace CommuniConnect.Media.WebM;

/// <summary>Reads what stands in a stream outside its Clusters: EBML headers, Segments, Info and Tracks. Spec: RFC 8794 §8, RFC 9559 §5.1.</summary>
internal sealed class SegmentParser(ReaderState state)
{
    private static ReadOnlySpan<byte> EbmlId => [0x1A, 0x45, 0xDF, 0xA3];

    private readonly ClusterParser _cluster = new(state);

    /// <summary>Reads one element or leaves one; false when bytes are missing or all is over.</summary>
    public bool Step()
    {
        if (LeaveEnded())
            return true;
        var header = Ebml.TryReadElementHeader(
            state.Input.Bytes,
            out var id,
            out var size,
            out var headerBytes
        );
        if (state.At.Level == WebMLevel.Start && !StartsLikeEbml())
            return state.Reject("A stream has to begin with an EBML header.");
        if (header == EbmlHeaderResult.NeedsMore)
            return false;
        if (header == EbmlHeaderResult.Invalid)
            return state.Lose("No element has such an id or size.");
        var element = new ElementHead(id, size, headerBytes);
        return id switch
        {
            WebMId.Ebml => ReadHeader(element),
            WebMId.Segment => OpenSegment(element),
            WebMId.Cluster => _cluster.Open(element),
            _ when state.At.Level == WebMLevel.Cluster => _cluster.Read(element),
            WebMId.Void or WebMId.Crc32 => state.Skip(element),
            _ when state.At.Level == WebMLevel.Segment => ReadInSegment(element),
            _ => state.Lose("Only a Segment may stand here."),
        };
    }

    private bool LeaveEnded()
    {
        var (at, offset) = (state.At, state.Input.OffsetBytes);
        if (at.Level == WebMLevel.Cluster && at.ClusterEndBytes == offset)
        {
            _cluster.Leave();
            return true;
        }
        if (at.Level is WebMLevel.Segment or WebMLevel.Cluster && at.SegmentEndBytes == offset)
        {
            state.At = at with { Level = WebMLevel.Root };
            return true;
        }
        return false;
    }

    private bool StartsLikeEbml()
    {
        var bytes = state.Input.Bytes;
        return EbmlId.StartsWith(bytes[..Math.Min(EbmlId.Length, bytes.Length)]);
    }

    private bool ReadHeader(ElementHead element)
    {
        if (element.Size is < 0 or > WebMLimits.MaxHeaderBytes)
            return state.Reject("An EBML header may have 4 KiB at most.");
        if (!state.HasAll(element))
            return false;
        if (HeaderRules.Check(state.Content(element)) is { } rule)
            return state.Reject(rule);
        if (state.IsInsideKnownSize)
            state.Report(
                state.Input.OffsetBytes,
                "An EBML header may not stand in an element of known size."
            );
        state.ForgetChecksum();
        state.Input.Consume(element.TotalBytes);
        state.At = WebMPosition.Start with { Level = WebMLevel.Root };
        state.DeclaredDuration = null;
        return true;
    }

    private bool OpenSegment(ElementHead element)
    {
        if (state.IsInsideKnownSize)
            state.Report(
                state.Input.OffsetBytes,
                "A Segment may not stand in an element of known size."
            );
        state.ForgetChecksum();
        state.Input.Consume(element.HeaderBytes);
        var end = element.Size < 0 ? -1 : state.Input.OffsetBytes + element.Size;
        state.At = WebMPosition.Start with { Level = WebMLevel.Segment, SegmentEndBytes = end };
        return true;
    }

    private bool ReadInSegment(ElementHead element)
    {
        if (element.Size < 0)
            return state.Lose("Only a Segment or a Cluster may have an unknown size.");
        if (state.At.SegmentEndBytes >= 0 && state.End(element) > state.At.SegmentEndBytes)
            return state.Lose("An element has to end inside its parent.");
        if (element.Id == WebMId.Info && !state.At.HasInfo)
            return ReadInfo(element);
        if (element.Id == WebMId.Tracks && !state.At.HasTracks)
            return ReadTracks(element);
        // A second Info or Tracks repeats the first. Spec: RFC 9559 §5.1, RFC 8794 §11.1.6.12: recurring elements are identical.
        if (WebMId.IsSegmentChild(element.Id))
            return state.Skip(element);
        if (WebMId.IsClusterChild(element.Id))
            return state.Lose("This element has to stand in a Cluster.");
        return state.SkipUnknown(element, isSearched: state.At.HasTracks);
    }

    private bool ReadInfo(ElementHead element)
    {
        if (element.Size > WebMLimits.MaxInfoBytes)
            return state.Reject("Info may have 64 KiB at most.");
        if (!state.HasAll(element))
            return false;
        var content = state.Content(element);
        if (InfoReader.TryRead(content, out var info) is { } rule)
            return state.Reject(rule);
        if (!EbmlChildren.ChecksumFits(content))
            state.Report(state.Input.OffsetBytes, "The CRC-32 of Info does not fit.");
        state.Input.Consume(element.TotalBytes);
        state.At = state.At with { HasInfo = true, TimestampScale = info.TimestampScale };
        state.DeclaredDuration = info.Duration;
        return true;
    }

    private bool ReadTracks(ElementHead element)
    {
        const long most =
            WebMLimits.MaxTracksBytes
            + ((long)WebMLimits.MaxTracks * WebMLimits.MaxCodecPrivateBytes);
        if (element.Size > most)
            return state.Reject("Tracks may have 64 KiB at most besides CodecPrivate.");
        if (!state.HasAll(element))
            return false;
        var reader = new TracksReader();
        if (reader.Read(state.Content(element)) is { } rule)
            return state.Reject(rule);
        foreach (var damage in reader.Damages)
            state.Report(state.Input.OffsetBytes, damage);
        state.Input.Consume(element.TotalBytes);
        state.At = state.At with { HasTracks = true };
        state.Tracks = reader.Tracks;
        state.Waiting.Enqueue((WebMReadResult.Tracks, default, null));
        return true;
    }
}
