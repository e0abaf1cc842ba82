namespace CommuniConnect.Media.WebM;

/// <summary>Reads what stands in a Cluster. Spec: RFC 9559 §5.1.3.</summary>
internal sealed class ClusterParser(ReaderState state)
{
    private readonly List<MediaPacket> _frames = [];

    public bool Open(ElementHead element)
    {
        var at = state.At;
        if (!at.HasTracks)
            return state.Reject(
                at.Level == WebMLevel.Segment
                    ? "Tracks has to come before the first Cluster."
                    : "A Cluster has to stand in a Segment."
            );
        if (element.Size > WebMLimits.MaxClusterBytes)
            return state.Lose("A Cluster may have 32 MiB at most.");
        // The size of the Segment is as likely wrong as that of the Cluster, and without it nothing is lost.
        var isOutside =
            at.Level == WebMLevel.Root
            || (at.SegmentEndBytes >= 0 && state.End(element) > at.SegmentEndBytes);
        if (at.Level == WebMLevel.Cluster && at.ClusterEndBytes >= 0)
            state.Report(state.Input.OffsetBytes, "A Cluster may not stand in another.");
        else if (isOutside)
            state.Report(state.Input.OffsetBytes, "A Cluster has to end inside its Segment.");
        state.ForgetChecksum();
        state.Input.Consume(element.HeaderBytes);
        state.At = at with
        {
            Level = WebMLevel.Cluster,
            HasInfo = true,
            SegmentEndBytes = isOutside ? -1 : at.SegmentEndBytes,
            ClusterStartBytes = state.Input.OffsetBytes,
            ClusterEndBytes = element.Size < 0 ? -1 : state.Input.OffsetBytes + element.Size,
            ClusterTimestamp = -1,
        };
        return true;
    }

    public void Leave()
    {
        state.At = state.At with { Level = WebMLevel.Segment };
        state.CheckChecksum();
    }

    public bool Read(ElementHead element)
    {
        var at = state.At;
        var isOpenEnded = at.ClusterEndBytes < 0;
        if (isOpenEnded && WebMId.IsSegmentChild(element.Id))
        {
            Leave();
            return true;
        }
        if (element.Size < 0)
            return state.Lose("Only a Segment or a Cluster may have an unknown size.");
        var parentEnd = isOpenEnded ? at.SegmentEndBytes : at.ClusterEndBytes;
        if (parentEnd >= 0 && state.End(element) > parentEnd)
            return state.Lose("An element has to end inside its parent.");
        var isBlock = element.Id is WebMId.SimpleBlock or WebMId.BlockGroup;
        if (isBlock && element.Size > WebMLimits.MaxBlockBytes)
            return state.Lose("A block may have 8 MiB at most.");
        if (isOpenEnded && state.End(element) - at.ClusterStartBytes > WebMLimits.MaxClusterBytes)
            return state.Lose("A Cluster may have 32 MiB at most.");
        return element.Id switch
        {
            WebMId.SimpleBlock or WebMId.BlockGroup => ReadBlock(element),
            WebMId.Timestamp => ReadTimestamp(element),
            WebMId.Crc32 => ReadChecksum(element),
            WebMId.Void => state.Skip(element),
            _ when WebMId.IsClusterChild(element.Id) => state.Skip(element),
            _ => state.SkipUnknown(element, isSearched: isOpenEnded),
        };
    }

    private bool ReadTimestamp(ElementHead element)
    {
        const string rule = "A Cluster's Timestamp has to fit 63 bits.";
        if (element.Size > 8)
            return state.Lose(rule);
        if (!state.HasAll(element))
            return false;
        if (!Ebml.TryReadUInt(state.Content(element), out var timestamp))
            return state.Lose(rule);
        state.Input.Consume(element.TotalBytes);
        if (state.At.ClusterTimestamp < 0)
            state.At = state.At with { ClusterTimestamp = timestamp };
        return true;
    }

    // "The CRC-32 Element MUST be the first ordered Element within its Parent": elsewhere it means nothing. Spec: RFC 8794 §11.3.1.
    private bool ReadChecksum(ElementHead element)
    {
        var isFirst = state.Input.OffsetBytes == state.At.ClusterStartBytes;
        if (!isFirst || state.At.ClusterEndBytes < 0 || element.Size != Crc32.SizeBytes)
            return state.Skip(element);
        if (!state.HasAll(element))
            return false;
        var stored = state.Content(element).ToArray();
        state.Input.Consume(element.TotalBytes);
        state.StartChecksum(stored, state.At.ClusterStartBytes);
        return true;
    }

    private bool ReadBlock(ElementHead element)
    {
        if (state.At.ClusterTimestamp < 0)
            return state.Lose("A Cluster's Timestamp has to come before its blocks.");
        if (state.At.ClusterEndBytes < 0 && state.HasSwallowedCluster(element))
            return state.Lose("A block reaches over the beginning of a Cluster.");
        if (!state.HasAll(element))
            return false;
        var reader = new BlockReader(
            state.Tracks,
            state.At.ClusterTimestamp,
            state.At.TimestampScale
        );
        var content = state.Content(element);
        var rule =
            element.Id == WebMId.SimpleBlock
                ? reader.ReadSimpleBlock(content, _frames)
                : reader.ReadBlockGroup(content, _frames);
        if (rule is not null)
            state.Report(state.Input.OffsetBytes, rule);
        state.Input.Consume(element.TotalBytes);
        foreach (var frame in _frames)
            state.Waiting.Enqueue((WebMReadResult.Packet, default, frame));
        _frames.Clear();
        return true;
    }
}
