using CommuniConnect.Server.Community.Users;

namespace CommuniConnect.Server.Community.Moderation;

internal enum ModerationAction
{
    Removed,
    Restored,
    Silenced,
    Banned,
    Lifted,
    Pinned,
    Unpinned,
    Settings,
    Approved,
    Refused,
    HelperAdded,
    HelperRemoved,
}

/// <summary>One line of the log: who did what to whom, and why.</summary>
internal sealed class ModerationEntry
{
    public const int ReasonLength = 300;

    public int Id { get; init; }
    public int LiveId { get; init; }
    public ModerationAction Action { get; init; }
    public int ById { get; init; }
    public User? By { get; init; }

    /// <summary>Whom it concerns, or null.</summary>
    public int? MemberId { get; init; }
    public User? Member { get; init; }
    public int? MessageNumber { get; init; }

    /// <summary>What the message said then.</summary>
    public string? Content { get; init; }
    public string Reason { get; init; } = "";
    public DateTimeOffset CreatedAt { get; init; }
}
