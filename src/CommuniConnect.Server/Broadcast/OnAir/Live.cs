using System.Threading.Channels;
using CommuniConnect.Media;
using CommuniConnect.Media.Codecs;
using CommuniConnect.Media.WebM;
using CommuniConnect.Server.Broadcast.Record;

namespace CommuniConnect.Server.Broadcast.OnAir;

/// <summary>
/// One live. Its loop owns the publisher, the takes, the recording and the timeline, and does one command after the other;
/// everybody else sees immutable snapshots or reads the timeline.
/// </summary>
internal sealed partial class Live
{
    private const int CommandsWaiting = 32;

    private readonly Channel<LiveCommand> _commands = Channel.CreateBounded<LiveCommand>(
        CommandsWaiting
    );
    private readonly TaskCompletionSource<LiveEnding> _ended = new(
        TaskCreationOptions.RunContinuationsAsynchronously
    );
    private readonly TaskCompletionSource _suspended = new(
        TaskCreationOptions.RunContinuationsAsynchronously
    );
    private readonly BroadcastOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Recorder _recorder;
    private readonly Committer _committer;
    private readonly Action<Live> _changed;
    private volatile LiveState _state;

    // Owned by the loop.
    private PublisherSession? _publisher;
    private Take? _take;
    private StreamPart? _part;
    private ITimer? _window;
    private int _absence;
    private MediaTime _end;
    private bool _takeIsNewToViewers;

    // Read by the committer, which tells the publisher of the take.
    private volatile Publication? _publication;
    private long _durationNanoseconds;

    private sealed record Publication(PublisherSession Session, Take Take);

    private sealed record LiveState(
        LiveStatus Status,
        DateTimeOffset? StartedAt,
        int Takes,
        DateTimeOffset? ReconnectUntil
    );

    public Live(
        int id,
        string folder,
        BroadcastOptions options,
        TimeProvider time,
        ILogger logger,
        Action<Live> changed
    )
    {
        (Id, _options, _time, _logger, _changed) = (id, options, time, logger, changed);
        _state = new LiveState(LiveStatus.Waiting, null, 0, null);
        _recorder = new Recorder(folder, time);
        _committer = new Committer(Durable, CommitFailed);
        Audience = new Audience(() => changed(this));
    }

    public int Id { get; }
    public Timeline Timeline { get; } = new();
    public Audience Audience { get; }

    /// <summary>Completes when the live has ended and its recording is finished.</summary>
    public Task<LiveEnding> Ended => _ended.Task;

    public LiveSnapshot Snapshot
    {
        get
        {
            var state = _state;
            return new LiveSnapshot(
                Id,
                state.Status,
                state.StartedAt,
                Duration.ToTimeSpan(),
                Audience.Viewers,
                Audience.Peak,
                state.Takes,
                state.ReconnectUntil
            );
        }
    }

    private MediaTime Duration => new(Volatile.Read(ref _durationNanoseconds));

    /// <summary>Begins to serve a live, new or found again at the start of the server.</summary>
    public void Start(RecoveredRecording? recovered = null, DateTimeOffset? startedAt = null)
    {
        if (recovered is not null)
        {
            Resume(recovered, startedAt);
        }
        _committer.Start();
        StartWindow(
            _state.Status == LiveStatus.Waiting
                ? _options.FirstMediaWindow
                : _options.ReconnectWindow
        );
        _ = Task.Run(RunAsync);
    }

    /// <summary>Makes a connection the publisher of a take. The one before is replaced; nobody waits for it.</summary>
    public async Task<AttachAnswer> AttachAsync(
        PublisherSession session,
        Guid takeId,
        CancellationToken cancellation
    )
    {
        var answer = new TaskCompletionSource<AttachAnswer>(
            TaskCreationOptions.RunContinuationsAsynchronously
        );
        if (!await TryDoAsync(new LiveCommand.Attach(session, takeId, answer), cancellation))
        {
            await Task.WhenAny(_ended.Task, _suspended.Task);
        }
        var first = await Task.WhenAny(answer.Task, _ended.Task, _suspended.Task)
            .WaitAsync(cancellation);
        return first == answer.Task ? await answer.Task
            : first == _ended.Task ? new AttachAnswer.Ended((await _ended.Task).Reason)
            : new AttachAnswer.Suspended();
    }

    /// <summary>Hands in bytes. Waits while the recorder is behind, which slows the publisher down. False when the live is over.</summary>
    public ValueTask<bool> PushAsync(
        PublisherSession session,
        ReadOnlyMemory<byte> data,
        CancellationToken cancellation
    ) => TryDoAsync(new LiveCommand.Bytes(session, data), cancellation);

    public ValueTask<bool> CompleteAsync(
        PublisherSession session,
        CancellationToken cancellation
    ) => TryDoAsync(new LiveCommand.Complete(session), cancellation);

    public ValueTask<bool> LeaveAsync(PublisherSession session) =>
        TryDoAsync(new LiveCommand.Leave(session), CancellationToken.None);

    /// <summary>Ends the live after what has been handed in. Any number of callers get the same answer.</summary>
    /// <exception cref="OperationCanceledException">The server is going down; the live goes on with the next one.</exception>
    public async Task<LiveEnding> EndAsync(LiveEndReason reason)
    {
        await TryDoAsync(new LiveCommand.End(reason), CancellationToken.None);
        return await Task.WhenAny(_ended.Task, _suspended.Task) == _ended.Task
            ? await _ended.Task
            : throw new OperationCanceledException("the server is going down");
    }

    /// <summary>
    /// Lets go of the live without ending it: what was handed in is made durable and its file is closed, so that the next
    /// server finds it as it is.
    /// </summary>
    public async Task SuspendAsync()
    {
        await TryDoAsync(new LiveCommand.Suspend(), CancellationToken.None);
        await Task.WhenAny(_ended.Task, _suspended.Task);
    }

    /// <summary>
    /// Gives up on a loop that does not answer (a disk that hangs). The recording stays as far as it was written, which
    /// is playable; it is finished should the loop come back.
    /// </summary>
    public LiveEnding Abandon(LiveEndReason reason)
    {
        _ended.TrySetResult(EndingOf(reason, _recorder.Parts));
        return _ended.Task.Result;
    }

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

    private async Task RunAsync()
    {
        var reason = LiveEndReason.Faulted;
        try
        {
            await foreach (var command in _commands.Reader.ReadAllAsync())
            {
                if (command is LiveCommand.Suspend)
                {
                    await SuspendLoopAsync();
                    return;
                }
                if (command is LiveCommand.End end)
                {
                    reason = end.Reason;
                    break;
                }
                if (command is LiveCommand.WindowElapsed elapsed)
                {
                    if (elapsed.Absence == _absence && _publisher is null)
                    {
                        reason = LiveEndReason.PublisherLeft;
                        break;
                    }
                    continue;
                }
                await DoAsync(command);
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            reason = LiveEndReason.RecordingFailed;
            RecordingFailed(_logger, Id, error);
        }
        catch (Exception error)
        {
            Faulted(_logger, Id, error);
        }
        await EndLoopAsync(reason);
    }

    private async Task DoAsync(LiveCommand command)
    {
        switch (command)
        {
            case LiveCommand.Attach attach:
                await AttachAsync(attach);
                break;
            case LiveCommand.Bytes bytes when bytes.Session == _publisher && _take is not null:
                await TakeBytesAsync(_publisher, _take, bytes.Data);
                break;
            case LiveCommand.Complete complete
                when complete.Session == _publisher && _take is not null:
                await CompleteTakeAsync(complete.Session, _take);
                break;
            case LiveCommand.Leave leave when leave.Session == _publisher:
                await RequestCheckpointAsync();
                PublisherGone();
                break;
            default:
                break; // from a connection that was replaced
        }
    }

    private async Task AttachAsync(LiveCommand.Attach attach)
    {
        _publisher?.Close(new PublisherNotice.Replaced());
        StopWindow();
        if (_take?.Id != attach.TakeId || _take.Refusal is not null)
        {
            await EndTakeAsync();
            _take = new Take(attach.TakeId, _state.Takes + 1, _end);
            _takeIsNewToViewers = true;
            _state = _state with { Takes = _take.Number };
        }
        _publisher = attach.Session;
        attach.Session.NextOffsetBytes = _take.DurableBytes;
        _publication = new Publication(attach.Session, _take);
        SetState(_state with { ReconnectUntil = null });
        attach.Answer.TrySetResult(new AttachAnswer.Ready(_take.DurableBytes));
    }

    private async Task TakeBytesAsync(
        PublisherSession session,
        Take take,
        ReadOnlyMemory<byte> data
    )
    {
        // After a reconnection the publisher repeats what was received but not yet durable when it asked.
        var known = (int)Math.Clamp(take.ReceivedBytes - session.NextOffsetBytes, 0, data.Length);
        session.NextOffsetBytes += data.Length;
        if (known == data.Length)
        {
            return;
        }
        await ShowAsync(take, take.Push(data.Span[known..]));
        if (take.Refusal is { } refusal)
        {
            TakeRefused(_logger, Id, take.Number, refusal.Reason, refusal.Found);
            await EndTakeAsync();
            session.Close(new PublisherNotice.Refused(refusal));
            PublisherGone();
        }
    }

    private async Task CompleteTakeAsync(PublisherSession session, Take take)
    {
        await ShowAsync(take, take.Finish());
        await RequestCheckpointAsync();
        // What is left over is part of a block that will never be whole.
        _committer.Request(new CommitPoint(null, take, take.ReceivedBytes, Completes: session));
        PublisherGone();
    }

    /// <summary>A packet's way through the server: recording first, then the viewers, then (off the loop) the disk and the acknowledgement.</summary>
    private async Task ShowAsync(Take take, IReadOnlyList<TakeBatch> batches)
    {
        foreach (var batch in batches)
        {
            var start = batch.Packets[0].Packet.Timestamp;
            if (_part is null || !SameDecoders(_part.Tracks, batch.Tracks))
            {
                await BeginPartAsync(batch.Tracks, start);
            }
            else if (_takeIsNewToViewers)
            {
                Timeline.BeginTake(_part);
            }
            _takeIsNewToViewers = false;
            if (await _recorder.AppendAsync(take, batch.Packets) is { } point)
            {
                _committer.Request(point);
            }
            Timeline.Append([.. batch.Packets.Select(p => p.Packet)]);
        }
        if (batches.Count > 0)
        {
            _end = take.End;
            Volatile.Write(ref _durationNanoseconds, _end.Nanoseconds);
            if (_state.Status != LiveStatus.Live)
            {
                SetState(
                    _state with
                    {
                        Status = LiveStatus.Live,
                        StartedAt = _state.StartedAt ?? _time.GetUtcNow(),
                    }
                );
            }
        }
    }

    private async Task BeginPartAsync(IReadOnlyList<Track> tracks, MediaTime start)
    {
        if (_recorder.Tracks is null || !SameDecoders(_recorder.Tracks, tracks))
        {
            await _committer.DrainAsync(); // the file it may still have to sync is about to be closed
            await _recorder.BeginPartAsync(tracks, start);
        }
        var codecs = string.Join(',', tracks.Select(WebMCodecs.MimeCodec));
        _part = new StreamPart(
            tracks,
            WebMStream.Header(tracks),
            $"video/webm; codecs=\"{codecs}\""
        );
        Timeline.BeginTake(_part);
    }

    private async Task EndTakeAsync()
    {
        if (_take is { } take)
        {
            await ShowAsync(take, take.Finish());
            await RequestCheckpointAsync();
        }
    }

    private async Task RequestCheckpointAsync()
    {
        if (await _recorder.CheckpointAsync() is { } point)
        {
            _committer.Request(point);
        }
    }

    private void PublisherGone()
    {
        _publisher = null;
        StartWindow(
            _state.StartedAt is null ? _options.FirstMediaWindow : _options.ReconnectWindow
        );
    }

    private void StartWindow(TimeSpan window)
    {
        StopWindow();
        var absence = ++_absence;
        var waiting = _state.StartedAt is null;
        SetState(
            _state with
            {
                Status = waiting ? LiveStatus.Waiting : LiveStatus.Interrupted,
                ReconnectUntil = waiting ? null : _time.GetUtcNow() + window,
            }
        );
        _window = _time.CreateTimer(
            _ =>
                _ = TryDoAsync(new LiveCommand.WindowElapsed(absence), CancellationToken.None)
                    .AsTask(),
            null,
            window,
            Timeout.InfiniteTimeSpan
        );
    }

    private void StopWindow()
    {
        _window?.Dispose();
        _window = null;
    }

    private void Resume(RecoveredRecording recovered, DateTimeOffset? startedAt)
    {
        _recorder.Resume(recovered.Finished, recovered.Growing, recovered.Parts);
        _end = recovered.End;
        Volatile.Write(ref _durationNanoseconds, _end.Nanoseconds);
        if (recovered.Parts > 0)
        {
            var takes = recovered.Checkpoint?.TakeNumber ?? 1;
            _state = new LiveState(
                LiveStatus.Interrupted,
                startedAt ?? _time.GetUtcNow(),
                takes,
                null
            );
        }
        if (recovered is { Checkpoint: { } checkpoint, Growing: { } file })
        {
            _take = new Take(checkpoint, file.Tracks);
        }
    }

    private async Task SuspendLoopAsync()
    {
        StopWindow();
        _commands.Writer.TryComplete();
        await RequestCheckpointAsync();
        await _committer.StopAsync();
        _recorder.Close();
        Timeline.End();
        _publication?.Session.Close(new PublisherNotice.Suspended());
        _suspended.TrySetResult();
    }

    private async Task EndLoopAsync(LiveEndReason reason)
    {
        StopWindow();
        _commands.Writer.TryComplete();
        IReadOnlyList<ReplayPart> parts;
        try
        {
            if (reason is not (LiveEndReason.RecordingFailed or LiveEndReason.Faulted))
            {
                await EndTakeAsync();
            }
            await _committer.StopAsync();
            parts = await _recorder.FinishAsync(_end);
        }
        catch (Exception error)
        {
            RecordingFailed(_logger, Id, error);
            parts = _recorder.Parts;
        }
        Timeline.End();
        var ending = EndingOf(reason, parts);
        SetState(_state with { Status = LiveStatus.Ended, ReconnectUntil = null });
        _publication?.Session.Close(new PublisherNotice.Ended(reason));
        _ended.TrySetResult(ending);
    }

    private LiveEnding EndingOf(LiveEndReason reason, IReadOnlyList<ReplayPart> parts) =>
        new(
            Id,
            reason,
            _state.StartedAt,
            _time.GetUtcNow(),
            parts.Aggregate(TimeSpan.Zero, (sum, part) => sum + part.Duration),
            Audience.Peak,
            _state.Takes,
            parts
        );

    private void SetState(LiveState state)
    {
        _state = state;
        _changed(this);
    }

    /// <summary>Whether a decoder set up for some tracks can go on with others. A picture may change its size at a keyframe.</summary>
    private static bool SameDecoders(IReadOnlyList<Track> a, IReadOnlyList<Track> b) =>
        a.Count == b.Count
        && a.Zip(b)
            .All(pair =>
                pair.First.Number == pair.Second.Number
                && pair.First.CodecId == pair.Second.CodecId
                && pair.First.Channels == pair.Second.Channels
                && pair.First.SampleRate.Equals(pair.Second.SampleRate)
                && pair.First.HasAlpha == pair.Second.HasAlpha
                && pair.First.CodecPrivate.Span.SequenceEqual(pair.Second.CodecPrivate.Span)
            );

    private void Durable(CommitPoint point)
    {
        point.Take.DurableBytes = point.OffsetBytes;
        if (point.Completes is { } session)
        {
            session.Tell(new PublisherNotice.Completed(point.OffsetBytes));
        }
        else if (_publication is { } publication && publication.Take == point.Take)
        {
            publication.Session.Tell(new PublisherNotice.Durable(point.OffsetBytes));
        }
    }

    private void CommitFailed(IOException error)
    {
        RecordingFailed(_logger, Id, error);
        _ = TryDoAsync(new LiveCommand.End(LiveEndReason.RecordingFailed), CancellationToken.None)
            .AsTask();
    }

    [LoggerMessage(
        1001,
        LogLevel.Warning,
        "Live {LiveId}: take {Take} was refused, {Reason}: {Found}"
    )]
    private static partial void TakeRefused(
        ILogger logger,
        int liveId,
        int take,
        TakeRefusalReason reason,
        string found
    );

    [LoggerMessage(
        1002,
        LogLevel.Error,
        "Live {LiveId}: the recording cannot be written any more; what was written is kept"
    )]
    private static partial void RecordingFailed(ILogger logger, int liveId, Exception error);

    [LoggerMessage(
        1003,
        LogLevel.Critical,
        "Live {LiveId}: ended by a defect; what was recorded is kept"
    )]
    private static partial void Faulted(ILogger logger, int liveId, Exception error);
}
