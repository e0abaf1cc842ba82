namespace CommuniConnect.Media;

/// <summary>One encoded frame of one track. Immutable: it is shared by the recorder and every viewer and left to the garbage collector.</summary>
public sealed record MediaPacket
{
    /// <summary>What a packet costs besides its bytes: the record, the head of its array, and its places in the lists that pass it on.</summary>
    public const int ObjectBytes = 200;

    /// <summary>The track it belongs to, by <see cref="Track.Number"/>.</summary>
    public required int TrackNumber { get; init; }

    /// <summary>When it is to be shown, from the start of the stream.</summary>
    public required MediaTime Timestamp { get; init; }

    /// <summary>How long it lasts, or null when the stream does not say.</summary>
    public MediaTime? Duration { get; init; }

    /// <summary>True when decoding can start here.</summary>
    public required bool IsKeyframe { get; init; }

    /// <summary>The encoded bytes.</summary>
    public required ReadOnlyMemory<byte> Payload { get; init; }

    /// <summary>Side data of the frame, such as its alpha picture: the content of Matroska's BlockAdditions element as it came, or empty.</summary>
    public ReadOnlyMemory<byte> Additions { get; init; }

    /// <summary>Sound to be thrown away at the end of the packet (Opus), or zero. Spec: RFC 9559 §5.1.3.5.7.</summary>
    public MediaTime DiscardPadding { get; init; }

    /// <summary>What keeping it costs in memory, in bytes: a stream of one-byte frames is mostly objects.</summary>
    public long CostBytes => (long)ObjectBytes + Payload.Length + Additions.Length;
}
