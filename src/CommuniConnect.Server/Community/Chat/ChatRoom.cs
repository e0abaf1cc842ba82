using System.Threading.Channels;
using CommuniConnect.Server.Broadcast.OnAir;
using CommuniConnect.Server.Community.Moderation;
using CommuniConnect.Server.Platform.Webhooks;

namespace CommuniConnect.Server.Community.Chat;

/// <summary>
/// The room of one live. One loop reads one bounded channel and alone decides: number, check, save, show.
/// Nobody sees a message before it is on disk.
/// </summary>
internal sealed partial class ChatRoom
{
    /// <summary>Messages waiting for the disk; beyond that senders are asked to try again.</summary>
    private const int QueueLength = 1024;

    /// <summary>
    /// Most messages in one commit. The loop takes whatever has queued while the last commit ran: a slow disk makes
    /// larger groups, an idle one adds no wait.
    /// </summary>
    private const int GroupLength = 128;

    private readonly int _liveId;
    private readonly ChatStore _store;
    private readonly ILogger _logger;
    private readonly RoomLog _log;
    private readonly RoomStateWatch _watch;
    private readonly RoomWriter _writer;
    private readonly RoomDesk _desk;
    private readonly RoomReactions _reactions;
    private readonly Channel<RoomCommand> _queue = Channel.CreateBounded<RoomCommand>(QueueLength);
    private readonly Task _loop;

    private ChatRoom(
        RoomParts parts,
        RoomState state,
        RoomLog log,
        RoomStateWatch watch,
        bool ended
    )
    {
        (_liveId, _store, _logger) = (parts.LiveId, parts.Store, parts.Logger);
        (_log, _watch) = (log, watch);
        _reactions = new RoomReactions(parts, log, () => MediaTime(parts.Lives));
        _writer = new RoomWriter(parts, state, log, () => MediaTime(parts.Lives), ended);
        _desk = new RoomDesk(parts, state, log, _writer, _reactions);
        _loop = Task.Run(RunAsync);
    }

    /// <summary>How many messages the live shows.</summary>
    public int Count => _log.Latest.Count;

    /// <summary>What the room shows now.</summary>
    public RoomView View => _log.Latest;

    /// <summary>The room as the database has it, or null when there is no such live.</summary>
    public static async Task<ChatRoom?> OpenAsync(RoomParts parts)
    {
        var (liveId, store) = (parts.LiveId, parts.Store);
        var record = await store.LiveAsync(liveId, CancellationToken.None);
        if (record is null)
            return null;
        var state = await RoomState.ReadAsync(store, liveId, parts.SiteWords);
        var newest = await store.LastAsync(liveId, RoomLog.Kept, CancellationToken.None);
        var (count, revision) = await store.TotalsAsync(liveId, CancellationToken.None);
        var onAir = record.EndedAt is null ? parts.Lives.Find(liveId) : null;
        var view = new RoomView
        {
            Newest = [.. newest],
            KnownAfter = newest.Count < RoomLog.Kept ? 0 : newest[0].Id - 1,
            Last = await store.LastNumberAsync(liveId, CancellationToken.None),
            Count = count,
            Revision = revision,
            ChangesKnownAfter = revision,
            State = onAir is null ? RoomStateWatch.StateOf(record) : RoomStateWatch.StateOf(onAir),
            Room = state.Shown,
            People = state.People,
            Reactions = await RoomReactions.ReadAsync(store, liveId),
            Changed = new RoomBell(),
        };
        var log = new RoomLog(view, parts.Time);
        var watch = new RoomStateWatch(liveId, log, store, parts.Lives, parts.Time, parts.Logger);
        return new ChatRoom(parts, state, log, watch, ended: record.EndedAt is not null);
    }

    /// <summary>Answers once the message is on disk, or with the reason it is not.</summary>
    /// <param name="draft">Checked: see <see cref="ChatDraft.Check"/>.</param>
    /// <param name="isModerator">Of the site: the rules of the room are not for them.</param>
    public Task<SendOutcome> SendAsync(int authorId, ChatDraft draft, bool isModerator = false)
    {
        var submission = new Submission(authorId, isModerator, draft);
        return _queue.Writer.TryWrite(submission)
            ? submission.Outcome
            : Task.FromResult(SendOutcome.No(Unavailable));
    }

    /// <summary>Has the loop do something beside messages, in its turn; answers once that is on disk and shown.</summary>
    public async Task<Outcome<T>> AskAsync<T>(Func<RoomDesk, Task<Outcome<T>>> what)
        where T : class
    {
        var act = new Act<T>(() => what(_desk));
        return _queue.Writer.TryWrite(act) ? await act.Outcome : Unavailable;
    }

    /// <summary>Counts one reaction, shown and saved a little later with others.</summary>
    public Refused? React(int memberId, bool isModerator, string emoji)
    {
        var view = _log.Current;
        if (view.State.Status == LiveStatus.Ended)
            return ChatRefusal.Ended;
        var free = isModerator || view.People.Moderates(memberId);
        if (!free && view.People.Against(memberId, _writer.Now) is { } sanction)
            return new(
                sanction.Kind == SanctionKind.Ban ? ChatRefusal.Banned : ChatRefusal.Silenced,
                Until: sanction.Until
            );
        return !free && view.Room.Closed ? ChatRefusal.Closed : _reactions.Add(emoji);
    }

    /// <summary>Takes no message after those already queued; answers how many there are.</summary>
    public async Task<int> CloseAsync(CancellationToken cancellation)
    {
        var closing = new Closing();
        await _queue.Writer.WriteAsync(closing, cancellation);
        return await closing.Count.WaitAsync(cancellation);
    }

    /// <summary>Up to <paramref name="limit"/> messages oldest first: those after a number, or the last ones.</summary>
    public async Task<IReadOnlyList<ShownMessage>> PageAsync(
        int? after,
        int limit,
        CancellationToken cancellation
    )
    {
        var view = _log.Latest;
        var known = after is { } number ? view.After(number, limit) : view.Latest(limit);
        if (known is { } inMemory)
            return inMemory;
        return after is { } from
            ? await _store.AfterAsync(_liveId, from, limit, cancellation)
            : await _store.LastAsync(_liveId, limit, cancellation);
    }

    /// <summary>A reader of what the room shows.</summary>
    public RoomCursor Follow(RoomPlace from, RoomReader reader) =>
        new(_log, _store, reader, _liveId, from);

    /// <summary>Waits until a member who is banned may read again.</summary>
    public Task AdmittedAsync(RoomReader reader, CancellationToken cancellation) =>
        reader.AdmittedAsync(_log, cancellation);

    /// <summary>Wakes the followers: something that concerns them, and is kept elsewhere, changed.</summary>
    public void Wake() => _log.Wake();

    /// <summary>Saves what is queued, then ends the followers.</summary>
    public async Task StopAsync()
    {
        _queue.Writer.TryComplete();
        await _loop;
        await _reactions.StopAsync();
        await _watch.StopAsync();
        _log.End();
        _log.Dispose();
    }

    private static Refused Unavailable =>
        new(ChatRefusal.Unavailable, RetryAfter: TimeSpan.FromSeconds(1));

    private TimeSpan MediaTime(LiveDirectory lives) =>
        lives.Find(_liveId)?.Duration ?? _watch.LastDuration;

    private async Task RunAsync()
    {
        var group = new List<Submission>(GroupLength);
        while (await _queue.Reader.WaitToReadAsync())
        {
            RoomCommand? other = null;
            while (
                other is null && group.Count < GroupLength && _queue.Reader.TryRead(out var command)
            )
            {
                if (command is Submission submission)
                    group.Add(submission);
                else
                    other = command;
            }
            await SendAsync(group);
            group.Clear();
            if (other is not null)
                await DoAsync(other);
        }
    }

    private async Task SendAsync(List<Submission> group)
    {
        try
        {
            if (group.Count > 0)
                await _writer.SaveAndShowAsync(group);
        }
        catch (Exception error)
        {
            // The room must go on whatever happened; its senders are told, and may send the same again.
            LogNotSaved(_logger, _liveId, group.Count, error);
            _writer.Doubt();
            foreach (var submission in group)
                submission.Refuse(Unavailable);
            // Who stands behind has waited for the same disk, and is not made to wait for it once more.
            while (_queue.Reader.TryPeek(out var next) && next is Submission behind)
            {
                _queue.Reader.TryRead(out _);
                behind.Refuse(Unavailable);
            }
        }
    }

    private async Task DoAsync(RoomCommand command)
    {
        try
        {
            if (command is Closing closing)
            {
                _writer.End();
                await _reactions.FlushAsync();
                await _watch.EndAsync();
                closing.Answer(_log.Latest.Count);
            }
            else
            {
                await _writer.SettleAsync();
                await ((Act)command).RunAsync();
            }
        }
        catch (Exception error)
        {
            LogNotDone(_logger, _liveId, error);
            _writer.Doubt();
            command.Fail(Unavailable);
        }
    }

    [LoggerMessage(
        3101,
        LogLevel.Error,
        "Chat of live {LiveId}: {Count} messages were refused because saving them failed"
    )]
    private static partial void LogNotSaved(ILogger logger, int liveId, int count, Exception error);

    [LoggerMessage(3105, LogLevel.Error, "Chat of live {LiveId}: something could not be done")]
    private static partial void LogNotDone(ILogger logger, int liveId, Exception error);
}

/// <summary>What every part of one room works with.</summary>
internal sealed record RoomParts(
    int LiveId,
    ChatStore Store,
    LiveDirectory Lives,
    SiteWords SiteWords,
    WebhookOutbox Webhooks,
    TimeProvider Time,
    ILogger Logger
);
