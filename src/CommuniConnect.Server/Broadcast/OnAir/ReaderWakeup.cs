using System.Threading.Tasks.Sources;

namespace CommuniConnect.Server.Broadcast.OnAir;

/// <summary>
/// Wakes one reader of any number of timelines, over and over. What a task for each wait would cost, with its registration of
/// a cancellation, is paid once a reader: a live of thirty frames a second wakes each of them as often.
/// </summary>
internal sealed class ReaderWakeup : IValueTaskSource<bool>
{
    private const int Awake = 0;
    private const int Waiting = 1;
    private const int Rung = 2;

    private ManualResetValueTaskSourceCore<bool> _source; // whoever waits goes on within Ring
    private int _state = Rung; // there may be something to read already

    /// <summary>Wakes the reader, or has its next wait end at once. By any thread; the reader may not block there.</summary>
    public void Ring()
    {
        if (Interlocked.Exchange(ref _state, Rung) == Waiting)
        {
            _source.SetResult(true);
        }
    }

    /// <summary>Ends, with true, when it has rung since the last wait ended. The reader looks again after it. One wait at a time.</summary>
    public ValueTask<bool> RungAsync()
    {
        _source.Reset();
        if (Interlocked.CompareExchange(ref _state, Waiting, Awake) == Awake)
        {
            return new ValueTask<bool>(this, _source.Version);
        }
        Interlocked.Exchange(ref _state, Awake); // a whole fence: what is looked at next is not older than the ring
        return ValueTask.FromResult(true);
    }

    bool IValueTaskSource<bool>.GetResult(short token)
    {
        Interlocked.Exchange(ref _state, Awake); // as above
        return _source.GetResult(token);
    }

    ValueTaskSourceStatus IValueTaskSource<bool>.GetStatus(short token) => _source.GetStatus(token);

    void IValueTaskSource<bool>.OnCompleted(
        Action<object?> continuation,
        object? state,
        short token,
        ValueTaskSourceOnCompletedFlags flags
    ) => _source.OnCompleted(continuation, state, token, flags);
}
