using CommuniConnect.Media;
using CommuniConnect.Server.Broadcast.Record;

namespace CommuniConnect.Server.Broadcast.OnAir;

/// <summary>
/// The media of a live, on its way: from the bytes of the take on air into the recording, to the viewers, and at last to
/// the disk and the acknowledgement. Owned by the live's loop.
/// </summary>
internal sealed class Transmission
{
    /// <summary>Taken in at once: of laced frames of one byte each, that is already 13 MB of packets.</summary>
    private const int PieceBytes = 64 << 10;

    private readonly Timeline _timeline;
    private readonly Recorder _recorder;
    private readonly Committer _committer;
    private readonly LoopTimer _checkpoint;
    private readonly HashSet<Guid> _recordedTakes = [];
    private StreamPart? _part;
    private bool _takeIsNewToViewers;
    private long _endNanoseconds;

    /// <param name="timeline">What the viewers read.</param>
    /// <param name="recorder">Writes the recording.</param>
    /// <param name="time">When checkpoints are due.</param>
    /// <param name="checkpointDue">Has <see cref="CheckpointAsync"/> called by the loop, unless the turn is over by then.</param>
    /// <param name="failed">Called when the disk fails: nothing more is acknowledged.</param>
    public Transmission(
        Timeline timeline,
        Recorder recorder,
        TimeProvider time,
        Action<int> checkpointDue,
        Action<Exception> failed
    )
    {
        (_timeline, _recorder) = (timeline, recorder);
        _committer = new Committer(failed);
        _checkpoint = new LoopTimer(time, checkpointDue);
    }

    /// <summary>The take on air, or the last one that was.</summary>
    public Take? Take { get; private set; }

    /// <summary>Where the live's timeline ends. May be read from anywhere.</summary>
    public MediaTime End
    {
        get => new(Volatile.Read(ref _endNanoseconds));
        private set => Volatile.Write(ref _endNanoseconds, value.Nanoseconds);
    }

    /// <summary>Takes up what the last server has left.</summary>
    public void Resume(RecoveredRecording recovered)
    {
        _recorder.Resume(recovered.Growing, recovered.Last);
        _recordedTakes.UnionWith(recovered.Takes);
        End = recovered.End;
        if (recovered is { Checkpoint: { } checkpoint, Growing: { } file })
        {
            Take = new Take(checkpoint, file.Tracks);
        }
    }

    public void Start() => _committer.Start();

    /// <summary>Whether the take is on air and may be gone on with.</summary>
    public bool IsOnAir(Guid takeId) => Take is { Refusal: null } take && take.Id == takeId;

    /// <summary>Whether there is something of the take in the recording.</summary>
    public bool HasRecorded(Guid takeId) => _recordedTakes.Contains(takeId);

    /// <summary>Puts a new take on air behind the one before.</summary>
    public async Task<Take> BeginTakeAsync(Guid takeId, int number)
    {
        await FinishTakeAsync();
        _recorder.FinishPart(End, _committer.DrainAsync()); // a part belongs to one take
        _takeIsNewToViewers = true;
        _timeline.Clock = null;
        return Take = new Take(takeId, number, End);
    }

    /// <summary>From now on this session publishes the take, and hears how far it is durable.</summary>
    public void Publish(PublisherSession session, Take take)
    {
        session.NextOffsetBytes = take.DurableBytes;
        _committer.Publish(session, take);
    }

    /// <summary>Hands in bytes of the take. True when there was something in them to see or hear.</summary>
    public async Task<bool> PushAsync(
        PublisherSession session,
        Take take,
        ReadOnlyMemory<byte> data
    )
    {
        // After a reconnection the publisher repeats what was received but not yet durable when it asked.
        var known = (int)Math.Clamp(take.ReceivedBytes - session.NextOffsetBytes, 0, data.Length);
        session.NextOffsetBytes += data.Length;
        var shown = false;
        for (var at = known; at < data.Length && take.Refusal is null; at += PieceBytes)
        {
            var piece = data[at..Math.Min(at + PieceBytes, data.Length)];
            shown |= await ShowAsync(take, take.Push(piece.Span));
        }
        if (take.Refusal is not null)
        {
            await FinishTakeAsync();
            _recordedTakes.Remove(take.Id); // it may be sent anew
        }
        return shown;
    }

    /// <summary>Lets viewers know when the camera saw an instant of the take. Too soon, before its first packet, it is let go of: it comes again.</summary>
    public void SetClock(CaptureClock ofTake)
    {
        if (Take?.OnTimeline(ofTake.Media) is { } media)
        {
            _timeline.Clock = ofTake with { Media = media };
        }
    }

    /// <summary>The publisher has sent the last byte, and will hear when all is durable. True when there was still something to see or hear.</summary>
    public async Task<bool> CompleteAsync(PublisherSession session, Take take)
    {
        var shown = await ShowAsync(take, take.Finish());
        _checkpoint.Stop();
        if (await _recorder.CompleteAsync(take) is { } point)
        {
            _committer.Request(point);
        }
        // What is left over is part of a block that will never be whole.
        _committer.Request(new CommitPoint(null, 0, take, take.ReceivedBytes, Completes: session));
        return shown;
    }

    /// <summary>Shows and writes what was held back: nothing more of the take is expected.</summary>
    public async Task FinishTakeAsync()
    {
        if (Take is { } take)
        {
            await ShowAsync(take, take.Finish());
            await CheckpointAsync();
        }
    }

    /// <summary>Whether the checkpoint that is due is the one that was asked for last.</summary>
    public bool IsCheckpointCurrent(int turn) => _checkpoint.IsCurrent(turn);

    /// <summary>Has everything written until now made durable, and acknowledged.</summary>
    public async Task CheckpointAsync()
    {
        _checkpoint.Stop();
        if (await _recorder.CheckpointAsync() is { } point)
        {
            _committer.Request(point);
        }
    }

    /// <summary>Completes when everything of the checkpoints until now is durable.</summary>
    public Task DrainAsync() => _committer.DrainAsync();

    /// <summary>Makes everything durable and leaves it as it is, for the next server to go on with.</summary>
    public async Task SuspendAsync()
    {
        await CheckpointAsync();
        await _committer.StopAsync();
        await (_committer.HasFailed ? _recorder.CutAsync() : _recorder.CloseAsync());
        Release(new PublisherNotice.Suspended());
    }

    /// <summary>Ends the recording. Gives the parts that were finished here.</summary>
    /// <exception cref="IOException">The disk fails. What was acknowledged is there, and playable.</exception>
    public async Task<IReadOnlyDictionary<PartName, RecordedPart>> FinishAsync()
    {
        _checkpoint.Stop();
        await _committer.StopAsync();
        if (_committer.HasFailed)
        {
            await _recorder.CutAsync();
        }
        return await _recorder.FinishAsync(End);
    }

    /// <summary>Lets publisher and viewers go.</summary>
    public void Release(PublisherNotice last)
    {
        _timeline.End();
        _committer.ClosePublisher(last);
    }

    /// <summary>A packet's way through the server: recording first, then the viewers, then (off the loop) the disk and the acknowledgement.</summary>
    private async Task<bool> ShowAsync(Take take, IReadOnlyList<TakeBatch> batches)
    {
        foreach (var batch in batches)
        {
            if (
                _recorder.Tracks is not { } tracks
                || !StreamPart.SameDecoders(tracks, batch.Tracks)
            )
            {
                await BeginPartAsync(take, batch);
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
            End = take.End;
        }
        return batches.Count > 0;
    }

    private async Task BeginPartAsync(Take take, TakeBatch batch)
    {
        var start = batch.Packets[0].Packet.Timestamp;
        // The file before may still have to be synced.
        _recorder.FinishPart(start, _committer.DrainAsync());
        await _recorder.BeginPartAsync(batch.Tracks, start);
        _recordedTakes.Add(take.Id);
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
}
