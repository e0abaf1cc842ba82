using CommuniConnect.Server.Broadcast.OnAir;

namespace CommuniConnect.Server.Broadcast.Watch;

/// <summary>
/// Asks a viewer of whom nothing is heard whether it is there, by a ping. While media is sent the ping goes with it and costs
/// no write of its own; one of the WebSocket library's keep-alive does, and four ticks of a timer.
/// </summary>
internal sealed class KeepAlive : IAsyncDisposable
{
    /// <summary>What a viewer answers to is the sign of life by which it counts: see <see cref="Attendance"/>.</summary>
    private static readonly TimeSpan Often = TimeSpan.FromSeconds(1.8);

    /// <summary>
    /// Where the kernel knows by itself who counts, an answer is only the proof that a program is there. A player that tells
    /// its delay more often is never asked.
    /// </summary>
    private static readonly TimeSpan Rarely = TimeSpan.FromSeconds(10);

    /// <summary>From this share of the interval on it goes with the next media; by itself when there is none until its end.</summary>
    private const double DueShare = 0.9;

    /// <summary>
    /// A viewer of whom nothing is heard for this long, about ten seconds after it was asked, is cut; a tunnel, or the change
    /// of a phone's cell, is shorter.
    /// </summary>
    private static readonly TimeSpan LongestSilence = TimeSpan.FromSeconds(12);

    private readonly TimeSpan _due;
    private readonly TimeSpan _grace;
    private readonly WatchConnection _connection;
    private readonly Action _cut;
    private readonly CancellationToken _gone;
    private readonly ITimer _timer;
    private volatile bool _isDue;
    private Task _asking = Task.CompletedTask; // by the timer only

    /// <param name="kernelTells">Whether there are <see cref="PeerSignals"/> of the viewer.</param>
    /// <param name="cut">Ends the connection.</param>
    /// <param name="gone">Lets go of a ping that is on its way.</param>
    public KeepAlive(
        WatchConnection connection,
        bool kernelTells,
        TimeProvider time,
        Action cut,
        CancellationToken gone
    )
    {
        (_connection, _cut, _gone) = (connection, cut, gone);
        var interval = kernelTells ? Rarely : Often;
        _due = interval * DueShare;
        _grace = interval - _due;
        _timer = time.CreateTimer(_ => Look(), null, _due, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Whether a ping is to go with the media that is sent now.</summary>
    public bool GoesWithMedia()
    {
        if (!_isDue)
        {
            return false;
        }
        _isDue = false;
        LookIn(_due);
        return true;
    }

    /// <summary>Nothing is asked any more once this is over.</summary>
    public async ValueTask DisposeAsync()
    {
        await _timer.DisposeAsync();
        await _asking;
    }

    private void LookIn(TimeSpan pause) => _timer.Change(pause, Timeout.InfiniteTimeSpan);

    private void Look()
    {
        var silent = _connection.SinceHeard;
        if (silent > LongestSilence)
        {
            _cut();
        }
        else if (_isDue)
        {
            // No media has been sent, or it is stuck on its way: then the ping waits behind it.
            _isDue = false;
            if (_asking.IsCompleted)
            {
                _asking = AskAsync();
            }
            LookIn(_due);
        }
        else if (silent >= _due)
        {
            _isDue = true;
            LookIn(_grace);
        }
        else
        {
            LookIn(_due - silent);
        }
    }

    private async Task AskAsync()
    {
        try
        {
            await _connection.WriteAsync(SharedFrame.Ping, _gone);
        }
        catch (Exception error)
            when (error is IOException or ObjectDisposedException or OperationCanceledException)
        {
            // The viewer has left.
        }
    }
}
