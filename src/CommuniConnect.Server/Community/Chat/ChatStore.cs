using System.Linq.Expressions;
using CommuniConnect.Server.Community.Lives;
using CommuniConnect.Server.Platform.Database;
using Microsoft.EntityFrameworkCore;

namespace CommuniConnect.Server.Community.Chat;

/// <summary>The chat's rows. Each call has its own short-lived context: rooms outlive any request.</summary>
internal sealed class ChatStore(IServiceScopeFactory scopes)
{
    private static readonly Expression<Func<ChatMessage, ShownMessage>> Shown =
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
            db.ChatMessages.Where(m => m.LiveId == liveId && m.Number > after)
                .OrderBy(m => m.Number)
                .Take(limit)
                .Select(Shown)
                .ToListAsync(cancellation)
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

    public Task<Dictionary<int, ChatAuthor>> AuthorsAsync(IReadOnlyCollection<int> ids) =>
        WithAsync(db =>
            db.Users.Where(u => ids.Contains(u.Id))
                .Select(u => new ChatAuthor(u.Id, u.FirstName, u.LastName, u.ProfilePicture))
                .ToDictionaryAsync(a => a.Id)
        );

    /// <summary>All of them or none; when it returns they survive a cut of power.</summary>
    public Task SaveAsync(IReadOnlyCollection<ChatMessage> messages) =>
        WithAsync(db =>
        {
            db.ChatMessages.AddRange(messages);
            return db.SaveChangesAsync();
        });

    private async Task<T> WithAsync<T>(Func<AppDb, Task<T>> work)
    {
        await using var scope = scopes.CreateAsyncScope();
        return await work(scope.ServiceProvider.GetRequiredService<AppDb>());
    }
}
