using CommuniConnect.Server.Community.Moderation;
using CommuniConnect.Server.Platform.Database;
using Microsoft.EntityFrameworkCore;

namespace CommuniConnect.Server.Community.Chat;

/// <summary>
/// What is decided in a room beside new messages. Run by the room's loop, one after the other: saved first, then shown,
/// and answered only when no follower is given the old any more.
/// </summary>
internal abstract class Desk(RoomParts parts, RoomState state, RoomLog log, RoomWriter writer)
{
    protected RoomParts Parts => parts;
    protected RoomState State => state;
    protected RoomLog Log => log;
    protected RoomWriter Writer => writer;
    protected int LiveId => parts.LiveId;

    protected bool Moderates(Asker asker) => asker.IsModerator || state.People.Moderates(asker.Id);

    /// <summary>A message that is shown, or null.</summary>
    protected Task<ShownMessage?> FindAsync(int number) =>
        Parts.Store.WithAsync(db =>
            ChatStore
                .Visible(db, LiveId)
                .Where(m => m.Number == number)
                .Select(ChatStore.Shown)
                .SingleOrDefaultAsync()
        );

    protected static async Task SaveAsync(AppDb db, ChatSettings settings)
    {
        if (await db.ChatSettings.AnyAsync(s => s.LiveId == settings.LiveId))
            db.ChatSettings.Update(settings);
        else
            db.ChatSettings.Add(settings);
    }

    protected void Show(RoomPeople people)
    {
        state.People = people;
        log.Show(people);
    }

    protected ModerationEntry Entry(
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
            LiveId = LiveId,
            Action = action,
            ById = asker.Id,
            MemberId = memberId,
            MessageNumber = message?.Number ?? number,
            Content = message?.Content ?? content,
            Reason = reason,
            CreatedAt = Writer.Now,
        };
}
