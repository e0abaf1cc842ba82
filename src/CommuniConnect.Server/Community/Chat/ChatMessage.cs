using CommuniConnect.Server.Community.Users;

namespace CommuniConnect.Server.Community.Chat;

/// <summary>One message of the room of a live. Its number within the live is its public id.</summary>
internal sealed class ChatMessage
{
    /// <summary>Longest message, in characters as people count them (Unicode scalar values).</summary>
    public const int ContentLength = 500;
    public const int ClientIdLength = 64;

    public int LiveId { get; init; }

    /// <summary>1, 2, 3… in the order everybody sees.</summary>
    public int Number { get; init; }
    public int AuthorId { get; init; }
    public User? Author { get; init; }
    public required string Content { get; set; }

    /// <summary>"text", "emoji" or "reaction".</summary>
    public required string Type { get; init; }

    /// <summary>The number of the message it answers, or null.</summary>
    public int? ReplyTo { get; init; }

    /// <summary>What the sender calls it: the same message sent again after a cut is not stored twice.</summary>
    public string? ClientId { get; init; }
    public DateTimeOffset SentAt { get; init; }

    /// <summary>Recorded time of the live when the message was accepted: its place beside the replay.</summary>
    public TimeSpan MediaTime { get; init; }

    /// <summary>Recorded time its author was seeing when writing, as the author's page said, or null.</summary>
    public TimeSpan? SeenMediaTime { get; init; }

    /// <summary>When its author last changed it, or null.</summary>
    public DateTimeOffset? EditedAt { get; set; }

    /// <summary>When it was removed: it is kept for moderators, and shown to nobody.</summary>
    public DateTimeOffset? RemovedAt { get; set; }

    /// <summary>The members named in it by @username; null is none.</summary>
    public List<int>? Mentions { get; set; }

    /// <summary>The room's count of changes when this message last changed; 0 for one that never did.</summary>
    public int Revision { get; set; }
}
