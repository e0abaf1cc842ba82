using System.Threading.Channels;
using CommuniConnect.Media;
using CommuniConnect.Server.Broadcast.Record;

namespace CommuniConnect.Server.Broadcast.OnAir;

/// <summary>What others see of a live, but for its viewers and its duration.</summary>
internal sealed record LiveState(
    LiveStatus Status,
    DateTimeOffset? StartedAt,
    int Takes,
    DateTimeOffset? ReconnectUntil
);

/// <summary>
/// Owns a live: its publisher, its takes, its recording and its timeline. Does one command after the other, and is the
/// only one who writes any of them.
/// </summary>
internal sealed class LiveLoop
{
    /// <summary>How long the replay of a live that was given up may be looked for.</summary>
    private static readonly TimeSpan LongestLook = TimeSpan.FromSeconds(2);

    private readonly int _id;
    private readonly Channel<LiveCommand> _commands;
    private readonly Timeline _timeline;
    private readonly Audience _audience;
    private readonly Recorder _recorder;
    private readonly Committer _committer;
    private readonly BroadcastOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Func<ReplayPart?, IReadOnlyList<ReplayPart>> _replay;
    private readonly Action _changed;
    private readonly Action _replayGrew;
    private readonly LoopTimer _window;
    private readonly LoopTimer _checkpoint;
    private readonly TaskCompletionSource<LiveEnding> _ended = new(
        TaskCreationOptions.RunContinuationsAsynchronously
    );
    private readonly TaskCompletionSource _suspended = new(
        TaskCreationOptions.RunContinuationsAsynchronously
    );
    private volatile LiveState _state = new(LiveStatus.Waiting, null, 0, null);
    private long _durationNanoseconds;

    // Owned by the loop.
    private PublisherSession? _publisher;
    private readonly HashSet<Guid> _recordedTakes = [];
    private Take? _take;
    private StreamPart? _part;
    private MediaTime _end;
    private bool _takeIsNewToViewers;

    public LiveLoop(
        int id,
        Channel<LiveCommand> commands,
        Timeline timeline,
        Audience audience,
        Recorder recorder,
        BroadcastOptions options,
        TimeProvider time,
        ILogger logger,
        Func<ReplayPart?, IReadOnlyList<ReplayPart>> replay,
        Action changed,
        Action replayGrew
    )
    {
        (_id, _commands, _timeline, _audience) = (id, commands, timeline, audience);
        (_recorder, _options, _time) = (recorder, options, time);
        (_logger, _replay, _changed, _replayGrew) = (logger, replay, changed, replayGrew);
        _committer = new Committer(CommitFailed);
        _window = new LoopTimer(time, turn => Post(new LiveCommand.WindowElapsed(turn)));
        _checkpoint = new LoopTimer(time, turn => Post(new LiveCommand.CheckpointDue(turn)));
    }

    /// <summary>As of the last command.</summary>
    public LiveState State => _state;

    /// <summary>Recorded media time.</summary>
    public MediaTime Duration => new(Volatile.Read(ref _durationNanoseconds));

    /// <summary>Completes when the live has ended and its recording is finished.</summary>
    public Task<LiveEnding> Ended => _ended.Task;

    /// <summary>Completes when the live was let go of without ending it.</summary>
    public Task Suspended => _suspended.Task;

    /// <summary>Begins with nothing, or with what the last server has left.</summary>
    public void Start(RecoveredRecording? recovered, DateTimeOffset? startedAt)
    {
        if (recovered is not null)
        {
            Resume(recovered, startedAt);
        }
        _committer.Start();
        PublisherGone();
        _ = Task.Run(RunAsync);
    }

    /// <summary>
    /// Answers for a loop that does not: with the recording as far as it was written, and without it should the disk not even
    /// be read. What the loop finishes later is reported as a replay that grew.
    /// </summary>
    public async Task<LiveEnding> AbandonAsync(LiveEndReason reason)
    {
        IReadOnlyList<ReplayPart> parts = [];
        try
        {
            parts = await Task.Run(() => _replay(null)).WaitAsync(LongestLook, _time);
        }
        catch (Exception error) when (error is TimeoutException or IOException)
        {
            LiveLog.RecordingFailed(_logger, _id, error);
        }
        _ended.TrySetResult(EndingOf(reason, parts));
        return await _ended.Task;
    }

    /// <summary>Tells publisher and viewers that it is over: whoever hears it finds the replay.</summary>
    public void Release(LiveEndReason reason)
    {
        _timeline.End();
        _committer.ClosePublisher(new PublisherNotice.Ended(reason));
    }

    /// <summary>Puts a command in from beside the loop. Too late for a loop that has ended, which is what it would ask for.</summary>
    private async void Post(LiveCommand command)
    {
        try
        {
            await _commands.Writer.WriteAsync(command);
        }
        catch (ChannelClosedException)
        {
            // The live is over.
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
                if (command is LiveCommand.WindowElapsed elapsed && _window.IsCurrent(elapsed.Turn))
                {
                    reason = LiveEndReason.PublisherLeft;
                    break;
                }
                await DoAsync(command);
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            reason = LiveEndReason.RecordingFailed;
            LiveLog.RecordingFailed(_logger, _id, error);
        }
        catch (Exception error)
        {
            LiveLog.Faulted(_logger, _id, error);
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
            case LiveCommand.Locate locate:
                await LocateAsync(locate);
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
            case LiveCommand.CheckpointDue due when _checkpoint.IsCurrent(due.Turn):
                await RequestCheckpointAsync();
                break;
            default:
                break; // from a connection that was replaced, or a timer that was stopped
        }
    }

    private async Task AttachAsync(LiveCommand.Attach attach)
    {
        if (RefusalOf(attach) is { } refusal)
        {
            attach.Answer.TrySetResult(refusal);
            return;
        }
        _publisher?.Close(new PublisherNotice.Replaced());
        _window.Stop();
        if (_take?.Id != attach.TakeId || _take.Refusal is not null)
        {
            await EndTakeAsync();
            _recorder.FinishPart(_end, _committer.DrainAsync()); // a part belongs to one take
            _take = new Take(attach.TakeId, _state.Takes + 1, _end);
            _takeIsNewToViewers = true;
            _state = _state with { Takes = _take.Number };
        }
        _publisher = attach.Session;
        attach.Session.NextOffsetBytes = _take.DurableBytes;
        _committer.Publish(attach.Session, _take);
        SetState(_state with { ReconnectUntil = null });
        attach.Answer.TrySetResult(new AttachAnswer.Ready(_take.DurableBytes));
    }

    private AttachAnswer? RefusalOf(LiveCommand.Attach attach)
    {
        var isOnAir = _take?.Id == attach.TakeId && _take.Refusal is null;
        if (!isOnAir && _recordedTakes.Contains(attach.TakeId))
        {
            return new AttachAnswer.Superseded();
        }
        var expected = isOnAir ? _take!.DurableBytes : 0;
        return attach.OffsetBytes is { } offset && offset != expected
            ? new AttachAnswer.Mismatch(expected)
            : null;
    }

    private async Task LocateAsync(LiveCommand.Locate locate)
    {
        if (_take is not { Refusal: null } take || take.Id != locate.TakeId)
        {
            locate.Answer.TrySetResult(null);
            return;
        }
        await RequestCheckpointAsync();
        _ = AnswerAsync(); // the disk may take its time: the live does not wait for it

        async Task AnswerAsync()
        {
            await _committer.DrainAsync();
            locate.Answer.TrySetResult(new TakePlace(take.DurableBytes, take.IsComplete));
        }
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
            LiveLog.TakeRefused(_logger, _id, take.Number, refusal.Reason, refusal.Found);
            await EndTakeAsync();
            _recordedTakes.Remove(take.Id); // it may be sent anew
            session.Close(new PublisherNotice.Refused(refusal));
            PublisherGone();
        }
    }

    private async Task CompleteTakeAsync(PublisherSession session, Take take)
    {
        await ShowAsync(take, take.Finish());
        _checkpoint.Stop();
        if (await _recorder.CompleteAsync(take) is { } point)
        {
            _committer.Request(point);
        }
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
            if (
                _recorder.Tracks is not { } recorded
                || !StreamPart.SameDecoders(recorded, batch.Tracks)
            )
            {
                // The file it may still have to sync is about to be closed.
                _recorder.FinishPart(start, _committer.DrainAsync());
                await _recorder.BeginPartAsync(batch.Tracks, start);
                _recordedTakes.Add(take.Id);
            }
            ShowPart(batch.Tracks);
            if (await _recorder.AppendAsync(take, batch.Packets) is { } point)
            {
                _committer.Request(point);
            }
            else
            {
                // Should nothing follow, what was just written is acknowledged all the same.
                _checkpoint.StartUnlessRunning(Recorder.CheckpointInterval);
            }
            _timeline.Append([.. batch.Packets.Select(p => p.Packet)]);
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

    /// <summary>Tells viewers of a take that begins, and of other codecs.</summary>
    private void ShowPart(IReadOnlyList<Track> tracks)
    {
        if (_part is null || !StreamPart.SameDecoders(_part.Tracks, tracks))
        {
            _part = StreamPart.Of(tracks);
            _timeline.BeginTake(_part);
        }
        else if (_takeIsNewToViewers)
        {
            _timeline.BeginTake(_part);
        }
        _takeIsNewToViewers = false;
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
        _checkpoint.Stop();
        if (await _recorder.CheckpointAsync() is { } point)
        {
            _committer.Request(point);
        }
    }

    /// <summary>Nobody publishes: the live waits for a while.</summary>
    private void PublisherGone()
    {
        _publisher = null;
        var waiting = _state.StartedAt is null;
        var window = waiting ? _options.FirstMediaWindow : _options.ReconnectWindow;
        _window.Start(window);
        SetState(
            _state with
            {
                Status = waiting ? LiveStatus.Waiting : LiveStatus.Interrupted,
                ReconnectUntil = waiting ? null : _time.GetUtcNow() + window,
            }
        );
    }

    private void Resume(RecoveredRecording recovered, DateTimeOffset? startedAt)
    {
        _recorder.Resume(recovered.Growing, recovered.Last);
        _recordedTakes.UnionWith(recovered.Takes);
        _end = recovered.End;
        Volatile.Write(ref _durationNanoseconds, _end.Nanoseconds);
        if (recovered.Last.Number > 0)
        {
            _state = new LiveState(
                LiveStatus.Interrupted,
                startedAt ?? _time.GetUtcNow(),
                Math.Max(1, recovered.TakeNumber),
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
        _window.Stop();
        _checkpoint.Stop();
        _commands.Writer.TryComplete();
        await RequestCheckpointAsync();
        await _committer.StopAsync();
        await _recorder.CloseAsync();
        _timeline.End();
        _committer.ClosePublisher(new PublisherNotice.Suspended());
        _suspended.TrySetResult();
    }

    private async Task EndLoopAsync(LiveEndReason reason)
    {
        _window.Stop();
        _checkpoint.Stop();
        _commands.Writer.TryComplete();
        ReplayPart? finished = null;
        IReadOnlyList<ReplayPart> parts = [];
        try
        {
            if (reason is not (LiveEndReason.RecordingFailed or LiveEndReason.Faulted))
            {
                await EndTakeAsync();
            }
            await _committer.StopAsync();
            finished = await _recorder.FinishAsync(_end);
        }
        catch (Exception error)
        {
            LiveLog.RecordingFailed(_logger, _id, error);
        }
        try
        {
            parts = _replay(finished);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            LiveLog.RecordingFailed(_logger, _id, error);
        }
        var ending = EndingOf(reason, parts);
        SetState(_state with { Status = LiveStatus.Ended, ReconnectUntil = null });
        if (!_ended.TrySetResult(ending))
        {
            _replayGrew(); // it was given up, and has come to an end after all
        }
    }

    private LiveEnding EndingOf(LiveEndReason reason, IReadOnlyList<ReplayPart> parts) =>
        new(
            _id,
            reason,
            _state.StartedAt,
            _time.GetUtcNow(),
            parts.Aggregate(TimeSpan.Zero, (sum, part) => sum + part.Duration),
            _audience.Peak,
            _state.Takes,
            parts
        );

    private void SetState(LiveState state)
    {
        _state = state;
        _changed();
    }

    private void CommitFailed(IOException error)
    {
        LiveLog.RecordingFailed(_logger, _id, error);
        Post(new LiveCommand.End(LiveEndReason.RecordingFailed));
    }
}
