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
            .Select(r => new ReportView(
                r.Id,
                r.PostId,
                r.MessageNumber == 0 ? null : r.MessageNumber,
                db.Posts.Where(p => p.Id == r.PostId).Select(p => p.Title).FirstOrDefault() ?? "",
                db.ChatMessages.Where(m => m.LiveId == r.PostId && m.Number == r.MessageNumber)
                    .Select(m => m.Content)
                    .FirstOrDefault(),
                new ChatAuthor(
                    r.ReporterId,
                    r.Reporter!.FirstName,
                    r.Reporter.LastName,
                    r.Reporter.ProfilePicture
                ),
                r.Reason,
                r.CreatedAt,
                r.ClosedAt,
                r.Note
            ))
            .ToListAsync(cancellation);
        return (page, await all.CountAsync(cancellation));
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
internal sealed record ReportView(
    int Id,
    int PostId,
    int? MessageId,
    string Title,
    string? Content,
    ChatAuthor Reporter,
    string Reason,
    DateTimeOffset CreatedAt,
    DateTimeOffset? ClosedAt,
    string? Note
);
