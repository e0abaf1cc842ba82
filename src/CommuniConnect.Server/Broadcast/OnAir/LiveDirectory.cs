using System.Collections.Concurrent;
using System.Threading.Channels;
using CommuniConnect.Server.Broadcast.Record;
using CommuniConnect.Server.Platform.Storage;
using Microsoft.Extensions.Options;

namespace CommuniConnect.Server.Broadcast.OnAir;

/// <summary>What the community has to write down of a live.</summary>
internal abstract record LiveEvent(int LiveId)
{
    /// <summary>Its first frame has arrived.</summary>
    public sealed record Started(int LiveId, DateTimeOffset At) : LiveEvent(LiveId);

    /// <summary>It is over. To be answered with <see cref="LiveDirectory.Remove"/> once that is written down.</summary>
    public sealed record Ended(LiveEnding Ending) : LiveEvent(Ending.LiveId);

    /// <summary>Something that was missing of an ended live has come.</summary>
    public sealed record ReplayGrew(int LiveId) : LiveEvent(LiveId);
}

/// <summary>The lives on air: the one door from the community to the broadcast engine.</summary>
internal sealed class LiveDirectory(
    DataFolder data,
    Tails tails,
    IOptions<BroadcastOptions> options,
    TimeProvider time,
    ILogger<Live> logger
)
{
    /// <summary>A stop waits no longer for the recording, whatever the disk does.</summary>
    private static readonly TimeSpan LongestEnd = TimeSpan.FromSeconds(3);

    /// <summary>So long the server, going down, waits for its lives to be made durable.</summary>
    private static readonly TimeSpan LongestSuspend = TimeSpan.FromSeconds(2);

    /// <summary>So long a stop waits for a tail on its way to be written down.</summary>
    private static readonly TimeSpan LongestCut = TimeSpan.FromMilliseconds(500);

    private readonly ConcurrentDictionary<int, Live> _lives = new();
    private readonly ConcurrentDictionary<int, bool> _started = new();
    private readonly Channel<LiveEvent> _events = Channel.CreateUnbounded<LiveEvent>();
    private TaskCompletionSource _changed = NewSignal();

    /// <summary>What happens to lives, for the one who writes it down.</summary>
    public ChannelReader<LiveEvent> Events => _events.Reader;

    /// <summary>How long a publisher that is gone may take to come back before its live is ended.</summary>
    public TimeSpan ReconnectWindow => options.Value.ReconnectWindow;

    /// <summary>Every live that has not ended, in no order.</summary>
    public IEnumerable<LiveSnapshot> OnAir =>
        _lives.Values.Select(live => live.Snapshot).Where(live => live.Status != LiveStatus.Ended);

    /// <summary>The live as it is now, or null when it is not on air (never was, or has ended and is written down).</summary>
    public LiveSnapshot? Find(int liveId) => FindLive(liveId)?.Snapshot;

    /// <summary>How long after the camera the viewers see the live, or null while none of them tells.</summary>
    public DelaySummary? DelayOf(int liveId) => FindLive(liveId)?.Delays.Summary;

    /// <summary>Waits until the live differs, by more than its duration, from what the caller has seen: its new state, or null once it is no longer on air.</summary>
    public async Task<LiveSnapshot?> NextAsync(
        int liveId,
        LiveSnapshot? seen,
        CancellationToken cancellation
    )
    {
        while (true)
        {
            var changed = Volatile.Read(ref _changed).Task;
            var now = Find(liveId);
            if (now is null || seen is null || now with { Duration = seen.Duration } != seen)
            {
                return now;
            }
            await changed.WaitAsync(cancellation);
        }
    }

    /// <summary>Puts a new live on air.</summary>
    public void Open(int liveId) => Add(liveId).Start();

    /// <summary>
    /// Puts a live that was on air when the server went down on air again, interrupted, at once; its recording is read beside
    /// the caller, and what is asked of the live waits for that.
    /// </summary>
    /// <param name="peakViewers">As far as it was written down.</param>
    public Task RecoverAsync(int liveId, DateTimeOffset? startedAt, int peakViewers)
    {
        var live = Add(liveId);
        live.Expect(startedAt, peakViewers);
        return Task.Run(() => live.Start(Recovery.Read(live.Folder, logger), startedAt));
    }

    /// <summary>Ends a live and gives what it left, or null when it is not on air or the server goes down. Answers in every state of the live.</summary>
    /// <param name="explanation">What its publisher is told beside the reason, or null.</param>
    public async Task<LiveEnding?> EndAsync(
        int liveId,
        LiveEndReason reason,
        string? explanation = null
    )
    {
        if (FindLive(liveId) is not { } live)
        {
            return null;
        }
        try
        {
            await tails.CutAsync(liveId).WaitAsync(LongestCut, time);
        }
        catch (TimeoutException)
        {
            // A disk that hangs: what was acknowledged is there, and the rest may be sent again.
        }
        try
        {
            return await live.EndAsync(reason, explanation).WaitAsync(LongestEnd, time);
        }
        catch (TimeoutException)
        {
            return await live.AbandonAsync(reason, explanation);
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }

    /// <summary>Lets go of every live because the server goes down; none has ended.</summary>
    public async Task SuspendAsync()
    {
        try
        {
            await Task.WhenAll(_lives.Values.Select(live => live.SuspendAsync()))
                .WaitAsync(LongestSuspend, time);
        }
        catch (TimeoutException)
        {
            // A disk that hangs: what was acknowledged is durable, and the next start finds it.
            foreach (var live in _lives.Values)
            {
                live.LetGo();
            }
        }
    }

    /// <summary>
    /// Forgets a live that has ended and is written down, and only now lets its publisher and its viewers go: whoever
    /// hears that it is over finds the replay.
    /// </summary>
    public void Remove(LiveEnding ending)
    {
        if (_lives.TryRemove(ending.LiveId, out var live))
        {
            live.Release(ending);
        }
        _started.TryRemove(ending.LiveId, out _);
        Signal();
    }

    /// <summary>Lets publisher and viewers of an ended live go though it could not be written down: they wait no longer for a disk.</summary>
    public void Release(LiveEnding ending) => FindLive(ending.LiveId)?.Release(ending);

    /// <summary>What a live has left is more than when it ended.</summary>
    public void ReportReplayGrew(int liveId) =>
        _events.Writer.TryWrite(new LiveEvent.ReplayGrew(liveId));

    /// <summary>The live itself, for those who carry its media.</summary>
    internal Live? FindLive(int liveId) => _lives.GetValueOrDefault(liveId);

    private Live Add(int liveId)
    {
        var live = new Live(
            liveId,
            data.Live(liveId),
            options.Value,
            time,
            logger,
            OnChanged,
            ended => ReportReplayGrew(ended.Id)
        );
        if (!_lives.TryAdd(liveId, live))
        {
            throw new InvalidOperationException($"live {liveId} is on air already");
        }
        _ = ReportEndAsync(live);
        return live;
    }

    private async Task ReportEndAsync(Live live)
    {
        var ending = await live.Ended;
        _events.Writer.TryWrite(new LiveEvent.Ended(ending));
        Signal();
    }

    private void OnChanged(Live live)
    {
        var snapshot = live.Snapshot;
        if (
            snapshot is { Status: LiveStatus.Live, StartedAt: { } at }
            && _started.TryAdd(live.Id, true)
        )
        {
            _events.Writer.TryWrite(new LiveEvent.Started(live.Id, at));
        }
        Signal();
    }

    private void Signal() => Interlocked.Exchange(ref _changed, NewSignal()).SetResult();

    private static TaskCompletionSource NewSignal() =>
        new(TaskCreationOptions.RunContinuationsAsynchronously);
}
