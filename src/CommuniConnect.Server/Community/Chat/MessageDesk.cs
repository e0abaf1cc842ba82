using CommuniConnect.Server.Community.Moderation;
using CommuniConnect.Server.Platform.Webhooks;
using Microsoft.EntityFrameworkCore;

namespace CommuniConnect.Server.Community.Chat;

/// <summary>What is decided about messages that are shown, or were.</summary>
internal sealed class MessageDesk(RoomParts parts, RoomState state, RoomLog log, RoomWriter writer)
    : Desk(parts, state, log, writer)
{
    /// <summary>So long a message may be changed by its author.</summary>
    public static readonly TimeSpan EditTime = TimeSpan.FromMinutes(1);

    /// <summary>Takes a message away: one's own, or anybody's for who moderates. Again: the same.</summary>
    public async Task<Outcome<Done>> RemoveAsync(Asker asker, int number, string reason)
    {
        var revision = Log.Latest.Revision + 1;
        Refused? refused = null;
        var removed = await Parts.Store.WriteAsync(async db =>
        {
            var row = await db.ChatMessages.FindAsync(LiveId, number);
            refused =
                row is null ? ChatRefusal.UnknownMessage
                : row.AuthorId != asker.Id && !Moderates(asker) ? ChatRefusal.NotYours
                : null;
            if (refused is not null || row!.RemovedAt is not null)
                return false;
            (row.RemovedAt, row.Revision) = (Writer.Now, revision);
            if (State.Settings.Pinned == number)
                await SaveAsync(db, State.Settings with { Pinned = null });
            db.ModerationEntries.Add(
                Entry(asker, ModerationAction.Removed, reason, row.AuthorId, row)
            );
            Parts.Webhooks.Add(
                db,
                WebhookEvent.ChatRemoved,
                new ChatRemovedTold(LiveId, number, reason)
            );
            return true;
        });
        if (refused is not null)
            return refused;
        if (!removed)
            return Done.Instance;
        if (State.Settings.Pinned == number)
            Unpin();
        Log.Apply([new RoomChange(revision, number, Message: null)], -1, State.Shown);
        Parts.Webhooks.Wake();
        return Done.Instance;
    }

    /// <summary>Shows a removed message again.</summary>
    public async Task<Outcome<ShownMessage>> RestoreAsync(Asker asker, int number)
    {
        if (!Moderates(asker))
            return ChatRefusal.NotModerator;
        if (await FindAsync(number) is { } shown)
            return shown;
        var revision = Log.Latest.Revision + 1;
        var restored = await Parts.Store.WriteAsync(async db =>
        {
            var row = await db.ChatMessages.FindAsync(LiveId, number);
            if (row?.RemovedAt is null)
                return null;
            (row.RemovedAt, row.Revision) = (null, revision);
            db.ModerationEntries.Add(
                Entry(asker, ModerationAction.Restored, "", row.AuthorId, row)
            );
            var message = await db
                .ChatMessages.Where(m => m.LiveId == LiveId && m.Number == number)
                .Select(ChatStore.Shown)
                .SingleAsync();
            Parts.Webhooks.Add(
                db,
                WebhookEvent.ChatRestored,
                new ChatMessageTold(LiveId, message.For(0))
            );
            return message;
        });
        if (restored is null)
            return ChatRefusal.UnknownMessage;
        Log.Apply([new RoomChange(revision, number, restored)], 1, State.Shown);
        Parts.Webhooks.Wake();
        return restored;
    }

    /// <summary>Changes the words of one's own message.</summary>
    /// <param name="draft">Checked: see <see cref="ChatDraft.Check"/>.</param>
    public async Task<Outcome<ShownMessage>> EditAsync(Asker asker, int number, ChatDraft draft)
    {
        var content = draft.Content!;
        var now = Writer.Now;
        var writers = await Parts.Store.WritersAsync(LiveId, [asker.Id], State);
        if (!writers.TryGetValue(asker.Id, out var author))
            return ChatRefusal.UnknownMember;
        author = author with { IsModerator = asker.IsModerator };
        if (Writer.HasEnded)
            return ChatRefusal.Ended;
        if (await FindAsync(number) is not { } before)
            return ChatRefusal.UnknownMessage;
        if (before.Author.Id != asker.Id)
            return ChatRefusal.NotYours;
        if (now - before.Timestamp > EditTime || before.Type == "reaction")
            return ChatRefusal.TooLate;
        State.Use(Parts.SiteWords.Known);
        if ((State.Refusal(author, now) ?? State.Refusal(author, content)) is { } refused)
            return refused;
        if (State.MustWait(author, content))
            return ChatRefusal.WouldWait; // a link that would have waited does not come in by a change
        if (before.Content == content)
            return before;
        var revision = Log.Latest.Revision + 1;
        var names = await Parts.Store.NamedAsync(Links.NamesIn(content).ToHashSet());
        await Parts.Store.WriteAsync(async db =>
        {
            var row = (await db.ChatMessages.FindAsync(LiveId, number))!;
            (row.Content, row.EditedAt, row.Revision) = (content, now, revision);
            row.Mentions = names.Count == 0 ? null : [.. names.Values];
            return true;
        });
        var after = before with { Content = content, EditedAt = now, Mentions = [.. names.Values] };
        if (State.Pinned?.Id == number)
            State.Pinned = after;
        Log.Apply([new RoomChange(revision, number, after)], 0, State.Shown);
        return after;
    }

    private void Unpin()
    {
        State.Pinned = null;
        State.Use(State.Settings with { Pinned = null });
    }
}
