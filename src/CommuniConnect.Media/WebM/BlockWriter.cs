using System.Buffers.Binary;

namespace CommuniConnect.Media.WebM;

/// <summary>
/// Writes one packet as a SimpleBlock or, when it has what only that can say, as a BlockGroup. Goes without a tree of elements: it runs for
/// every frame. Spec: RFC 9559 §5.1.3.4, §5.1.3.5, §10.
/// </summary>
internal static class BlockWriter
{
    private const int WideIntBytes = 8;

    // The value 0 "MAY also be used to signify that this Block cannot be decoded on its own, but without knowledge of which Block is
    // necessary". Spec: RFC 9559 §5.1.3.5.5.
    private static ReadOnlySpan<byte> SomeReference => [(byte)WebMId.ReferenceBlock, 0x81, 0x00];

    /// <summary>Bytes that <see cref="Write"/> fills.</summary>
    public static int SizeBytes(MediaPacket packet) =>
        ElementBytes(
            IsGroup(packet) ? WebMId.BlockGroup : WebMId.SimpleBlock,
            ContentBytes(packet)
        );

    /// <summary>Bytes of the content of the SimpleBlock or BlockGroup.</summary>
    public static int ContentBytes(MediaPacket packet) =>
        IsGroup(packet) ? GroupBytes(packet) : BlockBytes(packet);

    /// <summary>Writes the block; returns its bytes.</summary>
    public static int Write(Span<byte> bytes, MediaPacket packet, MediaTime clusterTimestamp)
    {
        var relative = (short)(
            WebMTime.ToUnits(packet.Timestamp) - WebMTime.ToUnits(clusterTimestamp)
        );
        if (!IsGroup(packet))
            return WriteBlock(
                bytes,
                WebMId.SimpleBlock,
                packet,
                relative,
                packet.IsKeyframe ? (byte)0x80 : (byte)0
            );
        var at = EbmlElement.WriteHeader(bytes, WebMId.BlockGroup, GroupBytes(packet));
        at += WriteBlock(bytes[at..], WebMId.Block, packet, relative, 0);
        if (!packet.Additions.IsEmpty)
        {
            at += EbmlElement.WriteHeader(
                bytes[at..],
                WebMId.BlockAdditions,
                packet.Additions.Length
            );
            packet.Additions.Span.CopyTo(bytes[at..]);
            at += packet.Additions.Length;
        }
        if (packet.Duration is { } duration)
            at += WriteWide(bytes[at..], WebMId.BlockDuration, WebMTime.ToUnits(duration));
        if (!packet.IsKeyframe)
        {
            SomeReference.CopyTo(bytes[at..]);
            at += SomeReference.Length;
        }
        if (packet.DiscardPadding != MediaTime.Zero)
            at += WriteWide(bytes[at..], WebMId.DiscardPadding, packet.DiscardPadding.Nanoseconds);
        return at;
    }

    private static int WriteBlock(
        Span<byte> bytes,
        uint id,
        MediaPacket packet,
        short relative,
        byte flags
    )
    {
        var at = EbmlElement.WriteHeader(bytes, id, BlockBytes(packet));
        var trackBytes = EbmlElement.SizeOfSize(packet.TrackNumber);
        EbmlElement.WriteVint(bytes.Slice(at, trackBytes), packet.TrackNumber);
        at += trackBytes;
        BinaryPrimitives.WriteInt16BigEndian(bytes[at..], relative);
        bytes[at + 2] = flags;
        at += 3;
        packet.Payload.Span.CopyTo(bytes[at..]);
        return at + packet.Payload.Length;
    }

    private static int WriteWide(Span<byte> bytes, uint id, long value)
    {
        var at = EbmlElement.WriteHeader(bytes, id, WideIntBytes);
        BinaryPrimitives.WriteInt64BigEndian(bytes[at..], value);
        return at + WideIntBytes;
    }

    private static bool IsGroup(MediaPacket packet) =>
        packet.Duration is not null
        || !packet.Additions.IsEmpty
        || packet.DiscardPadding != MediaTime.Zero;

    private static int BlockBytes(MediaPacket packet) =>
        checked(EbmlElement.SizeOfSize(packet.TrackNumber) + 3 + packet.Payload.Length);

    private static int GroupBytes(MediaPacket packet) =>
        ElementBytes(WebMId.Block, BlockBytes(packet))
        + (
            packet.Additions.IsEmpty
                ? 0
                : ElementBytes(WebMId.BlockAdditions, packet.Additions.Length)
        )
        + (packet.Duration is null ? 0 : ElementBytes(WebMId.BlockDuration, WideIntBytes))
        + (packet.IsKeyframe ? 0 : SomeReference.Length)
        + (
            packet.DiscardPadding == MediaTime.Zero
                ? 0
                : ElementBytes(WebMId.DiscardPadding, WideIntBytes)
        );

    private static int ElementBytes(uint id, int content) =>
        checked(EbmlElement.IdBytes(id) + EbmlElement.SizeOfSize(content) + content);
}
