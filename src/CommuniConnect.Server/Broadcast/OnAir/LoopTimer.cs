namespace CommuniConnect.Server.Broadcast.OnAir;

/// <summary>
/// A timer whose elapsing is a command of a loop. One that had elapsed already when it was stopped is told from a running
/// one by its turn. Owned by the loop.
/// </summary>
internal sealed class LoopTimer(TimeProvider time, Action<int> elapsed)
{
    private ITimer? _timer;
    private int _turn;

    /// <summary>Whether the timer that elapsed is the one that was started last and not stopped since.</summary>
    public bool IsCurrent(int turn) => _timer is not null && turn == _turn;

    public void Start(TimeSpan after)
    {
        Stop();
        var turn = ++_turn;
        _timer = time.CreateTimer(_ => elapsed(turn), null, after, Timeout.InfiniteTimeSpan);
    }

    public void StartUnlessRunning(TimeSpan after)
    {
        if (_timer is null)
        {
            Start(after);
        }
    }

    public void Stop()
    {
        _timer?.Dispose();
        _timer = null;
    }
}
