using System.Threading.Channels;

namespace CommuniConnect.Server.Broadcast.OnAir;

/// <summary>What a live tells its publisher.</summary>
internal abstract record PublisherNotice
{
    private PublisherNotice() { }

    /// <summary>All bytes of the take before the offset survive a power cut.</summary>
    public sealed record Durable(long OffsetBytes) : PublisherNotice;

    /// <summary>The take is complete and safe.</summary>
    public sealed record Completed(long OffsetBytes) : PublisherNotice;

    /// <summary>A keyframe would help a viewer who begins; an encoder that can makes one.</summary>
    public sealed record KeyframeWanted : PublisherNotice;

    /// <summary>The bytes are not what we take. Last.</summary>
    public sealed record Refused(TakeRefusal Refusal) : PublisherNotice;

    /// <summary>Another connection publishes now. Last.</summary>
    public sealed record Replaced : PublisherNotice;

    /// <summary>The live has gone on with another take: the rest of this one is a tail. Last.</summary>
    public sealed record Superseded : PublisherNotice;

    /// <summary>The live is over. Last.</summary>
    /// <param name="Explanation">What the one who ended it has to say, or null.</param>
    public sealed record Ended(LiveEndReason Reason, string? Explanation) : PublisherNotice;

    /// <summary>The server is going down: come back in a moment. Last.</summary>
    public sealed record Suspended : PublisherNotice;
}

/// <summary>One connection of a publisher. The live writes notices into it and never waits for it.</summary>
internal sealed class PublisherSession
{
    // Durable offsets only grow, so the newest stand for the dropped; the last notice is the newest.
    private readonly Channel<PublisherNotice> _notices = Channel.CreateBounded<PublisherNotice>(
        new BoundedChannelOptions(16) { FullMode = BoundedChannelFullMode.DropOldest }
    );
    private readonly CancellationTokenSource _closed = new();

    /// <summary>What the connection has to pass on, in order; completes after the last notice.</summary>
    public ChannelReader<PublisherNotice> Notices => _notices.Reader;

    /// <summary>Cancelled when the live has closed the session: whatever the connection still has is not wanted.</summary>
    public CancellationToken Closed => _closed.Token;

    /// <summary>Offset in the take of the next byte this connection will hand over. Owned by the live's loop.</summary>
    public long NextOffsetBytes { get; set; }

    public void Tell(PublisherNotice notice) => _notices.Writer.TryWrite(notice);

    public void Close(PublisherNotice last)
    {
        _notices.Writer.TryWrite(last);
        _notices.Writer.TryComplete();
        _closed.Cancel();
    }
}
