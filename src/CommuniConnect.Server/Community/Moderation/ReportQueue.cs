using CommuniConnect.Server.Community.Chat;
using CommuniConnect.Server.Platform.Database;
using Microsoft.EntityFrameworkCore;

namespace CommuniConnect.Server.Community.Moderation;

/// <summary>What members reported, for the API and the page.</summary>
internal sealed class ReportQueue(AppDb db, TimeProvider time)
{
    /// <summary>Some of the reports and how many there are: open ones oldest first, closed ones newest first.</summary>
    public async Task<(IReadOnlyList<ReportView> Reports, int Count)> PageAsync(
        bool open,
        int skip,
        int take,
        CancellationToken cancellation
    )
    {
        var all = db.Reports.Where(r => r.ClosedAt == null == open);
        var ordered = open ? all.OrderBy(r => r.Id) : all.OrderByDescending(r => r.ClosedAt);
        var page = await ordered
            .Skip(skip)
            .Take(take)
            .Select(r => new
            {
                Report = r,
                Reporter = new ChatAuthor(
                    r.ReporterId,
                    r.Reporter!.FirstName,
                    r.Reporter.LastName,
                    r.Reporter.ProfilePicture
                ),
                Post = db
                    .Posts.Where(p => p.Id == r.PostId)
                    .Select(p => new { p.Title, p.AuthorId })
                    .FirstOrDefault(),
                Message = db
                    .ChatMessages.Where(m => m.LiveId == r.PostId && m.Number == r.MessageNumber)
                    .Select(m => new
                    {
                        m.Content,
                        m.AuthorId,
                        Removed = m.RemovedAt != null,
                    })
                    .FirstOrDefault(),
            })
            .AsNoTracking()
            .ToListAsync(cancellation);
        var ids = page.Select(r => r.Message?.AuthorId ?? r.Post?.AuthorId ?? 0).ToHashSet();
        var authors = await db
            .Users.Where(u => ids.Contains(u.Id))
            .Select(u => new ChatAuthor(u.Id, u.FirstName, u.LastName, u.ProfilePicture))
            .ToDictionaryAsync(u => u.Id, cancellation);
        IReadOnlyList<ReportView> reports =
        [
            .. page.Select(r => new ReportView(
                r.Report.Id,
                r.Report.PostId,
                r.Message is null ? null : r.Report.MessageNumber,
                r.Post?.Title ?? "",
                r.Message?.Content,
                r.Message?.Removed ?? false,
                authors.GetValueOrDefault(r.Message?.AuthorId ?? r.Post?.AuthorId ?? 0),
                r.Reporter,
                r.Report.Reason,
                r.Report.CreatedAt,
                r.Report.ClosedAt,
                r.Report.Note
            )),
        ];
        return (reports, await all.CountAsync(cancellation));
    }

    /// <summary>Closes what is open about one message: it has been dealt with.</summary>
    public async Task CloseOfAsync(int postId, int message, int moderatorId, string note)
    {
        DateTimeOffset? now = time.GetUtcNow();
        int? by = moderatorId;
        await db
            .Reports.Where(r =>
                r.PostId == postId && r.MessageNumber == message && r.ClosedAt == null
            )
            .ExecuteUpdateAsync(set =>
                set.SetProperty(r => r.ClosedAt, now)
                    .SetProperty(r => r.ClosedById, by)
                    .SetProperty(r => r.Note, note)
            );
    }

    /// <summary>Closes a report. Again: the same.</summary>
    /// <returns>Whether there is such a report.</returns>
    public async Task<bool> CloseAsync(int id, int moderatorId, string note)
    {
        if (await db.Reports.FindAsync(id) is not { } report)
            return false;
        if (report.ClosedAt is null)
        {
            (report.ClosedAt, report.ClosedById, report.Note) = (
                time.GetUtcNow(),
                moderatorId,
                note
            );
            await db.SaveChangesAsync();
        }
        return true;
    }
}

/// <param name="MessageId">Of a reported message; null for the live or the replay.</param>
/// <param name="Content">What the message said.</param>
/// <param name="Removed">The message is no longer shown.</param>
/// <param name="Author">Who wrote the message, or owns the post.</param>
internal sealed record ReportView(
    int Id,
    int PostId,
    int? MessageId,
    string Title,
    string? Content,
    bool Removed,
    ChatAuthor? Author,
    ChatAuthor Reporter,
    string Reason,
    DateTimeOffset CreatedAt,
    DateTimeOffset? ClosedAt,
    string? Note
);
