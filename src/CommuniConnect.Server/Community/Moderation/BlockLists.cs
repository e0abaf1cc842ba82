using System.Collections.Concurrent;
using System.Collections.Immutable;
using CommuniConnect.Server.Platform.Database;
using Microsoft.EntityFrameworkCore;

namespace CommuniConnect.Server.Community.Moderation;

/// <summary>Whom each member does not want to read: read once, then kept, so that a message costs no query.</summary>
internal sealed class BlockLists(IServiceScopeFactory scopes)
{
    /// <summary>Members one may block: enough for anybody, and an end for a script.</summary>
    public const int Most = 1000;

    private readonly ConcurrentDictionary<int, Lazy<Task<BlockList>>> _lists = new();

    /// <summary>The list of a member; it changes by itself.</summary>
    public async Task<BlockList> OfAsync(int memberId)
    {
        var reading = _lists.GetOrAdd(
            memberId,
            static (id, self) => new(() => self.ReadAsync(id)),
            this
        );
        try
        {
            return await reading.Value;
        }
        catch
        {
            _lists.TryRemove(KeyValuePair.Create(memberId, reading));
            throw;
        }
    }

    /// <summary>Blocks a member, or no longer. Again: the same.</summary>
    /// <returns>Whether that could be done: there is such a member, and the list is not full.</returns>
    public async Task<bool> SetAsync(int memberId, int otherId, bool blocked)
    {
        var list = await OfAsync(memberId);
        return await list.ChangeAsync(async hidden =>
        {
            if (hidden.Contains(otherId) == blocked)
                return hidden;
            if (blocked && hidden.Count >= Most)
                return null;
            await using var scope = scopes.CreateAsyncScope();
            var db = scope.ServiceProvider.GetRequiredService<AppDb>();
            return !await MemberTies.SetAsync(db, memberId, TieKind.Blocks, otherId, blocked) ? null
                : blocked ? hidden.Add(otherId)
                : hidden.Remove(otherId);
        });
    }

    private async Task<BlockList> ReadAsync(int memberId)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<AppDb>();
        var blocked = await db
            .MemberTies.Where(t => t.MemberId == memberId && t.Kind == TieKind.Blocks)
            .Select(t => t.OtherId)
            .ToListAsync();
        return new BlockList([.. blocked]);
    }
}

/// <summary>Whom one member does not want to read.</summary>
internal sealed class BlockList(ImmutableHashSet<int> first)
{
    private readonly SemaphoreSlim _one = new(1);
    private volatile ImmutableHashSet<int> _hidden = first;

    public ImmutableHashSet<int> Of => _hidden;

    /// <param name="change">Saves the new list and gives it, or null when it cannot be.</param>
    public async Task<bool> ChangeAsync(
        Func<ImmutableHashSet<int>, Task<ImmutableHashSet<int>?>> change
    )
    {
        await _one.WaitAsync();
        try
        {
            if (await change(_hidden) is not { } now)
                return false;
            _hidden = now;
            return true;
        }
        finally
        {
            _one.Release();
        }
    }
}
