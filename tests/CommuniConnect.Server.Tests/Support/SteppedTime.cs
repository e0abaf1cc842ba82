namespace CommuniConnect.Server.Tests.Support;

/// <summary>
/// A clock that is ahead of the real one by as much as the test says. Its timers run in real time, and those whose hour
/// has come by a step fire at once.
/// </summary>
internal sealed class SteppedTime : TimeProvider
{
    private readonly Lock _lock = new();
    private readonly HashSet<Timer> _timers = [];
    private long _aheadTicks;

    public void Advance(TimeSpan span)
    {
        Interlocked.Add(ref _aheadTicks, span.Ticks);
        Timer[] timers;
        lock (_lock)
        {
            timers = [.. _timers];
        }
        foreach (var timer in timers)
        {
            timer.Catch(span);
        }
    }

    public override DateTimeOffset GetUtcNow() =>
        System.GetUtcNow().AddTicks(Interlocked.Read(ref _aheadTicks));

    public override ITimer CreateTimer(
        TimerCallback callback,
        object? state,
        TimeSpan dueTime,
        TimeSpan period
    )
    {
        var timer = new Timer(this, callback, state);
        lock (_lock)
        {
            _timers.Add(timer);
        }
        timer.Change(dueTime, period);
        return timer;
    }

    private void Forget(Timer timer)
    {
        lock (_lock)
        {
            _timers.Remove(timer);
        }
    }

    private sealed class Timer : ITimer
    {
        private readonly SteppedTime _time;
        private readonly ITimer _real;
        private readonly Lock _lock = new();
        private DateTimeOffset? _due;
        private TimeSpan _period;

        public Timer(SteppedTime time, TimerCallback callback, object? state)
        {
            _time = time;
            _real = System.CreateTimer(
                s =>
                {
                    lock (_lock)
                    {
                        _due = null;
                    }
                    callback(s);
                },
                state,
                Timeout.InfiniteTimeSpan,
                Timeout.InfiniteTimeSpan
            );
        }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (_lock)
            {
                _due = dueTime == Timeout.InfiniteTimeSpan ? null : _time.GetUtcNow() + dueTime;
                _period = period;
            }
            return _real.Change(dueTime, period);
        }

        /// <summary>What is left of a single wait is shorter by the step; a timer that ticks goes on ticking.</summary>
        public void Catch(TimeSpan step)
        {
            lock (_lock)
            {
                if (_due is { } due && _period == Timeout.InfiniteTimeSpan && step > TimeSpan.Zero)
                {
                    var left = due - _time.GetUtcNow();
                    _real.Change(left > TimeSpan.Zero ? left : TimeSpan.Zero, _period);
                }
            }
        }

        public void Dispose()
        {
            _time.Forget(this);
            _real.Dispose();
        }

        public ValueTask DisposeAsync()
        {
            _time.Forget(this);
            return _real.DisposeAsync();
        }
    }
}
