using CommuniConnect.Server.Community.Moderation;

namespace CommuniConnect.Server.Community.Chat;

/// <summary>What is decided about messages that wait.</summary>
internal sealed class HeldDesk(
    RoomParts parts,
    RoomState state,
    RoomLog log,
    RoomWriter writer,
    RoomReactions reactions
) : Desk(parts, state, log, writer)
{
    /// <summary>Shows a message that waited, under the next number.</summary>
    public async Task<Outcome<ShownMessage>> ApproveAsync(Asker asker, int heldId)
    {
        if (!Moderates(asker))
            return ChatRefusal.NotModerator;
        var waiting = (await Parts.Store.HeldAsync(LiveId)).Find(h => h.HeldId == heldId);
        if (waiting is null)
            return ChatRefusal.UnknownHeld;
        if (State.People.IsBanned(waiting.Author.Id, Writer.Now))
            return ChatRefusal.AuthorBanned;
        if (waiting.ReplyTo is { } answered && await FindAsync(answered) is null)
            return ChatRefusal.ReplyGone;
        var names = await Parts.Store.NamedAsync(Links.NamesIn(waiting.Content).ToHashSet());
        var message = new ShownMessage(
            Writer.NextNumber,
            waiting.Content,
            waiting.Timestamp,
            waiting.Type,
            waiting.ReplyTo,
            waiting.Author,
            waiting.MediaTime,
            waiting.SeenMediaTime,
            EditedAt: null,
            [.. names.Values],
            waiting.ClientId
        );
        await Parts.Store.WriteAsync(async db =>
        {
            db.HeldMessages.Remove((await db.HeldMessages.FindAsync(heldId))!);
            var row = Writer.Add(db, message);
            db.ModerationEntries.Add(
                Entry(asker, ModerationAction.Approved, "", row.AuthorId, row)
            );
            return true;
        });
        Writer.Show(message);
        if (message.Type == "reaction")
            reactions.Add(message.Content, (double)message.MediaTime);
        Show(State.People with { HeldCount = State.People.HeldCount - 1 });
        return message;
    }

    /// <summary>Throws a message that waited away.</summary>
    public async Task<Outcome<Done>> RefuseAsync(Asker asker, int heldId, string reason)
    {
        if (!Moderates(asker))
            return ChatRefusal.NotModerator;
        var refused = await Parts.Store.WriteAsync(async db =>
        {
            var row = await db.HeldMessages.FindAsync(heldId);
            if (row?.LiveId != LiveId)
                return false;
            db.HeldMessages.Remove(row);
            db.ModerationEntries.Add(
                Entry(asker, ModerationAction.Refused, reason, row.AuthorId, content: row.Content)
            );
            return true;
        });
        if (!refused)
            return ChatRefusal.UnknownHeld;
        Show(State.People with { HeldCount = State.People.HeldCount - 1 });
        return Done.Instance;
    }
}
