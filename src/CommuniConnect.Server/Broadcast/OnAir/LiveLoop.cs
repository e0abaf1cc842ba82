using System.Threading.Channels;
using CommuniConnect.Media;
using CommuniConnect.Server.Broadcast.Record;

namespace CommuniConnect.Server.Broadcast.OnAir;

/// <summary>
/// Owns a live: its publisher, its state, and through its <see cref="Transmission"/> its takes, its recording and its timeline.
/// Does one command after the other, and is the only one who writes any of them.
/// </summary>
internal sealed class LiveLoop
{
    private readonly int _id;
    private readonly Channel<LiveCommand> _commands;
    private readonly Transmission _transmission;
    private readonly SmallFeed _small;
    private readonly BroadcastOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly EndingReport _report;
    private readonly Action _changed;
    private readonly Action _replayGrew;
    private readonly LoopTimer _window;
    private readonly TaskCompletionSource<LiveEnding> _ended = new(
        TaskCreationOptions.RunContinuationsAsynchronously
    );
    private readonly TaskCompletionSource _suspended = new(
        TaskCreationOptions.RunContinuationsAsynchronously
    );
    private volatile LiveState _state = new(LiveStatus.Waiting, null, 0, null);
    private PublisherSession? _publisher; // owned by the loop

    public LiveLoop(
        int id,
        Channel<LiveCommand> commands,
        Timeline timeline,
        Recorder recorder,
        BroadcastOptions options,
        TimeProvider time,
        ILogger logger,
        EndingReport report,
        Action changed,
        Action replayGrew
    )
    {
        (_id, _commands, _options, _time, _logger) = (id, commands, options, time, logger);
        (_report, _changed, _replayGrew) = (report, changed, replayGrew);
        _small = new SmallFeed(timeline);
        _transmission = new Transmission(
            timeline,
            recorder,
            time,
            turn => Post(new LiveCommand.CheckpointDue(turn)),
            CommitFailed
        );
        _window = new LoopTimer(time, turn => Post(new LiveCommand.WindowElapsed(turn)));
    }

    /// <summary>As of the last command.</summary>
    public LiveState State => _state;

    /// <summary>Recorded media time.</summary>
    public MediaTime Duration => _transmission.End;

    /// <summary>Completes when the live has ended and its recording is finished.</summary>
    public Task<LiveEnding> Ended => _ended.Task;

    /// <summary>Completes when the live was let go of without ending it.</summary>
    public Task Suspended => _suspended.Task;

    /// <summary>Before the start: what is known of a live whose recording is still being read.</summary>
    public void Expect(DateTimeOffset? startedAt) =>
        _state = new LiveState(LiveStatus.Interrupted, startedAt, 0, null);

    /// <summary>Begins with nothing, or with what the last server has left.</summary>
    public void Start(RecoveredRecording? recovered, DateTimeOffset? startedAt)
    {
        if (recovered is not null)
        {
            Resume(recovered, startedAt);
        }
        _transmission.Start();
        PublisherGone();
        _ = Task.Run(RunAsync);
    }

    /// <summary>Answers for a loop that does not. What it finishes later is reported as a replay that grew.</summary>
    public async Task<LiveEnding> AbandonAsync(LiveEndReason reason, string? explanation)
    {
        _ended.TrySetResult(await _report.OfAbandonedAsync(reason, explanation, _state));
        return await _ended.Task;
    }

    /// <summary>Tells publisher and viewers that it is over: whoever hears it finds the replay.</summary>
    public void Release(LiveEnding ending)
    {
        _small.Release(SmallEnd.Over);
        _transmission.Release(new PublisherNotice.Ended(ending.Reason, ending.Explanation));
    }

    /// <summary>Tells publisher and viewers to come back: the server goes down.</summary>
    public void LetGo()
    {
        _small.Release(SmallEnd.Suspended);
        _transmission.Release(new PublisherNotice.Suspended());
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
        string? explanation = null;
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
                    (reason, explanation) = (end.Reason, end.Explanation);
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
        await EndLoopAsync(reason, explanation);
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
            case LiveCommand.Bytes bytes when bytes.Session == _publisher:
                await TakeBytesAsync(_publisher, _transmission.Take!, bytes.Data);
                break;
            case LiveCommand.Clock clock when clock.Session == _publisher:
                _transmission.SetClock(clock.Capture);
                break;
            case LiveCommand.Complete complete when complete.Session == _publisher:
                ShowLive(await _transmission.CompleteAsync(_publisher, _transmission.Take!));
                PublisherGone();
                break;
            case LiveCommand.Leave leave when leave.Session == _publisher:
                await _transmission.CheckpointAsync();
                PublisherGone();
                break;
            case LiveCommand.SmallAttach small:
                _small.Attach(small.Session);
                break;
            case LiveCommand.SmallPackets small:
                _small.Accept(small, _publisher is null ? null : _transmission.Take, Duration);
                break;
            case LiveCommand.SmallLeave small:
                _small.Leave(small.Session);
                break;
            case LiveCommand.KeyframeWanted:
                _publisher?.Tell(new PublisherNotice.KeyframeWanted());
                break;
            case LiveCommand.CheckpointDue due when _transmission.IsCheckpointCurrent(due.Turn):
                await _transmission.CheckpointAsync();
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
        var take = _transmission.Take!;
        if (!_transmission.IsOnAir(attach.TakeId))
        {
            take = await _transmission.BeginTakeAsync(attach.TakeId, _state.Takes + 1);
            _small.BeginTake(attach.TakeId);
        }
        _publisher = attach.Session;
        _transmission.Publish(attach.Session, take);
        SetState(_state with { Takes = take.Number, ReconnectUntil = null });
        attach.Answer.TrySetResult(new AttachAnswer.Ready(take.DurableBytes));
    }

    private AttachAnswer? RefusalOf(LiveCommand.Attach attach)
    {
        var isOnAir = _transmission.IsOnAir(attach.TakeId);
        if (!isOnAir && _transmission.HasRecorded(attach.TakeId))
        {
            return new AttachAnswer.Superseded();
        }
        var expected = isOnAir ? _transmission.Take!.DurableBytes : 0;
        return attach.OffsetBytes is { } offset && offset != expected
            ? new AttachAnswer.Mismatch(expected)
            : null;
    }

    private async Task LocateAsync(LiveCommand.Locate locate)
    {
        if (!_transmission.IsOnAir(locate.TakeId))
        {
            locate.Answer.TrySetResult(null);
            return;
        }
        var take = _transmission.Take!;
        await _transmission.CheckpointAsync();
        _ = AnswerAsync(); // the disk may take its time: the live does not wait for it

        async Task AnswerAsync()
        {
            try
            {
                await _transmission.DrainAsync();
            }
            catch (IOException)
            {
                // The disk failed, which ends the live: what was acknowledged before is all that can be promised.
            }
            locate.Answer.TrySetResult(new TakePlace(take.DurableBytes, take.IsComplete));
        }
    }

    private async Task TakeBytesAsync(
        PublisherSession session,
        Take take,
        ReadOnlyMemory<byte> data
    )
    {
        ShowLive(await _transmission.PushAsync(session, take, data));
        _small.KeepUp(Duration);
        if (take.Refusal is { } refusal)
        {
            LiveLog.TakeRefused(_logger, _id, take.Number, refusal.Reason, refusal.Found);
            session.Close(new PublisherNotice.Refused(refusal));
            PublisherGone();
        }
    }

    /// <summary>Something could be seen or heard: the live is live.</summary>
    private void ShowLive(bool shown)
    {
        if (shown && _state.Status != LiveStatus.Live)
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

    /// <summary>Nobody publishes: the live waits for a while.</summary>
    private void PublisherGone()
    {
        _publisher = null;
        _small.Withdraw();
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
        _transmission.Resume(recovered);
        if (recovered.Last.Number > 0)
        {
            _state = new LiveState(
                LiveStatus.Interrupted,
                startedAt ?? _time.GetUtcNow(),
                Math.Max(1, recovered.TakeNumber),
                null
            );
        }
    }

    private async Task SuspendLoopAsync()
    {
        _window.Stop();
        CloseCommands(SmallEnd.Suspended);
        await _transmission.SuspendAsync();
        _suspended.TrySetResult();
    }

    private async Task EndLoopAsync(LiveEndReason reason, string? explanation)
    {
        _window.Stop();
        CloseCommands(SmallEnd.Over);
        if (reason is not (LiveEndReason.RecordingFailed or LiveEndReason.Faulted))
        {
            await TryAsync(_transmission.FinishTakeAsync());
        }
        var finishing = _transmission.FinishAsync();
        var finished = await TryAsync(finishing) ? await finishing : null;
        var ending = _report.Of(reason, explanation, _state, finished);
        SetState(_state with { Status = LiveStatus.Ended, ReconnectUntil = null });
        if (!_ended.TrySetResult(ending))
        {
            _replayGrew(); // it was given up, and has come to an end after all
        }
    }

    /// <summary>Takes no more commands. Whoever waits for an answer hears of the end; a small picture that was about to come waits for none.</summary>
    private void CloseCommands(SmallEnd end)
    {
        _commands.Writer.TryComplete();
        while (_commands.Reader.TryRead(out var late))
        {
            (late as LiveCommand.SmallAttach)?.Session.Close(end);
        }
        _small.Close(end);
    }

    /// <summary>Whether it was done; a disk that fails keeps no live from its end.</summary>
    private async Task<bool> TryAsync(Task step)
    {
        try
        {
            await step;
            return true;
        }
        catch (Exception error)
        {
            LiveLog.RecordingFailed(_logger, _id, error);
            return false;
        }
    }

    private void SetState(LiveState state)
    {
        _state = state;
        _changed();
    }

    private void CommitFailed(Exception error)
    {
        LiveLog.RecordingFailed(_logger, _id, error);
        Post(new LiveCommand.End(LiveEndReason.RecordingFailed));
    }
}
