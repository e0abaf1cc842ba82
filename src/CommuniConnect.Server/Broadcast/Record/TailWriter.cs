using CommuniConnect.Media;
using CommuniConnect.Server.Broadcast.OnAir;

namespace CommuniConnect.Server.Broadcast.Record;

/// <summary>Where a take stands that is not on air.</summary>
internal enum TailState
{
    /// <summary>There is nothing of this take, nor of the one it is said to follow.</summary>
    Unknown,

    /// <summary>More of it may come.</summary>
    Open,

    /// <summary>All of it is there, or the recording went on behind it.</summary>
    Complete,
}

/// <summary>
/// Adds what is missing of a take that broke off, into files of its own behind the part that holds the rest, which the
/// live and its loop know nothing of. What is on disk is all it knows: it is opened for each request and asks no memory.
/// </summary>
internal sealed class TailWriter : IAsyncDisposable
{
    private readonly Take _take;
    private readonly Recorder _recorder;
    private CommitPoint? _unsynced;
    private long _writtenBytes;

    private TailWriter(TailState state, Take take, Recorder recorder)
    {
        (State, _take, _recorder) = (state, take, recorder);
        DurableBytes = _writtenBytes = take.DurableBytes;
    }

    public TailState State { get; private set; }

    /// <summary>What a take follows before which there was none.</summary>
    public static readonly Guid Beginning = Guid.Empty;

    /// <summary>Bytes of the take that survive a power cut.</summary>
    public long DurableBytes { get; private set; }

    /// <summary>Why the take cannot be accepted any further, once it cannot.</summary>
    public TakeRefusal? Refusal => _take.Refusal;

    /// <summary>Finds a take in the folder of a live. Changes nothing.</summary>
    public static (TailState State, long DurableBytes) Look(
        string folder,
        Guid take,
        ILogger logger
    ) => Look(RecordingFolder.Read(folder, logger), take);

    /// <summary>Opens a take for more. Null when it is not known, and has no place where it could begin.</summary>
    /// <param name="after">The take it follows, or <see cref="Beginning"/>, should there be nothing of it yet.</param>
    public static TailWriter? Open(
        string folder,
        Guid take,
        Guid? after,
        TimeProvider time,
        ILogger logger
    )
    {
        var found = RecordingFolder.Read(folder, logger);
        var before = found.LastOf(take) ?? (after is { } known ? found.LastOf(known) : null);
        var recorder = new Recorder(folder, time, name => name.NextTail);
        if (before is null && after == Beginning)
        {
            var first = found.Parts.LastOrDefault(p => p.Name.Number == 0);
            recorder.Resume(growing: null, first?.Name ?? default);
            var begun = new Take(take, number: 0, first?.Scan.End ?? MediaTime.Zero);
            return new TailWriter(TailState.Open, begun, recorder);
        }
        if (before?.Scan.Checkpoint is not { } checkpoint)
        {
            return null;
        }
        var last = found.Parts.Last(p => p.Name.Number == before.Name.Number);
        var goesOn = checkpoint.TakeId == take;
        var (state, _) = goesOn ? Look(found, take) : (TailState.Open, 0);
        var resumes = goesOn && state == TailState.Open;
        recorder.Resume(
            resumes && last.Name.IsTail && !last.Scan.IsFinished
                ? RecordingFile.Reopen(last.Path, last.Scan)
                : null,
            last.Name
        );
        return new TailWriter(
            state,
            goesOn
                ? new Take(checkpoint, before.Scan.Tracks)
                : new Take(take, checkpoint.TakeNumber, last.Scan.End),
            recorder
        );
    }

    /// <summary>Takes the next bytes. They are durable after <see cref="CommitAsync"/>.</summary>
    public Task AppendAsync(ReadOnlySpan<byte> bytes) => RecordAsync(_take.Push(bytes));

    /// <summary>No byte of the take will follow.</summary>
    public async Task CompleteAsync()
    {
        await RecordAsync(_take.Finish());
        Note(await _recorder.CompleteAsync(_take));
        State = TailState.Complete;
    }

    /// <summary>Makes everything appended durable, and lets go of the files.</summary>
    public async Task CommitAsync()
    {
        Note(await _recorder.CheckpointAsync());
        if (_unsynced is { File: { } file } point)
        {
            try
            {
                file.Sync(point.FileBytes);
            }
            catch (IOException)
            {
                await _recorder.CutAsync();
                throw;
            }
        }
        if (State == TailState.Complete)
        {
            await _recorder.FinishAsync(_take.End);
        }
        await DisposeAsync();
        // What is left over of a complete take is part of a block that will never be whole.
        DurableBytes = State == TailState.Complete ? _take.ReceivedBytes : _writtenBytes;
    }

    /// <summary>Lets go of the files as they are.</summary>
    public async ValueTask DisposeAsync() => await _recorder.CloseAsync();

    private static (TailState State, long DurableBytes) Look(RecordingFolder found, Guid take)
    {
        if (found.LastOf(take) is not { Scan.Checkpoint: { } checkpoint } part)
        {
            return (TailState.Unknown, 0);
        }
        part.MakeDurable();
        var last = found.Parts.Last(p => p.Name.Number == part.Name.Number);
        return (
            checkpoint.IsComplete || last != part ? TailState.Complete : TailState.Open,
            checkpoint.Position.OffsetBytes
        );
    }

    private async Task RecordAsync(IReadOnlyList<TakeBatch> batches)
    {
        foreach (var batch in batches)
        {
            if (
                _recorder.Tracks is not { } tracks
                || !StreamPart.SameDecoders(tracks, batch.Tracks)
            )
            {
                _unsynced = null; // synced when it is finished
                await _recorder.BeginPartAsync(batch.Tracks, batch.Packets[0].Packet.Timestamp);
            }
            Note(await _recorder.AppendAsync(_take, batch.Packets));
        }
    }

    private void Note(CommitPoint? point)
    {
        if (point is not null)
        {
            (_unsynced, _writtenBytes) = (point, point.OffsetBytes);
        }
    }
}
