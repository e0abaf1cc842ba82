namespace CommuniConnect.Media.WebM;

/// <summary>A live WebM as viewers get it: a header, then whole Clusters without end. Spec: WebM byte stream format for Media Source Extensions.</summary>
public static class WebMStream
{
    /// <summary>EBML header, a Segment of unknown size, Info and Tracks: the initialization segment.</summary>
    /// <param name="tracks">1 to 16 tracks; a video without width and height is written as 1 by 1 pixel, because 0 is not allowed.</param>
    /// <exception cref="ArgumentException">The tracks go over a budget of <see cref="WebMLimits"/>.</exception>
    public static byte[] Header(IReadOnlyList<Track> tracks) =>
        EbmlElement.ToBytes(
            HeaderElements.EbmlHeader(),
            EbmlElement.Open(WebMId.Segment, HeaderElements.Info(), HeaderElements.Tracks(tracks))
        );

    /// <summary>One Cluster of known size that holds the packets, beginning at the time of the earliest of them.</summary>
    /// <param name="packets">One packet or more, in the order they are to have in the Cluster.</param>
    /// <exception cref="ArgumentException">There is none, one does not <see cref="WebMCluster.Fits">fit</see> the Cluster, or they are too large.</exception>
    public static byte[] Cluster(IReadOnlyList<MediaPacket> packets)
    {
        if (packets.Count == 0)
            throw new ArgumentException("A Cluster has to hold a packet.", nameof(packets));
        var earliest = packets.Min(packet => packet.Timestamp);
        // Timestamp is unsigned, a block's own may lie before it.
        var start = earliest < MediaTime.Zero ? MediaTime.Zero : earliest;
        long blockBytes = 0;
        foreach (var packet in packets)
        {
            WebMCluster.Check(packet, start);
            blockBytes += BlockWriter.SizeBytes(packet);
        }
        var timestamp = EbmlElement.ToBytes(
            EbmlElement.UInt(WebMId.Timestamp, WebMTime.ToUnits(start))
        );
        var contentBytes = timestamp.Length + blockBytes;
        if (contentBytes > WebMLimits.MaxClusterBytes)
            throw new ArgumentException("A Cluster may have 32 MiB at most.", nameof(packets));
        return Compose(packets, start, timestamp, (int)contentBytes);
    }

    private static byte[] Compose(
        IReadOnlyList<MediaPacket> packets,
        MediaTime start,
        byte[] timestamp,
        int contentBytes
    )
    {
        var headerBytes =
            EbmlElement.IdBytes(WebMId.Cluster) + EbmlElement.SizeOfSize(contentBytes);
        var bytes = new byte[headerBytes + contentBytes];
        var at = EbmlElement.WriteHeader(bytes, WebMId.Cluster, contentBytes);
        timestamp.CopyTo(bytes, at);
        at += timestamp.Length;
        foreach (var packet in packets)
            at += BlockWriter.Write(bytes.AsSpan(at), packet, start);
        return bytes;
    }
}
