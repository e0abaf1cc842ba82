using CommuniConnect.Server.Broadcast.OnAir;
using CommuniConnect.Server.Community.Lives;

namespace CommuniConnect.Server.Community.Chat;

/// <summary>Watches one live for one room and puts its state into the room's log: one watcher a room, not one a follower.</summary>
internal sealed partial class RoomStateWatch
{
    /// <summary>Shown at most this often: viewers come and go in swarms.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    /// <summary>While nothing changes but the recorded time, which the page counts by itself, it is told this often.</summary>
    private static readonly TimeSpan DurationPause = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan ErrorPause = TimeSpan.FromSeconds(5);

    private readonly int _liveId;
    private readonly RoomLog _log;
    private readonly ChatStore _store;
    private readonly LiveDirectory _lives;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _loop;

    public RoomStateWatch(
        int liveId,
        RoomLog log,
        ChatStore store,
        LiveDirectory lives,
        TimeProvider time,
        ILogger logger
    )
    {
        (_liveId, _log, _store, _lives, _time, _logger) = (liveId, log, store, lives, time, logger);
        _loop = Task.Run(RunAsync);
    }

    /// <summary>Recorded time when the live was last seen.</summary>
    public TimeSpan LastDuration => TimeSpan.FromSeconds((double)_log.Current.State.Duration);

    public static LiveState StateOf(LiveSnapshot live) =>
        new(
            live.LiveId,
            live.Status,
            live.Viewers,
            live.PeakViewers,
            MessagesCount: 0,
            ChatStore.Seconds(live.Duration),
            live.StartedAt,
            live.ReconnectUntil
        );

    /// <summary>A live that is not on air: over, or not begun, or waiting for its publisher after a restart.</summary>
    public static LiveState StateOf(LiveRecord record) =>
        new(
            record.PostId,
            record switch
            {
                { EndedAt: not null } => LiveStatus.Ended,
                { StartedAt: not null } => LiveStatus.Interrupted,
                _ => LiveStatus.Waiting,
            },
            Viewers: 0,
            record.PeakViewers,
            MessagesCount: 0,
            ChatStore.Seconds(record.Duration),
            record.StartedAt,
            ReconnectUntil: null,
            record.EndReasonName,
            record.EndExplanation
        );

    /// <summary>The live is over: says so now.</summary>
    public async Task EndAsync()
    {
        await StopAsync();
        var state = _log.Current.State;
        try
        {
            if (
                await _store.LiveAsync(_liveId, CancellationToken.None) is
                { EndedAt: not null } record
            )
                state = StateOf(record);
        }
        catch (Exception error)
        {
            LogFailed(_logger, _liveId, error);
        }
        _log.Show(state with { Status = LiveStatus.Ended, Viewers = 0, ReconnectUntil = null });
    }

    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await _loop;
    }

    private async Task RunAsync()
    {
        var shownAt = _time.GetTimestamp();
        var seen = _lives.Find(_liveId);
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                var state = seen switch
                {
                    null => await OffAirAsync(),
                    // About to be written down: whoever hears that it is over finds the replay, and the reason.
                    { Status: LiveStatus.Ended } => _log.Current.State,
                    _ => StateOf(seen),
                };
                if (Differs(state, _log.Current.State, shownAt))
                {
                    _log.Show(state);
                    shownAt = _time.GetTimestamp();
                }
                if (seen is null && state.Status == LiveStatus.Ended)
                    return;
                await Task.Delay(Pause, _time, _stop.Token);
                seen = await _lives.NextAsync(_liveId, seen, _stop.Token);
            }
            catch (OperationCanceledException) when (_stop.IsCancellationRequested)
            {
                return;
            }
            catch (Exception error)
            {
                LogFailed(_logger, _liveId, error);
                await Task.Delay(ErrorPause, _time, _stop.Token)
                    .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task<LiveState> OffAirAsync() =>
        await _store.LiveAsync(_liveId, _stop.Token) is { } record
            ? StateOf(record)
            : _log.Current.State with
            {
                Status = LiveStatus.Ended, // its post was deleted
            };

    private bool Differs(LiveState state, LiveState shown, long shownAt) =>
        state != shown
        && (
            state with { Duration = shown.Duration } != shown
            || _time.GetElapsedTime(shownAt) >= DurationPause
        );

    [LoggerMessage(
        3102,
        LogLevel.Warning,
        "Chat of live {LiveId}: its state could not be read; it is tried again"
    )]
    private static partial void LogFailed(ILogger logger, int liveId, Exception error);
}
