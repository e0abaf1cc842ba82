namespace CommuniConnect.Server.Community.Chat;

/// <summary>
/// What a room shows: its newest messages and the state of the live. Written by the room, read by any number of
/// followers, who each take the current <see cref="RoomView"/> and wait for it to change at their own pace.
/// </summary>
internal sealed class RoomLog : IDisposable
{
    /// <summary>How many messages stay in memory, so that joining and falling a little behind cost no database.</summary>
    public const int Kept = 200;

    /// <summary>Followers are woken at most once in this time: sending costs per send, not per message.</summary>
    public static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(50);

    private readonly TimeProvider _time;
    private readonly ITimer _timer;
    private readonly Lock _gate = new();
    private RoomView _next; // what will be shown at the next tick
    private volatile RoomView _current;
    private TaskCompletionSource _changed;
    private long _shownAt;
    private bool _due;

    public RoomLog(IReadOnlyList<ShownMessage> newest, LiveState state, TimeProvider time)
    {
        _time = time;
        _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        var knownAfter = newest.Count < Kept ? 0 : newest[0].Id - 1;
        _next = _current = new RoomView(
            [.. newest],
            knownAfter,
            newest.Count == 0 ? 0 : newest[^1].Id,
            state,
            Over: false,
            _changed.Task
        );
        _shownAt = time.GetTimestamp() - (long)(Tick.TotalSeconds * time.TimestampFrequency);
        _timer = time.CreateTimer(
            _ => ShowNow(),
            null,
            Timeout.InfiniteTimeSpan,
            Timeout.InfiniteTimeSpan
        );
    }

    /// <summary>What is shown.</summary>
    public RoomView Current => _current;

    /// <summary>What is known, shown at the next tick: whoever asks after an answered message finds it.</summary>
    public RoomView Latest
    {
        get
        {
            lock (_gate)
                return _next;
        }
    }

    /// <summary>Adds saved messages, in order, above every number already here.</summary>
    public void Append(IReadOnlyList<ShownMessage> messages)
    {
        if (messages.Count == 0)
            return;
        lock (_gate)
        {
            ShownMessage[] all = [.. _next.Newest, .. messages];
            var dropped = Math.Max(0, all.Length - Kept);
            _next = _next with
            {
                Newest = all[dropped..],
                KnownAfter = dropped == 0 ? _next.KnownAfter : all[dropped - 1].Id,
                Last = all[^1].Id,
            };
            Plan();
        }
    }

    public void Show(LiveState state)
    {
        lock (_gate)
        {
            _next = _next with { State = state };
            Plan();
        }
    }

    /// <summary>Nothing more will come: followers end once they have read everything.</summary>
    public void End()
    {
        lock (_gate)
            _next = _next with { Over = true };
        ShowNow();
    }

    public void Dispose() => _timer.Dispose();

    private void Plan()
    {
        if (_due)
            return;
        _due = true;
        var wait = Tick - _time.GetElapsedTime(_shownAt);
        _timer.Change(wait > TimeSpan.Zero ? wait : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
    }

    private void ShowNow()
    {
        TaskCompletionSource told;
        lock (_gate)
        {
            told = _changed;
            _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
            _current = _next = _next with { Changed = _changed.Task };
            _shownAt = _time.GetTimestamp();
            _due = false;
        }
        told.SetResult();
    }
}

/// <summary>What a room shows at one moment, immutable.</summary>
/// <param name="Newest">Oldest first.</param>
/// <param name="KnownAfter">Every message above this number is in <paramref name="Newest"/>.</param>
/// <param name="Last">The newest number, 0 in an empty room. Numbers have no gaps, so this is also the count.</param>
/// <param name="Over">The room is closing down; no other view follows.</param>
/// <param name="Changed">Ends when there is a newer view.</param>
internal sealed record RoomView(
    ShownMessage[] Newest,
    int KnownAfter,
    int Last,
    LiveState State,
    bool Over,
    Task Changed
)
{
    /// <summary>The first <paramref name="limit"/> messages above a number, or null when they are no longer in memory.</summary>
    public ArraySegment<ShownMessage>? After(int number, int limit)
    {
        if (number < KnownAfter)
            return null;
        var from = Newest.Length;
        while (from > 0 && Newest[from - 1].Id > number)
            from--;
        return new ArraySegment<ShownMessage>(Newest, from, Math.Min(limit, Newest.Length - from));
    }
}
