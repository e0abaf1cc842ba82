using System.Buffers;

namespace CommuniConnect.Media.WebM;

/// <summary>A Cluster of a growing recording: it begins with an unknown size, so that the file is playable at any moment, and is closed in place. Spec: RFC 9559 §5.1.3.</summary>
public static class WebMCluster
{
    /// <summary>Where in what <see cref="Begin"/> gives the size field lies.</summary>
    public const int SizeFieldOffsetBytes = 4;

    /// <summary>Where in what <see cref="Begin"/> gives the content begins, that the size counts.</summary>
    public const int ContentOffsetBytes = SizeFieldOffsetBytes + EbmlElement.WideSizeBytes;

    /// <summary>The beginning of a Cluster: its id, the unknown size in 8 bytes, and its Timestamp.</summary>
    /// <param name="timestamp">Zero or later.</param>
    /// <exception cref="ArgumentOutOfRangeException">The timestamp is negative.</exception>
    public static byte[] Begin(MediaTime timestamp)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(timestamp, MediaTime.Zero);
        return EbmlElement.ToBytes(
            EbmlElement.Open(
                WebMId.Cluster,
                EbmlElement.UInt(WebMId.Timestamp, WebMTime.ToUnits(timestamp))
            )
        );
    }

    /// <summary>A time as a file that we write has it.</summary>
    public static MediaTime Written(MediaTime time) =>
        new(WebMTime.ToUnits(time) * HeaderElements.TimestampScale);

    /// <summary>The 8 bytes that close a Cluster when written over its size field.</summary>
    /// <param name="contentBytes">Bytes from <see cref="ContentOffsetBytes"/> to the Cluster's end.</param>
    public static byte[] SizeField(long contentBytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(contentBytes);
        return EbmlElement.WideSize(contentBytes);
    }

    /// <summary>Writes a packet as a SimpleBlock, or as a BlockGroup when it has a duration, additions or discard padding.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="packet">A frame of up to <see cref="WebMLimits.MaxBlockBytes"/>, head and side data included.</param>
    /// <param name="clusterTimestamp">What <see cref="Begin"/> was given.</param>
    /// <exception cref="ArgumentException">It does not <see cref="Fits">fit</see> the Cluster, or is too large.</exception>
    public static void WriteBlock(
        IBufferWriter<byte> output,
        MediaPacket packet,
        MediaTime clusterTimestamp
    )
    {
        Check(packet, clusterTimestamp);
        var count = BlockWriter.SizeBytes(packet);
        BlockWriter.Write(output.GetSpan(count), packet, clusterTimestamp);
        output.Advance(count);
    }

    /// <summary>Bytes that <see cref="WriteBlock"/> writes.</summary>
    public static int BlockSizeBytes(MediaPacket packet) => BlockWriter.SizeBytes(packet);

    /// <summary>True when a block of this time may stand in a Cluster of that: not further than <see cref="WebMLimits.MaxClusterDuration"/> after it, nor the same before.</summary>
    public static bool Fits(MediaTime clusterTimestamp, MediaTime timestamp)
    {
        var relative = timestamp - clusterTimestamp;
        return relative <= WebMLimits.MaxClusterDuration
            && MediaTime.Zero - relative <= WebMLimits.MaxClusterDuration;
    }

    /// <summary>Throws for a packet that no reader of ours would take back.</summary>
    internal static void Check(MediaPacket packet, MediaTime clusterTimestamp)
    {
        if (!Fits(clusterTimestamp, packet.Timestamp))
            throw new ArgumentException(
                "The packet lies too far from the Cluster's Timestamp.",
                nameof(packet)
            );
        if (BlockWriter.ContentBytes(packet) > WebMLimits.MaxBlockBytes)
            throw new ArgumentException("A block may have 8 MiB at most.", nameof(packet));
    }
}
