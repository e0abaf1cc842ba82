using CommuniConnect.Server.Community.Moderation;
using CommuniConnect.Server.Platform.Database;
using CommuniConnect.Server.Platform.Webhooks;
using Microsoft.EntityFrameworkCore;

namespace CommuniConnect.Server.Community.Chat;

/// <summary>Who asks for something in a room.</summary>
/// <param name="IsModerator">Of the site.</param>
internal sealed record Asker(int Id, bool IsModerator);

internal static class AskerOf
{
    public static Asker AsAsker(this Users.CurrentUser user) => new(user.Id, user.IsModerator);
}

/// <summary>
/// What is decided in a room beside new messages. Run by the room's loop, one after the other: saved first, then shown,
/// and answered only when no follower is given the old any more.
/// </summary>
internal sealed class RoomDesk(RoomParts parts, RoomState state, RoomLog log, RoomWriter writer)
{
    /// <summary>So long a message may be changed by its author.</summary>
    public static readonly TimeSpan EditTime = TimeSpan.FromMinutes(1);

    private readonly int _liveId = parts.LiveId;

    public bool Moderates(Asker asker) => asker.IsModerator || state.People.Moderates(asker.Id);

    /// <summary>Takes a message away: one's own, or anybody's for who moderates. Again: the same.</summary>
    public async Task<Outcome<Done>> RemoveAsync(Asker asker, int number, string reason)
    {
        var revision = log.Latest.Revision + 1;
        Refused? refused = null;
        var removed = await parts.Store.WriteAsync(async db =>
        {
            var row = await db.ChatMessages.FindAsync(_liveId, number);
            refused =
                row is null ? ChatRefusal.UnknownMessage
                : row.AuthorId != asker.Id && !Moderates(asker) ? ChatRefusal.NotYours
                : null;
            if (refused is not null || row!.RemovedAt is not null)
                return false;
            (row.RemovedAt, row.Revision) = (writer.Now, revision);
            if (state.Settings.Pinned == number)
                await SaveAsync(db, state.Settings with { Pinned = null });
            db.ModerationEntries.Add(
                Entry(asker, ModerationAction.Removed, reason, row.AuthorId, row)
            );
            parts.Webhooks.Add(
                db,
                WebhookEvent.ChatRemoved,
                new ChatRemovedTold(_liveId, number, reason)
            );
            return true;
        });
        if (refused is not null)
            return refused;
        if (!removed)
            return Done.Instance;
        if (state.Settings.Pinned == number)
            Unpin();
        log.Apply([new RoomChange(revision, number, Message: null)], -1, state.Shown);
        parts.Webhooks.Wake();
        return Done.Instance;
    }

    /// <summary>Shows a removed message again.</summary>
    public async Task<Outcome<ShownMessage>> RestoreAsync(Asker asker, int number)
    {
        if (!Moderates(asker))
            return ChatRefusal.NotModerator;
        if (await FindAsync(number) is { } shown)
            return shown;
        var revision = log.Latest.Revision + 1;
        var restored = await parts.Store.WriteAsync(async db =>
        {
            var row = await db.ChatMessages.FindAsync(_liveId, number);
            if (row?.RemovedAt is null)
                return null;
            (row.RemovedAt, row.Revision) = (null, revision);
            db.ModerationEntries.Add(
                Entry(asker, ModerationAction.Restored, "", row.AuthorId, row)
            );
            var message = await db
                .ChatMessages.Where(m => m.LiveId == _liveId && m.Number == number)
                .Select(ChatStore.Shown)
                .SingleAsync();
            parts.Webhooks.Add(
                db,
                WebhookEvent.ChatRestored,
                new ChatMessageTold(_liveId, message.For(0))
            );
            return message;
        });
        if (restored is null)
            return ChatRefusal.UnknownMessage;
        log.Apply([new RoomChange(revision, number, restored)], 1, state.Shown);
        parts.Webhooks.Wake();
        return restored;
    }

    /// <summary>Changes the words of one's own message.</summary>
    /// <param name="draft">Checked: see <see cref="ChatDraft.Check"/>.</param>
    public async Task<Outcome<ShownMessage>> EditAsync(Asker asker, int number, ChatDraft draft)
    {
        var content = draft.Content!;
        var now = writer.Now;
        var writers = await parts.Store.WritersAsync(_liveId, [asker.Id], state);
        if (!writers.TryGetValue(asker.Id, out var author))
            return ChatRefusal.UnknownMember;
        author = author with { IsModerator = asker.IsModerator };
        if (writer.HasEnded)
            return ChatRefusal.Ended;
        if (await FindAsync(number) is not { } before)
            return ChatRefusal.UnknownMessage;
        if (before.Author.Id != asker.Id)
            return ChatRefusal.NotYours;
        if (now - before.Timestamp > EditTime || before.Type == "reaction")
            return ChatRefusal.TooLate;
        state.Use(parts.SiteWords.Known);
        if ((state.Refusal(author, now) ?? state.Refusal(author, content)) is { } refused)
            return refused;
        if (state.MustWait(author, content))
            return ChatRefusal.WouldWait; // a link that would have waited does not come in by a change
        if (before.Content == content)
            return before;
        var revision = log.Latest.Revision + 1;
        var names = await parts.Store.NamedAsync(Links.NamesIn(content).ToHashSet());
        await parts.Store.WriteAsync(async db =>
        {
            var row = (await db.ChatMessages.FindAsync(_liveId, number))!;
            (row.Content, row.EditedAt, row.Revision) = (content, now, revision);
            row.Mentions = names.Count == 0 ? null : [.. names.Values];
            return true;
        });
        var after = before with { Content = content, EditedAt = now, Mentions = [.. names.Values] };
        if (state.Pinned?.Id == number)
            state.Pinned = after;
        log.Apply([new RoomChange(revision, number, after)], 0, state.Shown);
        return after;
    }

    /// <summary>Pins a message, or none.</summary>
    public async Task<Outcome<RoomShown>> PinAsync(Asker asker, int? number)
    {
        if (!Moderates(asker))
            return ChatRefusal.NotModerator;
        var message = number is { } wanted ? await FindAsync(wanted) : null;
        if (number is not null && message is null)
            return ChatRefusal.UnknownMessage;
        var settings = state.Settings with { Pinned = number };
        var action = number is null ? ModerationAction.Unpinned : ModerationAction.Pinned;
        await parts.Store.WriteAsync(async db =>
        {
            await SaveAsync(db, settings);
            db.ModerationEntries.Add(
                Entry(asker, action, "", message?.Author.Id, null, number, message?.Content)
            );
            return true;
        });
        state.Pinned = message;
        state.Use(settings);
        log.Show(state.Shown);
        return state.Shown;
    }

    /// <summary>Puts other rules in place.</summary>
    /// <param name="change">The new rules of the old; the pinned message stays.</param>
    public async Task<Outcome<ChatSettings>> ChangeAsync(
        Asker asker,
        Func<ChatSettings, ChatSettings> change
    )
    {
        if (!Moderates(asker))
            return ChatRefusal.NotModerator;
        var settings = change(state.Settings);
        await parts.Store.WriteAsync(async db =>
        {
            await SaveAsync(db, settings);
            db.ModerationEntries.Add(Entry(asker, ModerationAction.Settings, ""));
            return true;
        });
        state.Use(settings);
        log.Show(state.Shown);
        return settings;
    }

    public Outcome<ChatSettings> Settings(Asker asker) =>
        Moderates(asker) ? state.Settings : ChatRefusal.NotModerator;

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
        if (state.People.Moderates(memberId))
            return ChatRefusal.IsModerator;
        var now = writer.Now;
        Refused? refused = null;
        var row = await parts.Store.WriteAsync(async db =>
        {
            refused =
                !await db.Users.AnyAsync(u => u.Id == memberId) ? ChatRefusal.UnknownOther
                : await IsSiteModeratorAsync(db, memberId) ? ChatRefusal.IsModerator
                : null;
            if (refused is not null)
                return null;
            var row = await db.ChatSanctions.FindAsync(_liveId, memberId);
            if (row is null)
                db.ChatSanctions.Add(
                    row = new ChatSanction { LiveId = _liveId, MemberId = memberId }
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
        Show(state.People with { Sanctions = state.People.Sanctions.SetItem(memberId, sanction) });
        return row;
    }

    /// <summary>Ends what stands against a member. Again: the same.</summary>
    public async Task<Outcome<Done>> LiftAsync(Asker asker, int memberId)
    {
        if (!Moderates(asker))
            return ChatRefusal.NotModerator;
        if (!state.People.Sanctions.ContainsKey(memberId))
            return Done.Instance;
        await parts.Store.WriteAsync(async db =>
        {
            if (await db.ChatSanctions.FindAsync(_liveId, memberId) is { } row)
                db.ChatSanctions.Remove(row);
            db.ModerationEntries.Add(Entry(asker, ModerationAction.Lifted, "", memberId));
            return true;
        });
        Show(state.People with { Sanctions = state.People.Sanctions.Remove(memberId) });
        return Done.Instance;
    }

    /// <summary>Shows a message that waited, under the next number.</summary>
    public async Task<Outcome<ShownMessage>> ApproveAsync(Asker asker, int heldId)
    {
        if (!Moderates(asker))
            return ChatRefusal.NotModerator;
        var waiting = (await parts.Store.HeldAsync(_liveId)).Find(h => h.HeldId == heldId);
        if (waiting is null)
            return ChatRefusal.UnknownHeld;
        if (state.People.IsBanned(waiting.Author.Id, writer.Now))
            return ChatRefusal.AuthorBanned;
        if (waiting.ReplyTo is { } answered && await FindAsync(answered) is null)
            return ChatRefusal.ReplyGone;
        var names = await parts.Store.NamedAsync(Links.NamesIn(waiting.Content).ToHashSet());
        var message = new ShownMessage(
            writer.NextNumber,
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
        await parts.Store.WriteAsync(async db =>
        {
            db.HeldMessages.Remove((await db.HeldMessages.FindAsync(heldId))!);
            var row = writer.Add(db, message);
            db.ModerationEntries.Add(
                Entry(asker, ModerationAction.Approved, "", row.AuthorId, row)
            );
            return true;
        });
        writer.Show(message);
        Show(state.People with { HeldCount = state.People.HeldCount - 1 });
        return message;
    }

    /// <summary>Throws a message that waited away.</summary>
    public async Task<Outcome<Done>> RefuseAsync(Asker asker, int heldId, string reason)
    {
        if (!Moderates(asker))
            return ChatRefusal.NotModerator;
        var refused = await parts.Store.WriteAsync(async db =>
        {
            var row = await db.HeldMessages.FindAsync(heldId);
            if (row?.LiveId != _liveId)
                return false;
            db.HeldMessages.Remove(row);
            db.ModerationEntries.Add(
                Entry(asker, ModerationAction.Refused, reason, row.AuthorId, content: row.Content)
            );
            return true;
        });
        if (!refused)
            return ChatRefusal.UnknownHeld;
        Show(state.People with { HeldCount = state.People.HeldCount - 1 });
        return Done.Instance;
    }

    /// <summary>Makes a member a helper of this live, or no longer. Again: the same.</summary>
    public async Task<Outcome<Done>> HelpAsync(Asker asker, int memberId, bool helps)
    {
        if (!asker.IsModerator && asker.Id != state.People.OwnerId)
            return ChatRefusal.NotModerator;
        if (state.People.Helpers.Contains(memberId) == helps || memberId == state.People.OwnerId)
            return Done.Instance;
        var known = await parts.Store.WriteAsync(async db =>
        {
            if (!await db.Users.AnyAsync(u => u.Id == memberId))
                return false;
            if (helps)
                db.LiveHelpers.Add(new LiveHelper { LiveId = _liveId, MemberId = memberId });
            else if (await db.LiveHelpers.FindAsync(_liveId, memberId) is { } row)
                db.LiveHelpers.Remove(row);
            if (helps && await db.ChatSanctions.FindAsync(_liveId, memberId) is { } sanction)
                db.ChatSanctions.Remove(sanction);
            var action = helps ? ModerationAction.HelperAdded : ModerationAction.HelperRemoved;
            db.ModerationEntries.Add(Entry(asker, action, "", memberId));
            return true;
        });
        if (!known)
            return ChatRefusal.UnknownOther;
        var people = state.People;
        Show(
            people with
            {
                Helpers = helps ? people.Helpers.Add(memberId) : people.Helpers.Remove(memberId),
                Sanctions = helps ? people.Sanctions.Remove(memberId) : people.Sanctions,
            }
        );
        return Done.Instance;
    }

    private Task<ShownMessage?> FindAsync(int number) =>
        parts.Store.WithAsync(db =>
            ChatStore
                .Visible(db, _liveId)
                .Where(m => m.Number == number)
                .Select(ChatStore.Shown)
                .SingleOrDefaultAsync()
        );

    private static Task<bool> IsSiteModeratorAsync(AppDb db, int memberId) =>
        db.UserRoles.AnyAsync(r =>
            r.UserId == memberId
            && db.Roles.Any(role => role.Id == r.RoleId && role.Name == Users.Roles.Moderator)
        );

    private static async Task SaveAsync(AppDb db, ChatSettings settings)
    {
        if (await db.ChatSettings.AnyAsync(s => s.LiveId == settings.LiveId))
            db.ChatSettings.Update(settings);
        else
            db.ChatSettings.Add(settings);
    }

    private void Unpin()
    {
        state.Pinned = null;
        state.Use(state.Settings with { Pinned = null });
    }

    private void Show(RoomPeople people)
    {
        state.People = people;
        log.Show(people);
    }

    private ModerationEntry Entry(
        Asker asker,
        ModerationAction action,
        string reason,
        int? memberId = null,
        ChatMessage? message = null,
        int? number = null,
        string? content = null
    ) =>
        new()
        {
            LiveId = _liveId,
            Action = action,
            ById = asker.Id,
            MemberId = memberId,
            MessageNumber = message?.Number ?? number,
            Content = message?.Content ?? content,
            Reason = reason,
            CreatedAt = writer.Now,
        };
}
