using System.Collections.Immutable;

namespace CommuniConnect.Server.Community.Chat;

/// <summary>
/// What a room shows: its newest messages and the state of the live. Written by the room, read by any number of
/// followers, who each take the current <see cref="RoomView"/> and wait for it to change at their own pace.
/// </summary>
internal sealed class RoomLog : IDisposable
{
    /// <summary>How many messages, and changes, stay in memory, so that joining and falling a little behind cost no database.</summary>
    public const int Kept = 200;

    /// <summary>Followers are woken at most once in this time: sending costs per send, not per message.</summary>
    public static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(50);

    private readonly TimeProvider _time;
    private readonly ITimer _timer;
    private readonly Lock _gate = new();
    private RoomView _next; // what will be shown at the next tick
    private volatile RoomView _current;
    private int _seats;
    private long _shownAt;
    private bool _due;

    /// <param name="first">What the room shows when it is opened.</param>
    public RoomLog(RoomView first, TimeProvider time)
    {
        _time = time;
        _next = _current = first;
        _shownAt = time.GetTimestamp() - (long)(Tick.TotalSeconds * time.TimestampFrequency);
        _timer = time.CreateTimer(
            _ => ShowNow(),
            null,
            Timeout.InfiniteTimeSpan,
            Timeout.InfiniteTimeSpan
        );
    }

    /// <summary>Where one more follower waits: see <see cref="RoomBell"/>.</summary>
    public int NewSeat() => Interlocked.Increment(ref _seats);

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
        Change(view =>
        {
            ShownMessage[] all = [.. view.Newest, .. messages];
            var dropped = Math.Max(0, all.Length - Kept);
            return view with
            {
                Newest = all[dropped..],
                KnownAfter = dropped == 0 ? view.KnownAfter : all[dropped - 1].Id,
                Last = all[^1].Id,
                Count = view.Count + messages.Count,
            };
        });
    }

    /// <summary>
    /// Shows changed messages and shows removed ones no longer, at once: when this returns no follower is given the old
    /// ones any more.
    /// </summary>
    /// <param name="countChange">How many more, or less, messages are shown.</param>
    public void Apply(IReadOnlyList<RoomChange> changes, int countChange, RoomShown room)
    {
        lock (_gate)
        {
            var newest = _next.Newest.ToDictionary(m => m.Id);
            foreach (var change in changes)
            {
                newest.Remove(change.Number);
                if (change.Message is { } now && now.Id > _next.KnownAfter)
                    newest[now.Id] = now;
            }
            var kept = _next.Changes.AddRange(changes);
            var dropped = Math.Max(0, kept.Length - Kept);
            _next = _next with
            {
                Newest = [.. newest.Values.OrderBy(m => m.Id)],
                Changes = kept.RemoveRange(0, dropped),
                ChangesKnownAfter =
                    dropped == 0 ? _next.ChangesKnownAfter : kept[dropped - 1].Revision,
                Revision = changes[^1].Revision,
                Count = _next.Count + countChange,
                Room = room,
            };
        }
        ShowNow();
    }

    public void Show(LiveState state) => Change(view => view with { State = state });

    public void Show(RoomShown room) => Change(view => view with { Room = room });

    public void Show(ImmutableDictionary<string, int> reactions) =>
        Change(view => view with { Reactions = reactions });

    /// <summary>Shows who may do what, at once: a follower who may no longer read is given nothing any more.</summary>
    public void Show(RoomPeople people)
    {
        lock (_gate)
            _next = _next with { People = people };
        ShowNow();
    }

    /// <summary>Wakes the followers: something that concerns them, and is kept elsewhere, changed.</summary>
    public void Wake() => Change(view => view with { });

    /// <summary>Nothing more will come: followers end once they have read everything.</summary>
    public void End()
    {
        lock (_gate)
            _next = _next with { Over = true };
        ShowNow();
    }

    public void Dispose() => _timer.Dispose();

    private void Change(Func<RoomView, RoomView> change)
    {
        lock (_gate)
        {
            _next = change(_next);
            if (_due)
                return;
            _due = true;
            var wait = Tick - _time.GetElapsedTime(_shownAt);
            _timer.Change(wait > TimeSpan.Zero ? wait : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
        }
    }

    private void ShowNow()
    {
        RoomBell told;
        lock (_gate)
        {
            told = _next.Changed;
            _current = _next = _next with { Changed = new RoomBell(), Pages = new() };
            _shownAt = _time.GetTimestamp();
            _due = false;
        }
        told.Ring();
    }
}
