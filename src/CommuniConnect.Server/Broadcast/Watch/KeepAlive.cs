using CommuniConnect.Server.Broadcast.OnAir;

namespace CommuniConnect.Server.Broadcast.Watch;

/// <summary>
/// Asks a viewer of whom nothing is heard whether it is there, by a ping. While media is sent the ping goes with it and costs no write
/// of its own, nor a tick of a timer; the WebSocket library's keep-alive costs both, four ticks for each ping.
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

    /// <summary>From this share of the interval on with the next media, so that it is never over before there is some.</summary>
    private const double DueShare = 0.9;

    /// <summary>
    /// A viewer of whom nothing is heard for this long, ten seconds after it was asked, is cut; a tunnel, or the change of a
    /// phone's cell, is shorter.
    /// </summary>
    private static readonly TimeSpan LongestSilence = TimeSpan.FromSeconds(12);

    private readonly TimeSpan _interval;
    private readonly TimeSpan _due;
    private readonly WatchConnection _connection;
    private readonly TimeProvider _time;
    private readonly Action _cut;
    private readonly CancellationToken _gone;
    private readonly ITimer _timer;
    private long _askedAt;
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
        (_connection, _time, _cut, _gone) = (connection, time, cut, gone);
        _interval = kernelTells ? Rarely : Often;
        _due = _interval * DueShare;
        _askedAt = time.GetTimestamp();
        _timer = time.CreateTimer(_ => Ask(), null, _interval, _interval);
    }

    /// <summary>Whether a ping is to go with the media that is sent now.</summary>
    public bool GoesWithMedia()
    {
        var now = _time.GetTimestamp();
        if (_time.GetElapsedTime(_askedAt, now) < _due)
        {
            return false;
        }
        var silent = _connection.SinceHeard;
        if (silent < _due)
        {
            return false;
        }
        if (silent > LongestSilence)
        {
            _cut();
            return false;
        }
        _askedAt = now;
        _timer.Change(_interval, _interval);
        return true;
    }

    /// <summary>Nothing is asked any more once this is over.</summary>
    public async ValueTask DisposeAsync()
    {
        await _timer.DisposeAsync();
        await _asking;
    }

    /// <summary>No media has been sent for a while, or it is stuck on its way: then the ping waits behind it.</summary>
    private void Ask()
    {
        if (_connection.SinceHeard > LongestSilence)
        {
            _cut();
        }
        else if (_asking.IsCompleted && _connection.SinceHeard >= _due)
        {
            _asking = AskAsync();
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
