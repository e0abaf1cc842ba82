using System.Threading.RateLimiting;
using CommuniConnect.Server.Broadcast.OnAir;

namespace CommuniConnect.Server.Community.Chat;

/// <summary>The rooms in memory, one a live: made from the database when somebody comes, dropped when nobody was there for a while.</summary>
internal sealed partial class ChatRooms(
    ChatStore store,
    LiveDirectory lives,
    TimeProvider time,
    ILogger<ChatRooms> logger
) : IHostedService, IDisposable
{
    private static readonly TimeSpan IdleTime = TimeSpan.FromMinutes(1);

    private readonly PartitionedRateLimiter<int> _pace = PartitionedRateLimiter.Create<int, int>(
        member =>
            RateLimitPartition.GetTokenBucketLimiter(
                member,
                // 10 messages a second, 20 at once: nobody types so fast, and a script learns it at once.
                _ => new TokenBucketRateLimiterOptions
                {
                    TokenLimit = 20,
                    TokensPerPeriod = 1,
                    ReplenishmentPeriod = TimeSpan.FromMilliseconds(100),
                }
            )
    );
    private readonly Lock _gate = new();
    private readonly Dictionary<int, Place> _places = []; // under _gate
    private bool _stopping; // under _gate
    private ITimer? _sweeper;

    /// <summary>How many messages a live has.</summary>
    public async Task<int> CountAsync(int liveId, CancellationToken cancellation = default)
    {
        Task<ChatRoom?>? open;
        lock (_gate)
            open = _places.GetValueOrDefault(liveId)?.Opening;
        return open is { IsCompletedSuccessfully: true } && await open is { } room
            ? room.Count
            : await store.LastNumberAsync(liveId, cancellation);
    }

    /// <summary>The live is over: no new message after those already being saved. Again on a closed room: the same.</summary>
    /// <returns>How many messages the live has.</returns>
    public async Task<int> CloseAsync(int liveId, CancellationToken cancellation = default)
    {
        using var visit = await EnterAsync(liveId, cancellation);
        return visit is null
            ? await store.LastNumberAsync(liveId, cancellation)
            : await visit.Room.CloseAsync(cancellation);
    }

    /// <summary>Answers once the message is on disk, or with the reason it is not.</summary>
    public async Task<SendOutcome> SendAsync(
        int memberId,
        int liveId,
        ChatDraft draft,
        CancellationToken cancellation
    )
    {
        using var turn = _pace.AttemptAcquire(memberId);
        if (!turn.IsAcquired)
        {
            turn.TryGetMetadata(MetadataName.RetryAfter, out var wait);
            return SendOutcome.Refused(ChatRefusal.TooFast, wait);
        }
        var (draftToSave, refusal) = draft.Check();
        if (draftToSave is null)
            return SendOutcome.Refused(refusal!.Value);
        try
        {
            using var visit = await EnterAsync(liveId, cancellation);
            return visit is null
                ? SendOutcome.Refused(ChatRefusal.UnknownLive)
                : await visit.Room.SendAsync(memberId, draftToSave);
        }
        catch (Exception error) when (!cancellation.IsCancellationRequested)
        {
            LogNotOpened(logger, liveId, error);
            return SendOutcome.Refused(ChatRefusal.Unavailable, TimeSpan.FromSeconds(1));
        }
    }

    /// <summary>The room of a live for as long as the visit is not disposed, or null when there is no such live.</summary>
    public async Task<RoomVisit?> EnterAsync(int liveId, CancellationToken cancellation)
    {
        Place? place;
        lock (_gate)
        {
            if (_stopping)
                throw new OperationCanceledException("The server is stopping.");
            if (!_places.TryGetValue(liveId, out place))
            {
                // Opened for all who come, so not by the clock of the first: its caller may leave before.
                var opening = Task.Run(
                    () => ChatRoom.OpenAsync(liveId, store, lives, time, logger),
                    CancellationToken.None
                );
                _places[liveId] = place = new Place(opening);
            }
            place.Visitors++;
        }
        ChatRoom? room = null;
        try
        {
            room = await place.Opening.WaitAsync(cancellation);
            return room is null ? null : new RoomVisit(room, () => Leave(place));
        }
        finally
        {
            if (room is null)
                Abandon(liveId, place);
        }
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _sweeper = time.CreateTimer(_ => Sweep(), null, IdleTime / 2, IdleTime / 2);
        return Task.CompletedTask;
    }

    /// <summary>Saves what is queued in every room, then ends the followers.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        List<Place> open;
        lock (_gate)
        {
            _stopping = true;
            open = [.. _places.Values];
            _places.Clear();
        }
        await Task.WhenAll(open.Select(CloseDownAsync));
    }

    public void Dispose()
    {
        _sweeper?.Dispose();
        _pace.Dispose();
    }

    private void Leave(Place place)
    {
        lock (_gate)
        {
            place.Visitors--;
            place.LeftAt = time.GetTimestamp();
        }
    }

    /// <summary>The visitor did not get in: a room that does not exist, or could not be read, is not kept.</summary>
    private void Abandon(int liveId, Place place)
    {
        Leave(place);
        lock (_gate)
        {
            var failed =
                place.Opening
                is { IsCompletedSuccessfully: true, Result: null }
                    or { IsFaulted: true };
            if (failed && _places.GetValueOrDefault(liveId) == place)
                _places.Remove(liveId);
        }
    }

    private void Sweep()
    {
        List<Place> idle = [];
        lock (_gate)
        {
            foreach (var (liveId, place) in _places)
            {
                if (place.Visitors > 0 || time.GetElapsedTime(place.LeftAt) < IdleTime)
                    continue;
                _places.Remove(liveId); // allowed while enumerating
                idle.Add(place);
            }
        }
        foreach (var place in idle)
            _ = CloseDownAsync(place); // empty: nobody is there and nothing is queued
    }

    private async Task CloseDownAsync(Place place)
    {
        try
        {
            if (await place.Opening is { } room)
                await room.StopAsync();
        }
        catch (Exception error)
        {
            LogNotClosed(logger, error);
        }
    }

    [LoggerMessage(3103, LogLevel.Error, "The chat of live {LiveId} could not be opened")]
    private static partial void LogNotOpened(ILogger logger, int liveId, Exception error);

    [LoggerMessage(3104, LogLevel.Error, "A chat room ended with a defect")]
    private static partial void LogNotClosed(ILogger logger, Exception error);

    /// <summary>A room in memory and who is in it.</summary>
    private sealed class Place(Task<ChatRoom?> opening)
    {
        public Task<ChatRoom?> Opening => opening;
        public int Visitors { get; set; }
        public long LeftAt { get; set; }
    }
}

/// <summary>Keeps a room in memory until disposed.</summary>
internal sealed class RoomVisit(ChatRoom room, Action leave) : IDisposable
{
    private Action? _leave = leave;

    public ChatRoom Room => room;

    public void Dispose() => Interlocked.Exchange(ref _leave, null)?.Invoke();
}
