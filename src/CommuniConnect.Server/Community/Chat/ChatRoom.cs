using System.Threading.Channels;
using CommuniConnect.Server.Broadcast.OnAir;

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
    private readonly LiveDirectory _lives;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly RoomLog _log;
    private readonly RoomStateWatch _watch;
    private readonly Channel<Command> _queue = Channel.CreateBounded<Command>(QueueLength);
    private readonly Task _loop;

    // Owned by the loop.
    private int _last;
    private bool _inDoubt; // a save failed: what is on disk must be read again
    private bool _ended;

    private ChatRoom(
        int liveId,
        bool ended,
        RoomLog log,
        RoomStateWatch watch,
        ChatStore store,
        LiveDirectory lives,
        TimeProvider time,
        ILogger logger
    )
    {
        (_liveId, _ended, _log, _watch) = (liveId, ended, log, watch);
        (_store, _lives, _time, _logger) = (store, lives, time, logger);
        _last = log.Current.Last;
        _loop = Task.Run(RunAsync);
    }

    /// <summary>The newest number, which is also how many messages the live has.</summary>
    public int Count => _log.Latest.Last;

    /// <summary>The room as the database has it, or null when there is no such live.</summary>
    public static async Task<ChatRoom?> OpenAsync(
        int liveId,
        ChatStore store,
        LiveDirectory lives,
        TimeProvider time,
        ILogger logger
    )
    {
        var record = await store.LiveAsync(liveId, CancellationToken.None);
        if (record is null)
            return null;
        var last = await store.LastNumberAsync(liveId, CancellationToken.None);
        var newest = await store.AfterAsync(
            liveId,
            Math.Max(0, last - RoomLog.Kept),
            RoomLog.Kept,
            CancellationToken.None
        );
        var state =
            record.EndedAt is null && lives.Find(liveId) is { } onAir
                ? RoomStateWatch.StateOf(onAir)
                : RoomStateWatch.StateOf(record);
        var log = new RoomLog(newest, state, time);
        var watch = new RoomStateWatch(liveId, log, store, lives, time, logger);
        var ended = record.EndedAt is not null;
        return new ChatRoom(liveId, ended, log, watch, store, lives, time, logger);
    }

    /// <summary>Answers once the message is on disk, or with the reason it is not.</summary>
    /// <param name="draft">Checked: see <see cref="ChatDraft.Check"/>.</param>
    public Task<SendOutcome> SendAsync(int authorId, ChatDraft draft)
    {
        var submission = new Submission(authorId, draft);
        return _queue.Writer.TryWrite(submission)
            ? submission.Outcome
            : Task.FromResult(
                SendOutcome.Refused(ChatRefusal.Unavailable, TimeSpan.FromSeconds(1))
            );
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
        var from = after ?? Math.Max(0, view.Last - limit);
        return view.After(from, limit) is { } inMemory
            ? inMemory
            : await _store.AfterAsync(_liveId, from, limit, cancellation);
    }

    /// <summary>A reader of what the room shows, beginning above a number, or with the last messages when it is not above 0.</summary>
    public RoomCursor Follow(int after) => new(_log, _store, _liveId, after);

    /// <summary>Saves what is queued, then ends the followers.</summary>
    public async Task StopAsync()
    {
        _queue.Writer.TryComplete();
        await _loop;
        await _watch.StopAsync();
        _log.End();
        _log.Dispose();
    }

    private async Task RunAsync()
    {
        var group = new List<Submission>(GroupLength);
        while (await _queue.Reader.WaitToReadAsync())
        {
            Closing? closing = null;
            while (
                closing is null
                && group.Count < GroupLength
                && _queue.Reader.TryRead(out var command)
            )
            {
                if (command is Submission submission)
                    group.Add(submission);
                else
                    closing = (Closing)command;
            }
            await HandleAsync(group);
            group.Clear();
            if (closing is not null)
                await EndAsync(closing);
        }
    }

    private async Task HandleAsync(List<Submission> group)
    {
        try
        {
            if (group.Count > 0)
                await SaveAndShowAsync(group);
        }
        catch (Exception error)
        {
            // The room must go on whatever happened; its senders are told, and may send the same again.
            LogNotSaved(_logger, _liveId, group.Count, error);
            _inDoubt = true;
            foreach (var submission in group)
                submission.Refuse(ChatRefusal.Unavailable);
        }
    }

    private async Task SaveAndShowAsync(List<Submission> group)
    {
        if (_inDoubt)
            await ReadAgainAsync();
        var authors = await _store.AuthorsAsync([.. group.Select(s => s.AuthorId).Distinct()]);
        var sent = await SentBeforeAsync(group);
        var now = _time.GetUtcNow().ToUnixTimeMilliseconds();
        var mediaTime = ChatStore.Seconds(_lives.Find(_liveId)?.Duration ?? _watch.LastDuration);
        var known = _last; // what could have been seen, and answered, before this group
        var fresh = new List<(Submission From, ShownMessage Message)>(group.Count);
        foreach (var submission in group)
        {
            var (authorId, draft) = (submission.AuthorId, submission.Draft);
            var key = (authorId, draft.ClientId);
            if (draft.ClientId is not null && sent.TryGetValue(key, out var before))
            {
                submission.SameAs = before;
                continue;
            }
            if (Refusal(submission, authors, known) is { } refusal)
            {
                submission.Refuse(refusal);
                continue;
            }
            var message = new ShownMessage(
                known + fresh.Count + 1,
                draft.Content!,
                DateTimeOffset.FromUnixTimeMilliseconds(now),
                draft.Type!,
                draft.ReplyTo,
                authors[authorId],
                mediaTime,
                draft.ClientId
            );
            if (draft.ClientId is not null)
                sent[key] = message;
            fresh.Add((submission, message));
        }
        if (fresh.Count > 0)
            await _store.SaveAsync([.. fresh.Select(f => RowOf(f.Message))]);
        _last += fresh.Count;
        _log.Append([.. fresh.Select(f => f.Message)]);
        foreach (var (from, message) in fresh)
            from.Save(message);
        foreach (var submission in group)
        {
            if (submission.SameAs is { } before)
                submission.Save(before);
        }
    }

    private ChatRefusal? Refusal(
        Submission submission,
        Dictionary<int, ChatAuthor> authors,
        int known
    )
    {
        if (_ended || _lives.Find(_liveId)?.Status == LiveStatus.Ended)
            return ChatRefusal.Ended;
        if (!authors.ContainsKey(submission.AuthorId))
            return ChatRefusal.UnknownMember;
        return submission.Draft.ReplyTo > known ? ChatRefusal.UnknownReply : null;
    }

    /// <summary>
    /// After a failed save nobody knows whether the rows are there: their numbers may be taken. What is found was saved,
    /// so it is shown; its sender, told to try again, gets it back by its client id.
    /// </summary>
    private async Task ReadAgainAsync()
    {
        while (
            await _store.AfterAsync(_liveId, _last, RoomLog.Kept, CancellationToken.None)
                is { Count: > 0 } found
        )
        {
            _log.Append(found);
            _last = found[^1].Id;
        }
        _inDoubt = false;
    }

    private async Task<Dictionary<(int, string?), ShownMessage>> SentBeforeAsync(
        List<Submission> group
    )
    {
        var named = group.Where(s => s.Draft.ClientId is not null).ToList();
        if (named.Count == 0)
            return [];
        var sent = await _store.SentBeforeAsync(
            _liveId,
            [.. named.Select(s => s.AuthorId).Distinct()],
            [.. named.Select(s => s.Draft.ClientId!).Distinct()]
        );
        return sent.ToDictionary(m => (m.Author.Id, m.ClientId));
    }

    private ChatMessage RowOf(ShownMessage message) =>
        new()
        {
            LiveId = _liveId,
            Number = message.Id,
            AuthorId = message.Author.Id,
            Content = message.Content,
            Type = message.Type,
            ReplyTo = message.ReplyTo,
            ClientId = message.ClientId,
            SentAt = message.Timestamp,
            MediaTime = TimeSpan.FromMilliseconds((double)(message.MediaTime * 1000)),
        };

    private async Task EndAsync(Closing closing)
    {
        _ended = true;
        await _watch.EndAsync();
        closing.Answer(_last);
    }

    [LoggerMessage(
        3101,
        LogLevel.Error,
        "Chat of live {LiveId}: {Count} messages were refused because saving them failed"
    )]
    private static partial void LogNotSaved(ILogger logger, int liveId, int count, Exception error);

    private abstract class Command;

    private sealed class Submission(int authorId, ChatDraft draft) : Command
    {
        private readonly TaskCompletionSource<SendOutcome> _outcome = new(
            TaskCreationOptions.RunContinuationsAsynchronously
        );

        public int AuthorId => authorId;
        public ChatDraft Draft => draft;
        public Task<SendOutcome> Outcome => _outcome.Task;

        /// <summary>The message this one repeats, answered once that one is saved.</summary>
        public ShownMessage? SameAs { get; set; }

        public void Save(ShownMessage message) => _outcome.TrySetResult(SendOutcome.Saved(message));

        public void Refuse(ChatRefusal refusal) =>
            _outcome.TrySetResult(SendOutcome.Refused(refusal));
    }

    private sealed class Closing : Command
    {
        private readonly TaskCompletionSource<int> _count = new(
            TaskCreationOptions.RunContinuationsAsynchronously
        );

        public Task<int> Count => _count.Task;

        public void Answer(int count) => _count.TrySetResult(count);
    }
}
