using CommuniConnect.Media;

namespace CommuniConnect.Server.Broadcast.OnAir;

/// <summary>Whether a publisher may send, and from where.</summary>
internal abstract record AttachAnswer
{
    private AttachAnswer() { }

    /// <summary>Send the bytes of the take from this offset on: everything before it is durable.</summary>
    public sealed record Ready(long OffsetBytes) : AttachAnswer;

    /// <summary>The publisher would send from another offset than this one, where the take goes on. Nothing was changed.</summary>
    public sealed record Mismatch(long OffsetBytes) : AttachAnswer;

    /// <summary>Another take has followed on this one: what is missing of it is a tail now.</summary>
    public sealed record Superseded : AttachAnswer;

    /// <summary>The live is over.</summary>
    public sealed record Ended(LiveEndReason Reason, string? Explanation) : AttachAnswer;

    /// <summary>The server is going down; the live goes on with the next one.</summary>
    public sealed record Suspended : AttachAnswer;
}

/// <summary>How far a take is.</summary>
/// <param name="DurableBytes">Bytes of it that survive a power cut.</param>
/// <param name="IsComplete">Whether that is all of it.</param>
internal sealed record TakePlace(long DurableBytes, bool IsComplete);

/// <summary>What the loop of a live is asked to do. It does one after the other.</summary>
internal abstract record LiveCommand
{
    private LiveCommand() { }

    public sealed record Attach(
        PublisherSession Session,
        Guid TakeId,
        long? OffsetBytes,
        TaskCompletionSource<AttachAnswer> Answer
    ) : LiveCommand;

    /// <summary>How far is the take on air, if it is this one?</summary>
    public sealed record Locate(Guid TakeId, TaskCompletionSource<TakePlace?> Answer) : LiveCommand;

    public sealed record Bytes(PublisherSession Session, ReadOnlyMemory<byte> Data) : LiveCommand;

    /// <summary>The publisher knows when the camera saw an instant of its take.</summary>
    public sealed record Clock(PublisherSession Session, CaptureClock Capture) : LiveCommand;

    /// <summary>The publisher has sent the last byte of its take.</summary>
    public sealed record Complete(PublisherSession Session) : LiveCommand;

    /// <summary>The connection of the publisher is gone.</summary>
    public sealed record Leave(PublisherSession Session) : LiveCommand;

    /// <summary>A connection is going to send the small picture.</summary>
    public sealed record SmallAttach(SmallSession Session) : LiveCommand;

    /// <summary>Packets of the small picture, as timed in its take.</summary>
    public sealed record SmallPackets(
        SmallSession Session,
        Track Track,
        IReadOnlyList<MediaPacket> Packets
    ) : LiveCommand;

    /// <summary>The connection of the small picture is gone.</summary>
    public sealed record SmallLeave(SmallSession Session) : LiveCommand;

    /// <summary>A viewer begins in a long group.</summary>
    public sealed record KeyframeWanted : LiveCommand;

    /// <summary>The time to come back has passed, unless a publisher came meanwhile.</summary>
    public sealed record WindowElapsed(int Turn) : LiveCommand;

    /// <summary>What was written last has waited long enough to be acknowledged.</summary>
    public sealed record CheckpointDue(int Turn) : LiveCommand;

    public sealed record End(LiveEndReason Reason, string? Explanation = null) : LiveCommand;

    /// <summary>The server is going down.</summary>
    public sealed record Suspend : LiveCommand;
}
