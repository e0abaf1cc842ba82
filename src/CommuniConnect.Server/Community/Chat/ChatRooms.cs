using System.Net;
using CommuniConnect.Server.Broadcast.OnAir;
using CommuniConnect.Server.Community.Moderation;
using CommuniConnect.Server.Platform.Webhooks;

namespace CommuniConnect.Server.Community.Chat;

/// <summary>The rooms in memory, one a live: made from the database when somebody comes, dropped when nobody was there for a while.</summary>
internal sealed partial class ChatRooms(
    ChatStore store,
    LiveDirectory lives,
    SiteWords words,
    BlockLists blocks,
    ChatPace pace,
    WebhookOutbox webhooks,
    TimeProvider time,
    ILogger<ChatRooms> logger
) : IHostedService, IDisposable
{
    private static readonly TimeSpan IdleTime = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private readonly Dictionary<int, Place> _places = []; // under _gate
    private bool _stopping; // under _gate
    private ITimer? _sweeper;

    /// <summary>How many messages a live shows.</summary>
    public async Task<int> CountAsync(int liveId, CancellationToken cancellation = default)
    {
        Task<ChatRoom?>? open;
        lock (_gate)
            open = _places.GetValueOrDefault(liveId)?.Opening;
        return open is { IsCompletedSuccessfully: true } && await open is { } room
            ? room.Count
            : (await store.TotalsAsync(liveId, cancellation)).Count;
    }

    /// <summary>The live is over: no new message after those already being saved. Again on a closed room: the same.</summary>
    /// <returns>How many messages the live has.</returns>
    public async Task<int> CloseAsync(int liveId, CancellationToken cancellation = default)
    {
        using var visit = await EnterAsync(liveId, cancellation);
        return visit is null
            ? (await store.TotalsAsync(liveId, cancellation)).Count
            : await visit.Room.CloseAsync(cancellation);
    }

    /// <summary>Answers once the message is on disk, or with the reason it is not.</summary>
    public async Task<SendOutcome> SendAsync(
        Asker sender,
        IPAddress? address,
        int liveId,
        ChatDraft draft,
        CancellationToken cancellation
    )
    {
        if (pace.OfMessage(sender.Id, address) is { } tooFast)
            return SendOutcome.No(tooFast);
        var (draftToSave, refusal) = draft.Check();
        if (draftToSave is null)
            return SendOutcome.No(refusal!.Value);
        try
        {
            using var visit = await EnterAsync(liveId, cancellation);
            if (visit is null)
                return SendOutcome.No(ChatRefusal.UnknownLive);
            var outcome = await visit.Room.SendAsync(sender.Id, draftToSave, sender.IsModerator);
            if (outcome is { Message: { Type: "reaction" } reaction, Repeats: false })
                visit.Room.React(sender.Id, sender.IsModerator, reaction.Content);
            return outcome;
        }
        catch (Exception error) when (!cancellation.IsCancellationRequested)
        {
            LogNotOpened(logger, liveId, error);
            return SendOutcome.No(
                new(ChatRefusal.Unavailable, RetryAfter: TimeSpan.FromSeconds(1))
            );
        }
    }

    /// <summary>Has the room of a live do something in its turn.</summary>
    public async Task<Outcome<T>> AskAsync<T>(
        int liveId,
        Func<RoomDesk, Task<Outcome<T>>> what,
        CancellationToken cancellation
    )
        where T : class
    {
        using var visit = await EnterAsync(liveId, cancellation);
        return visit is null ? ChatRefusal.UnknownLive : await visit.Room.AskAsync(what);
    }

    /// <summary>Changes the words of one's own message.</summary>
    public Task<Outcome<ShownMessage>> EditAsync(
        Asker asker,
        int liveId,
        int number,
        string? content,
        CancellationToken cancellation
    )
    {
        var (draft, refusal) = new ChatDraft(content).Check();
        return draft is null
            ? Task.FromResult<Outcome<ShownMessage>>(refusal!.Value)
            : AskAsync(liveId, desk => desk.Messages.EditAsync(asker, number, draft), cancellation);
    }

    /// <summary>Counts one reaction, or says why not.</summary>
    public async Task<Refused?> ReactAsync(
        Asker asker,
        IPAddress? address,
        int liveId,
        string? emoji,
        CancellationToken cancellation
    )
    {
        if (pace.OfReaction(asker.Id, address) is { } tooFast)
            return tooFast;
        using var visit = await EnterAsync(liveId, cancellation);
        return visit is null
            ? ChatRefusal.UnknownLive
            : visit.Room.React(asker.Id, asker.IsModerator, emoji ?? "");
    }

    /// <summary>What a member may see of a room.</summary>
    public async Task<RoomReader> ReaderAsync(Asker asker) =>
        new(asker.Id, asker.IsModerator, await blocks.OfAsync(asker.Id), time);

    /// <summary>Tells every follower what concerns them and is kept elsewhere.</summary>
    public async Task WakeAsync()
    {
        List<Place> open;
        lock (_gate)
            open = [.. _places.Values];
        foreach (var place in open)
        {
            if (place.Opening.IsCompletedSuccessfully && await place.Opening is { } room)
                room.Wake();
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
                    () =>
                        ChatRoom.OpenAsync(
                            new(liveId, store, lives, words, webhooks, time, logger)
                        ),
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

    public void Dispose() => _sweeper?.Dispose();

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
