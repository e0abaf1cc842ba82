using CommuniConnect.Server.Community.Chat;
using CommuniConnect.Server.Platform.Database;
using Microsoft.EntityFrameworkCore;

namespace CommuniConnect.Server.Community.Moderation;

/// <summary>Who decided what, newest first, for the API and the page.</summary>
internal sealed class ModerationLog(AppDb db)
{
    /// <summary>Some of the log and how long it is.</summary>
    /// <param name="liveId">Of one live only, or null.</param>
    public async Task<(IReadOnlyList<LogView> Entries, int Count)> PageAsync(
        int? liveId,
        int skip,
        int take,
        CancellationToken cancellation
    )
    {
        var all = db.ModerationEntries.Where(e => liveId == null || e.LiveId == liveId);
        var page = await all.OrderByDescending(e => e.Id)
            .Skip(skip)
            .Take(take)
            .Select(e => new LogView(
                e.Id,
                e.LiveId,
                e.Action,
                new ChatAuthor(e.ById, e.By!.FirstName, e.By.LastName, e.By.ProfilePicture),
                e.Member == null
                    ? null
                    : new ChatAuthor(
                        e.Member.Id,
                        e.Member.FirstName,
                        e.Member.LastName,
                        e.Member.ProfilePicture
                    ),
                e.MessageNumber,
                e.Content,
                e.Reason,
                e.CreatedAt
            ))
            .ToListAsync(cancellation);
        return (page, await all.CountAsync(cancellation));
    }

    /// <summary>Which of these lines took a message away that is not shown again since.</summary>
    public async Task<IReadOnlySet<int>> StillRemovedAsync(
        IReadOnlyList<LogView> entries,
        CancellationToken cancellation
    )
    {
        var ids = entries
            .Where(e => e.Action == ModerationAction.Removed)
            .Select(e => e.Id)
            .ToList();
        return await db
            .ModerationEntries.Where(e =>
                ids.Contains(e.Id)
                && db.ChatMessages.Any(m =>
                    m.LiveId == e.LiveId && m.Number == e.MessageNumber && m.RemovedAt != null
                )
            )
            .Select(e => e.Id)
            .ToHashSetAsync(cancellation);
    }
}

/// <param name="Content">What the message said then.</param>
internal sealed record LogView(
    int Id,
    int LiveId,
    ModerationAction Action,
    ChatAuthor By,
    ChatAuthor? Member,
    int? MessageId,
    string? Content,
    string Reason,
    DateTimeOffset CreatedAt
);
