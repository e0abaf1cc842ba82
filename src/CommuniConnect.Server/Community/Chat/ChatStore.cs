using System.Linq.Expressions;
using CommuniConnect.Server.Community.Lives;
using CommuniConnect.Server.Community.Moderation;
using CommuniConnect.Server.Platform.Database;
using Microsoft.EntityFrameworkCore;

namespace CommuniConnect.Server.Community.Chat;

/// <summary>The chat's rows. Each call has its own short-lived context: rooms outlive any request.</summary>
internal sealed class ChatStore(IServiceScopeFactory scopes)
{
    /// <summary>A message as it is shown.</summary>
    public static readonly Expression<Func<ChatMessage, ShownMessage>> Shown =
        m => new ShownMessage(
            m.Number,
            m.Content,
            m.SentAt,
            m.Type,
            m.ReplyTo,
            new ChatAuthor(
                m.AuthorId,
                m.Author!.FirstName,
                m.Author.LastName,
                m.Author.ProfilePicture
            ),
            Seconds(m.MediaTime),
            m.SeenMediaTime == null ? null : Seconds(m.SeenMediaTime.Value),
            m.EditedAt,
            m.Mentions ?? new List<int>(),
            m.ClientId
        );

    public static decimal Seconds(TimeSpan span) => (long)span.TotalMilliseconds / 1000m;

    public Task<LiveRecord?> LiveAsync(int liveId, CancellationToken cancellation) =>
        WithAsync(db =>
            db.Lives.AsNoTracking().SingleOrDefaultAsync(l => l.PostId == liveId, cancellation)
        );

    /// <summary>The highest number of a live, which is also its count of messages; 0 when nobody wrote.</summary>
    public Task<int> LastNumberAsync(int liveId, CancellationToken cancellation) =>
        WithAsync(async db =>
            await db
                .ChatMessages.Where(m => m.LiveId == liveId)
                .MaxAsync(m => (int?)m.Number, cancellation)
            ?? 0
        );

    /// <summary>Up to <paramref name="limit"/> messages above a number, oldest first.</summary>
    public Task<List<ShownMessage>> AfterAsync(
        int liveId,
        int after,
        int limit,
        CancellationToken cancellation
    ) =>
        WithAsync(db =>
            Visible(db, liveId)
                .Where(m => m.Number > after)
                .OrderBy(m => m.Number)
                .Take(limit)
                .Select(Shown)
                .ToListAsync(cancellation)
        );

    /// <summary>The last <paramref name="limit"/> messages, of those below a number if there is one, oldest first.</summary>
    public async Task<List<ShownMessage>> LastAsync(
        int liveId,
        int limit,
        CancellationToken cancellation,
        int before = int.MaxValue
    )
    {
        var last = await WithAsync(db =>
            Visible(db, liveId)
                .Where(m => m.Number < before)
                .OrderByDescending(m => m.Number)
                .Take(limit)
                .Select(Shown)
                .ToListAsync(cancellation)
        );
        last.Reverse();
        return last;
    }

    /// <summary>Messages around a media time, in its order: half of them before, half from there on.</summary>
    public Task<List<ShownMessage>> AroundAsync(
        int liveId,
        TimeSpan at,
        int limit,
        CancellationToken cancellation
    ) =>
        WithAsync(async db =>
        {
            var before = await Visible(db, liveId)
                .Where(m => m.MediaTime < at)
                .OrderByDescending(m => m.MediaTime)
                .ThenByDescending(m => m.Number)
                .Take(limit / 2)
                .Select(Shown)
                .ToListAsync(cancellation);
            var from = await Visible(db, liveId)
                .Where(m => m.MediaTime >= at)
                .OrderBy(m => m.MediaTime)
                .ThenBy(m => m.Number)
                .Take(limit - limit / 2)
                .Select(Shown)
                .ToListAsync(cancellation);
            before.Reverse();
            before.AddRange(from);
            return before;
        });

    /// <summary>Messages that changed after a revision, as they are now, in the order of their changes.</summary>
    public Task<List<RoomChange>> ChangesAsync(
        int liveId,
        int revision,
        CancellationToken cancellation
    ) =>
        WithAsync(async db =>
        {
            var changed = db.ChatMessages.Where(m => m.LiveId == liveId && m.Revision > revision);
            var removed = await changed
                .Where(m => m.RemovedAt != null)
                .Select(m => new RoomChange(m.Revision, m.Number, null))
                .ToListAsync(cancellation);
            var shown = await changed
                .Where(m => m.RemovedAt == null)
                .OrderBy(m => m.Revision)
                .Select(Shown)
                .ToListAsync(cancellation);
            var revisions = await changed
                .Where(m => m.RemovedAt == null)
                .ToDictionaryAsync(m => m.Number, m => m.Revision, cancellation);
            return removed
                .Concat(
                    shown
                        .Where(m => revisions.ContainsKey(m.Id))
                        .Select(m => new RoomChange(revisions[m.Id], m.Id, m))
                )
                .OrderBy(change => change.Revision)
                .ToList();
        });

    /// <summary>How many messages are shown, and how many changes there were.</summary>
    public Task<(int Count, int Revision)> TotalsAsync(
        int liveId,
        CancellationToken cancellation
    ) =>
        WithAsync(async db =>
            (
                await Visible(db, liveId).CountAsync(cancellation),
                await db
                    .ChatMessages.Where(m => m.LiveId == liveId && m.Revision > 0)
                    .MaxAsync(m => (int?)m.Revision, cancellation)
                    ?? 0
            )
        );

    /// <summary>What these members already sent under these names.</summary>
    public Task<List<ShownMessage>> SentBeforeAsync(
        int liveId,
        IReadOnlyCollection<int> authors,
        IReadOnlyCollection<string> clientIds
    ) =>
        WithAsync(db =>
            db.ChatMessages.Where(m =>
                    m.LiveId == liveId
                    && authors.Contains(m.AuthorId)
                    && clientIds.Contains(m.ClientId!)
                )
                .Select(Shown)
                .ToListAsync()
        );

    /// <summary>Who writes, with as much about each as the rules of the room ask.</summary>
    public Task<Dictionary<int, Writer>> WritersAsync(
        int liveId,
        IReadOnlyCollection<int> ids,
        RoomState state
    ) =>
        WithAsync(async db =>
        {
            var settings = state.Settings;
            var owner = state.People.OwnerId;
            var wrote =
                settings.HoldFirst || settings.SlowSeconds > 0
                    ? await db
                        .ChatMessages.Where(m => m.LiveId == liveId && ids.Contains(m.AuthorId))
                        .GroupBy(m => m.AuthorId)
                        .Select(g => new { g.Key, At = g.Max(m => m.SentAt) })
                        .ToDictionaryAsync(m => m.Key, m => m.At)
                    : [];
            var followers =
                settings.Audience == ChatAudience.Followers
                    ? await db
                        .MemberTies.Where(t =>
                            t.Kind == TieKind.Follows
                            && t.OtherId == owner
                            && ids.Contains(t.MemberId)
                        )
                        .Select(t => t.MemberId)
                        .ToHashSetAsync()
                    : [];
            var users = await db
                .Users.Where(u => ids.Contains(u.Id))
                .Select(u => new
                {
                    Author = new ChatAuthor(u.Id, u.FirstName, u.LastName, u.ProfilePicture),
                    u.QuartierId,
                })
                .ToListAsync();
            return users.ToDictionary(
                u => u.Author.Id,
                u => new Writer(
                    u.Author,
                    IsModerator: false,
                    u.QuartierId,
                    followers.Contains(u.Author.Id),
                    wrote.TryGetValue(u.Author.Id, out var at) ? at : null
                )
            );
        });

    /// <summary>Of these numbers those that are shown.</summary>
    public Task<List<int>> ShownNumbersAsync(int liveId, IReadOnlyCollection<int> numbers) =>
        WithAsync(db =>
            Visible(db, liveId)
                .Where(m => numbers.Contains(m.Number))
                .Select(m => m.Number)
                .ToListAsync()
        );

    /// <summary>What waits for a moderator, oldest first; only of these members if they are named.</summary>
    public Task<List<HeldView>> HeldAsync(int liveId, IReadOnlyCollection<int>? authors = null) =>
        WithAsync(db =>
            db.HeldMessages.Where(h =>
                    h.LiveId == liveId && (authors == null || authors.Contains(h.AuthorId))
                )
                .OrderBy(h => h.Id)
                .Select(h => new HeldView(
                    h.Id,
                    h.Content,
                    h.SentAt,
                    h.Type,
                    h.ReplyTo,
                    new ChatAuthor(
                        h.AuthorId,
                        h.Author!.FirstName,
                        h.Author.LastName,
                        h.Author.ProfilePicture
                    ),
                    Seconds(h.MediaTime),
                    h.SeenMediaTime == null ? null : Seconds(h.SeenMediaTime.Value),
                    h.ClientId
                ))
                .ToListAsync()
        );

    /// <summary>The members of these normalised names.</summary>
    public Task<Dictionary<string, int>> NamedAsync(IReadOnlyCollection<string> names) =>
        names.Count == 0
            ? Task.FromResult<Dictionary<string, int>>([])
            : WithAsync(db =>
                db.Users.Where(u => names.Contains(u.NormalizedUserName!))
                    .ToDictionaryAsync(
                        u => u.NormalizedUserName!,
                        u => u.Id,
                        StringComparer.Ordinal
                    )
            );

    /// <summary>All of what the work changes or nothing; when it returns it survives a cut of power.</summary>
    public async Task<T> WriteAsync<T>(Func<AppDb, Task<T>> work) =>
        await WithAsync(async db =>
        {
            var result = await work(db);
            await db.SaveChangesAsync();
            return result;
        });

    /// <summary>The messages of a live that are shown.</summary>
    public static IQueryable<ChatMessage> Visible(AppDb db, int liveId) =>
        db.ChatMessages.Where(m => m.LiveId == liveId && m.RemovedAt == null);

    /// <summary>Reads, or writes what needs no room.</summary>
    public async Task<T> WithAsync<T>(Func<AppDb, Task<T>> work)
    {
        await using var scope = scopes.CreateAsyncScope();
        return await work(scope.ServiceProvider.GetRequiredService<AppDb>());
    }
}
