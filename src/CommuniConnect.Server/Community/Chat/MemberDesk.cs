using CommuniConnect.Server.Community.Moderation;
using CommuniConnect.Server.Platform.Database;
using Microsoft.EntityFrameworkCore;

namespace CommuniConnect.Server.Community.Chat;

/// <summary>What is decided about members: who may not write or read, and who helps.</summary>
internal sealed class MemberDesk(RoomParts parts, RoomState state, RoomLog log, RoomWriter writer)
    : Desk(parts, state, log, writer)
{
    /// <summary>Silences or bans a member.</summary>
    /// <param name="time">How long, or null for the live.</param>
    public async Task<Outcome<ChatSanction>> SanctionAsync(
        Asker asker,
        int memberId,
        SanctionKind kind,
        TimeSpan? time,
        string reason
    )
    {
        if (!Moderates(asker))
            return ChatRefusal.NotModerator;
        if (State.People.Moderates(memberId))
            return ChatRefusal.IsModerator;
        var now = Writer.Now;
        Refused? refused = null;
        var row = await Parts.Store.WriteAsync(async db =>
        {
            refused =
                !await db.Users.AnyAsync(u => u.Id == memberId) ? ChatRefusal.UnknownOther
                : await IsSiteModeratorAsync(db, memberId) ? ChatRefusal.IsModerator
                : null;
            if (refused is not null)
                return null;
            var row = await db.ChatSanctions.FindAsync(LiveId, memberId);
            if (row is null)
                db.ChatSanctions.Add(
                    row = new ChatSanction { LiveId = LiveId, MemberId = memberId }
                );
            (row.Kind, row.Until, row.Reason) = (kind, now + time, reason);
            (row.ById, row.CreatedAt) = (asker.Id, now);
            var action =
                kind == SanctionKind.Ban ? ModerationAction.Banned : ModerationAction.Silenced;
            db.ModerationEntries.Add(Entry(asker, action, reason, memberId));
            return row;
        });
        if (refused is not null)
            return refused;
        var sanction = new Sanction(kind, row!.Until);
        Show(State.People with { Sanctions = State.People.Sanctions.SetItem(memberId, sanction) });
        return row;
    }

    /// <summary>Ends what stands against a member. Again: the same.</summary>
    public async Task<Outcome<Done>> LiftAsync(Asker asker, int memberId)
    {
        if (!Moderates(asker))
            return ChatRefusal.NotModerator;
        if (!State.People.Sanctions.ContainsKey(memberId))
            return Done.Instance;
        await Parts.Store.WriteAsync(async db =>
        {
            if (await db.ChatSanctions.FindAsync(LiveId, memberId) is { } row)
                db.ChatSanctions.Remove(row);
            db.ModerationEntries.Add(Entry(asker, ModerationAction.Lifted, "", memberId));
            return true;
        });
        Show(State.People with { Sanctions = State.People.Sanctions.Remove(memberId) });
        return Done.Instance;
    }

    /// <summary>Makes a member a helper of this live, or no longer. Again: the same.</summary>
    public async Task<Outcome<Done>> HelpAsync(Asker asker, int memberId, bool helps)
    {
        if (!asker.IsModerator && asker.Id != State.People.OwnerId)
            return ChatRefusal.NotModerator;
        if (State.People.Helpers.Contains(memberId) == helps || memberId == State.People.OwnerId)
            return Done.Instance;
        var known = await Parts.Store.WriteAsync(async db =>
        {
            if (!await db.Users.AnyAsync(u => u.Id == memberId))
                return false;
            if (helps)
                db.LiveHelpers.Add(new LiveHelper { LiveId = LiveId, MemberId = memberId });
            else if (await db.LiveHelpers.FindAsync(LiveId, memberId) is { } row)
                db.LiveHelpers.Remove(row);
            if (helps && await db.ChatSanctions.FindAsync(LiveId, memberId) is { } sanction)
                db.ChatSanctions.Remove(sanction);
            var action = helps ? ModerationAction.HelperAdded : ModerationAction.HelperRemoved;
            db.ModerationEntries.Add(Entry(asker, action, "", memberId));
            return true;
        });
        if (!known)
            return ChatRefusal.UnknownOther;
        var people = State.People;
        Show(
            people with
            {
                Helpers = helps ? people.Helpers.Add(memberId) : people.Helpers.Remove(memberId),
                Sanctions = helps ? people.Sanctions.Remove(memberId) : people.Sanctions,
            }
        );
        return Done.Instance;
    }

    private static Task<bool> IsSiteModeratorAsync(AppDb db, int memberId) =>
        db.UserRoles.AnyAsync(r =>
            r.UserId == memberId
            && db.Roles.Any(role => role.Id == r.RoleId && role.Name == Users.Roles.Moderator)
        );
}
