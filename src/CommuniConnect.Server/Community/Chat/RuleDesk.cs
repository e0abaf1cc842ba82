using CommuniConnect.Server.Community.Moderation;

namespace CommuniConnect.Server.Community.Chat;

/// <summary>What is decided about the rules of the room, and the message that is pinned.</summary>
internal sealed class RuleDesk(RoomParts parts, RoomState state, RoomLog log, RoomWriter writer)
    : Desk(parts, state, log, writer)
{
    /// <summary>Pins a message, or none.</summary>
    public async Task<Outcome<RoomShown>> PinAsync(Asker asker, int? number)
    {
        if (!Moderates(asker))
            return ChatRefusal.NotModerator;
        var message = number is { } wanted ? await FindAsync(wanted) : null;
        if (number is not null && message is null)
            return ChatRefusal.UnknownMessage;
        var settings = State.Settings with { Pinned = number };
        var action = number is null ? ModerationAction.Unpinned : ModerationAction.Pinned;
        await Parts.Store.WriteAsync(async db =>
        {
            await SaveAsync(db, settings);
            db.ModerationEntries.Add(
                Entry(asker, action, "", message?.Author.Id, null, number, message?.Content)
            );
            return true;
        });
        State.Pinned = message;
        State.Use(settings);
        Log.Show(State.Shown);
        return State.Shown;
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
        var settings = change(State.Settings);
        await Parts.Store.WriteAsync(async db =>
        {
            await SaveAsync(db, settings);
            db.ModerationEntries.Add(Entry(asker, ModerationAction.Settings, ""));
            return true;
        });
        State.Use(settings);
        Log.Show(State.Shown);
        return settings;
    }

    public Outcome<ChatSettings> Settings(Asker asker) =>
        Moderates(asker) ? State.Settings : ChatRefusal.NotModerator;
}
