using CommuniConnect.Server.Community.Users;

namespace CommuniConnect.Server.Community.Moderation;

internal enum TieKind
{
    /// <summary>Does not want to read the other one.</summary>
    Blocks,

    Follows,
}

/// <summary>What one member decided about another.</summary>
internal sealed class MemberTie
{
    public int MemberId { get; init; }
    public TieKind Kind { get; init; }
    public int OtherId { get; init; }
    public User? Other { get; init; }
}
