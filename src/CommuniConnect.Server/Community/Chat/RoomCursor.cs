using System.Runtime.CompilerServices;

namespace CommuniConnect.Server.Community.Chat;

/// <summary>Where a follower begins.</summary>
/// <param name="After">The number of the last message it has; 0 for the last ones.</param>
/// <param name="Revision">The changes it knows, or null when it knows none.</param>
internal sealed record RoomPlace(int After, int? Revision = null);

/// <summary>
/// One follower's place in a room. It reads at its own pace: whoever stops reading stops only this cursor, and goes on
/// later from the database with nothing lost and nothing twice.
/// </summary>
internal sealed class RoomCursor(
    RoomLog log,
    ChatStore store,
    RoomReader reader,
    int liveId,
    RoomPlace from
)
{
    /// <summary>How much of the past whoever joins is shown.</summary>
    public const int JoinLength = 100;

    /// <summary>Most messages in one update.</summary>
    public const int PageLength = 200;

    private readonly int _seat = log.NewSeat();
    private int _at;
    private int _revision;

    /// <summary>First the messages it missed (perhaps none) and the state, then what comes, until the room or the caller ends.</summary>
    /// <exception cref="BannedException">The member may not read this room, or no longer.</exception>
    public async IAsyncEnumerable<RoomUpdate> UpdatesAsync(
        [EnumeratorCancellation] CancellationToken cancellation = default
    )
    {
        var view = log.Latest;
        reader.Admit(view);
        await foreach (var update in CatchUpAsync(view, cancellation))
            yield return update;
        var told = new Told();
        while (true)
        {
            reader.Admit(view);
            await foreach (var update in MissedAsync(view, cancellation))
                yield return update;
            foreach (var update in told.News(view, reader))
                yield return update;
            if (view.Over)
                yield break;
            await view.Changed.HeardAt(_seat).WaitAsync(cancellation);
            view = log.Current;
        }
    }

    /// <summary>Whoever joins is shown the end of the room; whoever comes back, what changed of what it has.</summary>
    private async IAsyncEnumerable<RoomUpdate> CatchUpAsync(
        RoomView view,
        [EnumeratorCancellation] CancellationToken cancellation
    )
    {
        _at = Math.Min(from.After, view.Last);
        _revision = Math.Min(from.Revision ?? 0, view.Revision);
        if (from.After > 0)
        {
            if (_at == view.Last)
                yield return Page([], view);
            yield break;
        }
        _revision = view.Revision;
        var last =
            view.Latest(JoinLength)
            ?? (IReadOnlyList<ShownMessage>)await store.LastAsync(liveId, JoinLength, cancellation);
        var now = log.Latest;
        _at = Math.Max(view.Last, last.Count == 0 ? 0 : last[^1].Id);
        yield return Page(await WithoutRemovedAsync(last, view, now, cancellation), view);
    }

    private async IAsyncEnumerable<RoomUpdate> MissedAsync(
        RoomView view,
        [EnumeratorCancellation] CancellationToken cancellation
    )
    {
        while (true)
        {
            // While the follower took the last page something may have been removed: what is told is always of now.
            var latest = log.Latest;
            var now = latest.Revision == view.Revision ? view : latest;
            foreach (var update in await ChangesAsync(now, cancellation))
                yield return update;
            if (_at >= view.Last)
                yield break;
            var (page, last) = await PageAsync(now, cancellation);
            if (page is null)
                yield break;
            _at = last;
            reader.Admit(log.Latest);
            yield return page;
        }
    }

    /// <summary>The messages at or below the follower's place that are others than it knows.</summary>
    private async Task<IReadOnlyList<RoomUpdate>> ChangesAsync(
        RoomView view,
        CancellationToken cancellation
    )
    {
        if (_revision >= view.Revision)
            return [];
        var changes =
            view.ChangesAfter(_revision) ?? await ChangesAfterAsync(_revision, cancellation);
        _revision = view.Revision;
        // Of a message that changed twice only what it is now: the one before may be what had to go.
        var latest = changes
            .Where(c => c.Number <= _at)
            .GroupBy(c => c.Number)
            .Select(g => g.Last());
        var removed = latest.Where(c => c.Message is null).Select(c => c.Number).Order().ToList();
        var changed = reader.Filter(latest.Select(c => c.Message).OfType<ShownMessage>());
        var updates = new List<RoomUpdate>(2);
        if (removed.Count > 0)
            updates.Add(
                new("removed")
                {
                    Ids = removed,
                    MessagesCount = view.Count,
                    Revision = _revision,
                }
            );
        if (changed.Count > 0)
            updates.Add(new("changed") { Messages = changed, Revision = _revision });
        return updates;
    }

    /// <summary>What follows the follower's place, and the place after it; null when the server went away meanwhile: the follower asks the next one from there.</summary>
    private async Task<(RoomUpdate? Update, int Last)> PageAsync(
        RoomView view,
        CancellationToken cancellation
    )
    {
        try
        {
            if (view.After(_at, PageLength) is { } known)
            {
                var last = known.Count < PageLength ? view.Last : known[^1].Id;
                return (Shared(known, last, view), last);
            }
            await Task.Yield(); // SQLite does not wait asynchronously, and others are being told as well
            var page = await store.AfterAsync(liveId, _at, PageLength, cancellation);
            var now = log.Latest;
            var newest = page.Count == 0 ? _at : page[^1].Id;
            var until = page.Count < PageLength ? Math.Max(view.Last, newest) : newest;
            return (Page(await WithoutRemovedAsync(page, view, now, cancellation), view), until);
        }
        catch (ObjectDisposedException)
        {
            return (null, _at);
        }
    }

    /// <summary>A page of the database is as old as its reading: what was removed since is taken out of it.</summary>
    private async Task<IReadOnlyList<ShownMessage>> WithoutRemovedAsync(
        IReadOnlyList<ShownMessage> page,
        RoomView read,
        RoomView now,
        CancellationToken cancellation
    )
    {
        if (now.Revision == read.Revision)
            return page;
        var changes =
            now.ChangesAfter(read.Revision) ?? await ChangesAfterAsync(read.Revision, cancellation);
        var latest = changes.GroupBy(c => c.Number).ToDictionary(g => g.Key, g => g.Last().Message);
        return [.. page.Select(m => latest.GetValueOrDefault(m.Id, m)).OfType<ShownMessage>()];
    }

    private async Task<IReadOnlyList<RoomChange>> ChangesAfterAsync(
        int revision,
        CancellationToken cancellation
    )
    {
        await Task.Yield(); // as above
        return await store.ChangesAsync(liveId, revision, cancellation);
    }

    private RoomUpdate Shared(ArraySegment<ShownMessage> page, int last, RoomView view)
    {
        if (reader.SeesOtherwise(page))
            return Page(page, view);
        var key = (_at, last, view.Revision);
        return view.Pages.TryGetValue(key, out var made)
            ? made
            : view.Pages.GetOrAdd(key, Update([.. page.Select(m => m.For(0))], view));
    }

    private RoomUpdate Page(IReadOnlyList<ShownMessage> messages, RoomView view) =>
        Update(reader.Filter(messages), view);

    private RoomUpdate Update(IReadOnlyList<ShownMessage> messages, RoomView view) =>
        new("messages")
        {
            Messages = messages,
            MessagesCount = view.Count,
            Revision = _revision,
        };

    /// <summary>What a follower was told beside the messages.</summary>
    private sealed class Told
    {
        private static readonly Dictionary<string, int> None = [];

        private LiveState? _state;
        private RoomShown? _room;
        private MemberStanding? _member;
        private System.Collections.Immutable.ImmutableDictionary<string, int>? _reactions;

        public IEnumerable<RoomUpdate> News(RoomView view, RoomReader reader)
        {
            if (view.State != _state)
            {
                _state = view.State;
                yield return RoomUpdate.Of(_state with { MessagesCount = view.Count });
            }
            if (view.Room != _room)
            {
                _room = view.Room;
                yield return RoomUpdate.Of(reader.Filter(_room));
            }
            var member = reader.Standing(view.People);
            if (member != _member)
            {
                _member = member;
                yield return RoomUpdate.Of(member);
            }
            if (view.Reactions == _reactions)
                yield break;
            var before = _reactions;
            _reactions = view.Reactions;
            if (before is not null || _reactions.Count > 0)
                yield return new("reactions") { Added = Added(before), Totals = _reactions };
        }

        private Dictionary<string, int> Added(IReadOnlyDictionary<string, int>? before) =>
            before is null
                ? None
                : _reactions!
                    .Select(r =>
                        KeyValuePair.Create(r.Key, r.Value - before.GetValueOrDefault(r.Key))
                    )
                    .Where(r => r.Value > 0)
                    .ToDictionary(StringComparer.Ordinal);
    }
}
