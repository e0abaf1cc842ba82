using System.Collections.Immutable;
using CommuniConnect.Server.Community.Moderation;

namespace CommuniConnect.Server.Community.Chat;

/// <summary>A member who reads a room, and what that member may see of it.</summary>
internal sealed class RoomReader(
    int memberId,
    bool isModerator,
    BlockList blocked,
    TimeProvider time
)
{
    /// <summary>Timers do not reach as far as a ban may.</summary>
    private static readonly TimeSpan LongestLook = TimeSpan.FromDays(1);

    private ImmutableHashSet<int>? _blockedThen;
    private RoomPeople? _peopleThen;
    private MemberStanding? _standing;

    /// <summary>Lets the member read on.</summary>
    /// <exception cref="BannedException">The member is banned from the room.</exception>
    public void Admit(RoomView view)
    {
        if (!isModerator && view.People.IsBanned(memberId, time.GetUtcNow()))
            throw new BannedException();
    }

    /// <summary>Waits until the member may read, or read on: the ban was lifted, or is over by itself.</summary>
    /// <exception cref="OperationCanceledException">The room closes down before.</exception>
    public async Task AdmittedAsync(RoomLog log, CancellationToken cancellation)
    {
        for (var view = log.Current; !isModerator; view = log.Current)
        {
            var now = time.GetUtcNow();
            if (!view.People.IsBanned(memberId, now))
                return;
            if (view.Over)
                throw new OperationCanceledException();
            var left = view.People.Against(memberId, now)?.Until - now ?? LongestLook;
            try
            {
                await view
                    .Changed.HeardAt(memberId)
                    .WaitAsync(left < LongestLook ? left : LongestLook, time, cancellation);
            }
            catch (TimeoutException)
            {
                // Looks again: it may be over.
            }
        }
    }

    /// <summary>Whether the member is to see these messages in another way than everybody else.</summary>
    public bool SeesOtherwise(ArraySegment<ShownMessage> messages)
    {
        var hidden = blocked.Of;
        foreach (var message in messages)
        {
            if (
                message.Author.Id == memberId && message.ClientId is not null
                || hidden.Contains(message.Author.Id)
            )
                return true;
        }
        return false;
    }

    public IReadOnlyList<ShownMessage> Filter(IEnumerable<ShownMessage> messages)
    {
        var hidden = blocked.Of;
        return [.. messages.Where(m => !hidden.Contains(m.Author.Id)).Select(m => m.For(memberId))];
    }

    public RoomShown Filter(RoomShown room) =>
        room.Pinned is { } pinned
            ? room with
            {
                Pinned = blocked.Of.Contains(pinned.Author.Id) ? null : pinned.For(memberId),
            }
            : room;

    /// <summary>What the member is told about himself: the same object while nothing changed.</summary>
    public MemberStanding Standing(RoomPeople people)
    {
        var hidden = blocked.Of;
        if (_standing is not null && people == _peopleThen && hidden == _blockedThen)
            return _standing;
        (_peopleThen, _blockedThen) = (people, hidden);
        var moderates = isModerator || people.Moderates(memberId);
        var against = people.Against(memberId, time.GetUtcNow());
        var now = new MemberStanding(
            moderates,
            memberId == people.OwnerId,
            against?.Kind == SanctionKind.Ban,
            against?.Kind == SanctionKind.Silence ? against.ShownUntil : null,
            hidden,
            moderates ? people.HeldCount : null
        );
        return _standing = now.Equals(_standing) ? _standing! : now;
    }
}

/// <summary>The member may not read this room.</summary>
internal sealed class BannedException : Exception;
