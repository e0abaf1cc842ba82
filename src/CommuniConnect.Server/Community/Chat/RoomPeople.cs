using System.Collections.Immutable;
using CommuniConnect.Server.Community.Moderation;

namespace CommuniConnect.Server.Community.Chat;

/// <summary>The rules of a room as everybody sees them.</summary>
internal sealed record RoomShown(
    bool Closed,
    int SlowSeconds,
    ChatAudience Audience,
    bool HoldFirst,
    bool HoldLinks,
    ShownMessage? Pinned
);

/// <summary>What the room tells one member about himself.</summary>
/// <param name="Blocked">The members whose messages this one does not want to see.</param>
/// <param name="HeldCount">How many messages wait for a moderator, to those who may approve them.</param>
internal sealed record MemberStanding(
    bool CanModerate,
    bool IsOwner,
    bool Banned,
    DateTimeOffset? SilencedUntil,
    IReadOnlyCollection<int> Blocked,
    int? HeldCount
);

/// <summary>Who may do what in a room, immutable.</summary>
/// <param name="HeldCount">How many messages wait for a moderator.</param>
internal sealed record RoomPeople(
    int OwnerId,
    ImmutableHashSet<int> Helpers,
    ImmutableDictionary<int, Sanction> Sanctions,
    int HeldCount
)
{
    /// <summary>Whether the member moderates this room: as its owner or as a helper.</summary>
    public bool Moderates(int memberId) => memberId == OwnerId || Helpers.Contains(memberId);

    /// <summary>What stands against a member at a moment, or null.</summary>
    public Sanction? Against(int memberId, DateTimeOffset now) =>
        Sanctions.TryGetValue(memberId, out var sanction)
        && (sanction.Until is null || sanction.Until > now)
            ? sanction
            : null;

    public bool IsBanned(int memberId, DateTimeOffset now) =>
        Against(memberId, now)?.Kind == SanctionKind.Ban;
}

/// <summary>What a member may not do, and until when; null is for the live.</summary>
internal sealed record Sanction(SanctionKind Kind, DateTimeOffset? Until)
{
    /// <summary>A time for a page that shows one: a silence without an end lasts as long as the live.</summary>
    public DateTimeOffset ShownUntil => Until ?? DateTimeOffset.MaxValue;
}
