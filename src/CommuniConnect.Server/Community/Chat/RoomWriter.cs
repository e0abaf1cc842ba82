using CommuniConnect.Server.Broadcast.OnAir;
using CommuniConnect.Server.Community.Moderation;
using CommuniConnect.Server.Platform.Database;
using CommuniConnect.Server.Platform.Webhooks;

namespace CommuniConnect.Server.Community.Chat;

/// <summary>Numbers messages, checks them against the rules of the room, saves them in groups and shows them. Owned by the room's loop.</summary>
internal sealed class RoomWriter
{
    private readonly int _liveId;
    private readonly ChatStore _store;
    private readonly RoomParts _parts;
    private readonly RoomState _state;
    private readonly RoomLog _log;
    private readonly Func<TimeSpan> _mediaTime;
    private int _last;
    private bool _inDoubt; // a save failed: what is on disk must be read again
    private bool _ended;

    public RoomWriter(
        RoomParts parts,
        RoomState state,
        RoomLog log,
        Func<TimeSpan> mediaTime,
        bool ended
    )
    {
        (_liveId, _store, _parts) = (parts.LiveId, parts.Store, parts);
        (_state, _log, _mediaTime, _ended) = (state, log, mediaTime, ended);
        _last = log.Current.Last;
    }

    /// <summary>To the millisecond, as the database keeps it.</summary>
    public DateTimeOffset Now =>
        DateTimeOffset.FromUnixTimeMilliseconds(_parts.Time.GetUtcNow().ToUnixTimeMilliseconds());

    /// <summary>Whether the live is over.</summary>
    public bool HasEnded => _ended || _parts.Lives.Find(_liveId)?.Status == LiveStatus.Ended;

    /// <summary>The number the next message is given.</summary>
    public int NextNumber => _last + 1;

    public void End() => _ended = true;

    /// <summary>Nobody knows whether what was to be saved is on disk.</summary>
    public void Doubt() => _inDoubt = true;

    /// <summary>Knows again what is on disk.</summary>
    public async Task SettleAsync()
    {
        if (_inDoubt)
            await ReadAgainAsync();
    }

    /// <summary>A saved message, numbered <see cref="NextNumber"/>, is shown.</summary>
    public void Show(ShownMessage message)
    {
        _last = message.Id;
        _log.Append([message]);
        _parts.Webhooks.Wake();
    }

    /// <summary>Saves a message that is to be shown, and that it is to be told.</summary>
    public ChatMessage Add(AppDb db, ShownMessage message)
    {
        var row = RowOf(message);
        db.ChatMessages.Add(row);
        _parts.Webhooks.Add(
            db,
            WebhookEvent.ChatMessage,
            new ChatMessageTold(_liveId, message.For(0))
        );
        return row;
    }

    public async Task SaveAndShowAsync(List<Submission> group)
    {
        await SettleAsync();
        var draftsOf = await ReadAsync(group);
        var taken = new List<(Submission From, ShownMessage Message)>(group.Count);
        var held = new List<(Submission From, HeldMessage Row)>();
        foreach (var submission in group)
            Sort(submission, draftsOf, taken, held);
        if (taken.Count + held.Count > 0)
            await _store.WriteAsync(db =>
            {
                foreach (var (_, message) in taken)
                    Add(db, message);
                db.HeldMessages.AddRange(held.Select(h => h.Row));
                return Task.FromResult(true);
            });
        _last += taken.Count;
        _log.Append([.. taken.Select(t => t.Message)]);
        foreach (var (from, message) in taken)
            from.Save(message);
        foreach (var (from, row) in held)
            from.Hold(HeldOf(row, draftsOf.Writers[row.AuthorId].Author));
        foreach (var submission in group)
        {
            if (submission.SameAs is { } before)
                submission.Repeat(before);
        }
        ShowHeld(held.Count);
        _parts.Webhooks.Wake();
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
            MediaTime = Span(message.MediaTime),
            SeenMediaTime = message.SeenMediaTime is { } seen ? Span(seen) : null,
            Mentions = message.Mentions.Count == 0 ? null : [.. message.Mentions],
        };

    public static HeldView HeldOf(HeldMessage row, ChatAuthor author) =>
        new(
            row.Id,
            row.Content,
            row.SentAt,
            row.Type,
            row.ReplyTo,
            author,
            ChatStore.Seconds(row.MediaTime),
            row.SeenMediaTime is { } seen ? ChatStore.Seconds(seen) : null,
            row.ClientId
        );

    private void ShowHeld(int more)
    {
        if (more == 0)
            return;
        _state.People = _state.People with { HeldCount = _state.People.HeldCount + more };
        _log.Show(_state.People);
    }

    private async Task<Known> ReadAsync(List<Submission> group)
    {
        _state.Use(_parts.SiteWords.Known);
        var names = group.SelectMany(s => Links.NamesIn(s.Draft.Content!)).ToHashSet();
        var replies = group.Select(s => s.Draft.ReplyTo ?? 0).Where(n => n > 0).ToHashSet();
        return new Known(
            await _store.WritersAsync(
                _liveId,
                [.. group.Select(s => s.AuthorId).Distinct()],
                _state
            ),
            await SentBeforeAsync(group),
            await HeldBeforeAsync(group),
            await _store.NamedAsync(names),
            await RepliesAsync(replies),
            Now,
            ChatStore.Seconds(_mediaTime())
        );
    }

    /// <summary>Of these numbers those that can be answered: shown before this group.</summary>
    private async Task<HashSet<int>> RepliesAsync(HashSet<int> numbers)
    {
        var view = _log.Latest;
        var inMemory = view.Newest.Select(m => m.Id).Where(numbers.Contains).ToHashSet();
        var others = numbers.Where(n => n <= view.KnownAfter).ToList();
        if (others.Count > 0)
            inMemory.UnionWith(await _store.ShownNumbersAsync(_liveId, others));
        return inMemory;
    }

    private void Sort(
        Submission submission,
        Known known,
        List<(Submission, ShownMessage)> taken,
        List<(Submission, HeldMessage)> held
    )
    {
        var draft = submission.Draft;
        var key = (submission.AuthorId, draft.ClientId);
        if (draft.ClientId is not null && known.Sent.TryGetValue(key, out var before))
        {
            submission.SameAs = before;
            return;
        }
        if (draft.ClientId is not null && known.Held.TryGetValue(key, out var waiting))
        {
            submission.Hold(waiting);
            return;
        }
        if (!known.Writers.TryGetValue(submission.AuthorId, out var writer))
        {
            submission.Refuse(ChatRefusal.UnknownMember);
            return;
        }
        writer = writer with { IsModerator = submission.IsModerator };
        if (Refusal(writer, draft, known) is { } refused)
        {
            submission.Refuse(refused);
            return;
        }
        if (_state.MustWait(writer, draft.Content!))
        {
            held.Add((submission, HeldRow(writer.Id, draft, known)));
            return;
        }
        var message = new ShownMessage(
            _last + taken.Count + 1,
            draft.Content!,
            known.Now,
            draft.Type!,
            draft.ReplyTo,
            writer.Author,
            known.MediaTime,
            draft.SeenMediaTime,
            EditedAt: null,
            known.MentionsIn(draft.Content!),
            draft.ClientId
        );
        if (draft.ClientId is not null)
            known.Sent[key] = message;
        taken.Add((submission, message));
    }

    private Refused? Refusal(Writer writer, ChatDraft draft, Known known)
    {
        if (HasEnded)
            return ChatRefusal.Ended;
        if (_state.Refusal(writer, known.Now) is { } rule)
            return rule;
        if (draft.ReplyTo is { } number && !known.Replies.Contains(number))
            return ChatRefusal.UnknownReply;
        return _state.Refusal(writer, draft.Content!) ?? _state.Pace(writer, known.Now);
    }

    private HeldMessage HeldRow(int authorId, ChatDraft draft, Known known) =>
        new()
        {
            LiveId = _liveId,
            AuthorId = authorId,
            Content = draft.Content!,
            Type = draft.Type!,
            ReplyTo = draft.ReplyTo,
            ClientId = draft.ClientId,
            SentAt = known.Now,
            MediaTime = Span(known.MediaTime),
            SeenMediaTime = draft.SeenMediaTime is { } seen ? Span(seen) : null,
        };

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
        var view = _log.Latest;
        var changes = await _store.ChangesAsync(_liveId, view.Revision, CancellationToken.None);
        if (changes.Count > 0)
        {
            var (count, _) = await _store.TotalsAsync(_liveId, CancellationToken.None);
            _log.Apply(changes, count - view.Count, _state.Shown);
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

    private async Task<Dictionary<(int, string?), HeldView>> HeldBeforeAsync(List<Submission> group)
    {
        var named = group.Where(s => s.Draft.ClientId is not null).Select(s => s.AuthorId).ToList();
        if (named.Count == 0 || _state.People.HeldCount == 0)
            return [];
        var waiting = await _store.HeldAsync(_liveId, named);
        return waiting
            .Where(h => h.ClientId is not null)
            .ToDictionary(h => (h.Author.Id, h.ClientId));
    }

    private static TimeSpan Span(decimal seconds) =>
        TimeSpan.FromMilliseconds((double)(seconds * 1000));

    /// <summary>What a group of messages is checked against.</summary>
    private sealed record Known(
        Dictionary<int, Writer> Writers,
        Dictionary<(int, string?), ShownMessage> Sent,
        Dictionary<(int, string?), HeldView> Held,
        Dictionary<string, int> Names,
        HashSet<int> Replies,
        DateTimeOffset Now,
        decimal MediaTime
    )
    {
        public IReadOnlyList<int> MentionsIn(string content) =>
            Names.Count == 0
                ? []
                :
                [
                    .. Links
                        .NamesIn(content)
                        .Select(name => Names.GetValueOrDefault(name))
                        .Where(id => id > 0),
                ];
    }
}

/// <summary>What webhooks are told of a message, new or shown again.</summary>
internal sealed record ChatMessageTold(int LiveId, ShownMessage Message);

/// <summary>What webhooks are told of a message that was removed.</summary>
internal sealed record ChatRemovedTold(int LiveId, int MessageId, string Reason);
