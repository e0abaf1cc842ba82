using System.Threading.Channels;
using CommuniConnect.Media;
using CommuniConnect.Server.Broadcast.Record;

namespace CommuniConnect.Server.Broadcast.OnAir;

/// <summary>
/// One live, as everybody but its own <see cref="LiveLoop"/> sees it: commands go in through one bounded channel, snapshots
/// and the timeline come out.
/// </summary>
internal sealed class Live
{
    private const int CommandsWaiting = 32;

    private readonly Channel<LiveCommand> _commands = Channel.CreateBounded<LiveCommand>(
        CommandsWaiting
    );
    private readonly LiveLoop _loop;
    private readonly KeyframeRequests _keyframes;
    private bool _isEnding;
    private readonly RecordingIndex _recording;
    private readonly TimeProvider _time;

    public Live(
        int id,
        string folder,
        BroadcastOptions options,
        TimeProvider time,
        ILogger logger,
        Action<Live> changed,
        Action<Live> replayGrew
    )
    {
        (Id, Folder) = (id, folder);
        Audience = new Audience(() => changed(this));
        Delays = new ViewerDelays(time);
        _keyframes = new KeyframeRequests(Timeline, time);
        _recording = new RecordingIndex(folder, time, logger);
        _time = time;
        _loop = new LiveLoop(
            id,
            _commands,
            Timeline,
            new Recorder(folder, time, name => name.NextPart),
            options,
            time,
            logger,
            new EndingReport(
                id,
                Audience,
                finished => Replay.PartsOf(folder, logger, finished),
                time,
                logger
            ),
            () => changed(this),
            () => replayGrew(this)
        );
    }

    public int Id { get; }

    /// <summary>Where its recording is.</summary>
    public string Folder { get; }

    /// <summary>Whether somebody has asked for its end: from now on its key opens nothing.</summary>
    public bool IsEnding
    {
        get => Volatile.Read(ref _isEnding);
        private set => Volatile.Write(ref _isEnding, value);
    }

    public Timeline Timeline { get; } = new(TimelineBudget.Main);
    public Audience Audience { get; }

    /// <summary>How long the way from the camera to the viewers is.</summary>
    public ViewerDelays Delays { get; }

    /// <summary>Completes when the live has ended and its recording is finished.</summary>
    public Task<LiveEnding> Ended => _loop.Ended;

    public LiveSnapshot Snapshot
    {
        get
        {
            var state = _loop.State;
            return new LiveSnapshot(
                Id,
                state.Status,
                state.StartedAt,
                _loop.Duration.ToTimeSpan(),
                Audience.Viewers,
                Audience.Peak,
                state.Takes,
                state.ReconnectUntil
            );
        }
    }

    /// <summary>Says how it stands until its recording is found again; commands wait until <see cref="Start"/>.</summary>
    public void Expect(DateTimeOffset? startedAt, int peakViewers)
    {
        Audience.Resume(peakViewers);
        // A kill may have come before it was written down that the live has begun.
        if (startedAt is not null || RecordingFolder.HasParts(Folder))
        {
            _loop.Expect(startedAt);
        }
    }

    /// <summary>Begins to serve a live, new or found again at the start of the server.</summary>
    public void Start(RecoveredRecording? recovered = null, DateTimeOffset? startedAt = null) =>
        _loop.Start(recovered, startedAt);

    /// <summary>Makes a connection the publisher of a take. The one before is replaced; nobody waits for it.</summary>
    /// <param name="offsetBytes">Where in the take the publisher will begin, or null when it asks where to.</param>
    public async Task<AttachAnswer> AttachAsync(
        PublisherSession session,
        Guid takeId,
        long? offsetBytes,
        CancellationToken cancellation
    )
    {
        var answer = new TaskCompletionSource<AttachAnswer>(
            TaskCreationOptions.RunContinuationsAsynchronously
        );
        if (
            !await TryDoAsync(
                new LiveCommand.Attach(session, takeId, offsetBytes, answer),
                cancellation
            )
        )
        {
            await Task.WhenAny(_loop.Ended, _loop.Suspended);
        }
        var first = await Task.WhenAny(answer.Task, _loop.Ended, _loop.Suspended)
            .WaitAsync(cancellation);
        return first == answer.Task ? await answer.Task
            : first == _loop.Ended ? EndedBy(await _loop.Ended)
            : new AttachAnswer.Suspended();

        static AttachAnswer EndedBy(LiveEnding ending) =>
            new AttachAnswer.Ended(ending.Reason, ending.Explanation);
    }

    /// <summary>How far the take on air is, once everything received of it is durable; null when it is another one, or none.</summary>
    public async Task<TakePlace?> LocateAsync(Guid takeId, CancellationToken cancellation)
    {
        var answer = new TaskCompletionSource<TakePlace?>(
            TaskCreationOptions.RunContinuationsAsynchronously
        );
        if (!await TryDoAsync(new LiveCommand.Locate(takeId, answer), cancellation))
        {
            return null;
        }
        await Task.WhenAny(answer.Task, _loop.Ended, _loop.Suspended).WaitAsync(cancellation);
        return answer.Task.IsCompleted ? await answer.Task : null;
    }

    /// <summary>
    /// Begins to read the live at the newest keyframe at or before a time on its timeline, beside its loop. Waits for the first
    /// media if need be; null when the live has ended without any.
    /// </summary>
    /// <exception cref="IOException">The recording cannot be read.</exception>
    public Task<RecordingCursor?> RewindAsync(MediaTime from, CancellationToken cancellation) =>
        RecordingCursor.OpenAsync(_recording, Timeline, from, _time, cancellation);

    /// <summary>The newest keyframe at or before a time on the live's timeline, out of its recording; null when there is none yet.</summary>
    /// <exception cref="IOException">The recording cannot be read.</exception>
    public async Task<Still?> StillAsync(MediaTime at, CancellationToken cancellation) =>
        await _recording.FindAsync(at, cancellation) is { } place
            ? await StillReader.ReadAsync(place, place.Part.Scan.Start, cancellation)
            : null;

    /// <summary>Hands in bytes. Waits while the recorder is behind, which slows the publisher down. False when the live is over.</summary>
    public ValueTask<bool> PushAsync(
        PublisherSession session,
        ReadOnlyMemory<byte> data,
        CancellationToken cancellation
    ) => TryDoAsync(new LiveCommand.Bytes(session, data), cancellation);

    /// <summary>The publisher says when the camera saw an instant of its take.</summary>
    public ValueTask<bool> ClockAsync(
        PublisherSession session,
        CaptureClock clock,
        CancellationToken cancellation
    ) => TryDoAsync(new LiveCommand.Clock(session, clock), cancellation);

    public ValueTask<bool> CompleteAsync(
        PublisherSession session,
        CancellationToken cancellation
    ) => TryDoAsync(new LiveCommand.Complete(session), cancellation);

    public ValueTask<bool> LeaveAsync(PublisherSession session) =>
        TryDoAsync(new LiveCommand.Leave(session), CancellationToken.None);

    /// <summary>Makes a connection the one that sends the small picture; the one before is let go. False when the live is over.</summary>
    public ValueTask<bool> AttachSmallAsync(SmallSession session, CancellationToken cancellation) =>
        TryDoAsync(new LiveCommand.SmallAttach(session), cancellation);

    /// <summary>Hands in packets of the small picture, as timed in its take. False when the live is over.</summary>
    public ValueTask<bool> PushSmallAsync(
        SmallSession session,
        Track track,
        IReadOnlyList<MediaPacket> packets,
        CancellationToken cancellation
    ) => TryDoAsync(new LiveCommand.SmallPackets(session, track, packets), cancellation);

    public ValueTask<bool> LeaveSmallAsync(SmallSession session) =>
        TryDoAsync(new LiveCommand.SmallLeave(session), CancellationToken.None);

    /// <summary>A viewer is about to begin: in a long group its publisher is asked for a keyframe, should there be room to ask.</summary>
    public void WantKeyframe()
    {
        if (_keyframes.TryAsk(_loop.Duration))
        {
            _commands.Writer.TryWrite(new LiveCommand.KeyframeWanted());
        }
    }

    /// <summary>Ends the live after what has been handed in. Any number of callers get the same answer.</summary>
    /// <exception cref="OperationCanceledException">The server is going down; the live goes on with the next one.</exception>
    /// <param name="explanation">What its publisher is told beside the reason, or null.</param>
    public async Task<LiveEnding> EndAsync(LiveEndReason reason, string? explanation = null)
    {
        IsEnding = true;
        await TryDoAsync(new LiveCommand.End(reason, explanation), CancellationToken.None);
        return await Task.WhenAny(_loop.Ended, _loop.Suspended) == _loop.Ended
            ? await _loop.Ended
            : throw new OperationCanceledException("the server is going down");
    }

    /// <summary>
    /// Lets go of the live without ending it: what was handed in is made durable and its file is closed, so that the next
    /// server finds it as it is.
    /// </summary>
    public async Task SuspendAsync()
    {
        await TryDoAsync(new LiveCommand.Suspend(), CancellationToken.None);
        await Task.WhenAny(_loop.Ended, _loop.Suspended);
    }

    /// <summary>
    /// Gives up on a loop that does not answer (a disk that hangs). The recording stays as far as it was written, which
    /// is playable; it is finished should the loop come back.
    /// </summary>
    public Task<LiveEnding> AbandonAsync(LiveEndReason reason, string? explanation = null) =>
        _loop.AbandonAsync(reason, explanation);

    /// <summary>Tells publisher and viewers to come back, whatever the loop does: the server goes down.</summary>
    public void LetGo() => _loop.LetGo();

    /// <summary>Lets publisher and viewers of an ended live go, once it is written down what it left.</summary>
    public void Release(LiveEnding ending) => _loop.Release(ending);

    private async ValueTask<bool> TryDoAsync(LiveCommand command, CancellationToken cancellation)
    {
        try
        {
            await _commands.Writer.WriteAsync(command, cancellation);
            return true;
        }
        catch (ChannelClosedException)
        {
            return false;
        }
    }
}
