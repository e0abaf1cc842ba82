using CommuniConnect.Server.Platform.Database;
using Microsoft.EntityFrameworkCore;

namespace CommuniConnect.Server.Platform.Webhooks;

/// <summary>What one target has to be told, in the database, oldest first; bounded in number.</summary>
internal sealed class WebhookQueue(string target, IServiceScopeFactory scopes)
{
    /// <summary>Events that wait for a target that does not answer; then the oldest are given up.</summary>
    private const int Most = 10_000;

    /// <summary>So many more may come before the oldest are given up together.</summary>
    private const int Slack = 1_000;

    // Roughly: what was added in vain is counted until the next look. What the server before left is looked at first.
    private int _waiting = Most + Slack + 1;

    /// <summary>There are more than are kept.</summary>
    public bool Overflows => Volatile.Read(ref _waiting) > Most + Slack;

    /// <summary>One more is being saved.</summary>
    public void Count() => Interlocked.Increment(ref _waiting);

    public Task<List<WebhookDelivery>> HeadAsync(int length) =>
        WithAsync(db => Mine(db).OrderBy(d => d.Id).Take(length).AsNoTracking().ToListAsync());

    /// <summary>These are told, or given up.</summary>
    public async Task RemoveAsync(IReadOnlyCollection<long> ids)
    {
        var removed = await WithAsync(db =>
            Mine(db).Where(d => ids.Contains(d.Id)).ExecuteDeleteAsync()
        );
        Interlocked.Add(ref _waiting, -removed);
    }

    /// <summary>It was sent in vain and is sent again.</summary>
    public Task PostponeAsync(long id, DateTimeOffset dueAt) =>
        WithAsync(db =>
            Mine(db)
                .Where(d => d.Id == id)
                .ExecuteUpdateAsync(delivery =>
                    delivery
                        .SetProperty(d => d.Attempts, d => d.Attempts + 1)
                        .SetProperty(d => d.DueAt, dueAt)
                )
        );

    /// <summary>Gives up the oldest of those that are too many; tells how many.</summary>
    public Task<int> TrimAsync() =>
        WithAsync(async db =>
        {
            var kept = await Mine(db)
                .OrderByDescending(d => d.Id)
                .Skip(Most)
                .Select(d => d.Id)
                .FirstOrDefaultAsync();
            var dropped = await Mine(db).Where(d => d.Id <= kept).ExecuteDeleteAsync();
            Volatile.Write(ref _waiting, await Mine(db).CountAsync());
            return dropped;
        });

    private IQueryable<WebhookDelivery> Mine(AppDb db) =>
        db.WebhookDeliveries.Where(d => d.Target == target);

    private async Task<T> WithAsync<T>(Func<AppDb, Task<T>> work)
    {
        await using var scope = scopes.CreateAsyncScope();
        return await work(scope.ServiceProvider.GetRequiredService<AppDb>());
    }
}
