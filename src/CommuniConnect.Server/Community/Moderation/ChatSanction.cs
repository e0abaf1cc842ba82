using CommuniConnect.Server.Community.Users;

namespace CommuniConnect.Server.Community.Moderation;

internal enum SanctionKind
{
    /// <summary>Reads, but does not write.</summary>
    Silence,

    /// <summary>Neither reads nor writes.</summary>
    Ban,
}

/// <summary>What a member may no longer do in the chat of one live; one a member, the last one counts.</summary>
internal sealed class ChatSanction
{
    public int LiveId { get; init; }
    public int MemberId { get; init; }
    public User? Member { get; init; }
    public SanctionKind Kind { get; set; }

    /// <summary>When it ends by itself; null for the live.</summary>
    public DateTimeOffset? Until { get; set; }
    public string Reason { get; set; } = "";
    public int ById { get; set; }
    public DateTimeOffset CreatedAt { get; set; }
}
