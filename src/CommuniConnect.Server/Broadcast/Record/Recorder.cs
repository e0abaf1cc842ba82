using CommuniConnect.Media;
using CommuniConnect.Media.WebM;
using CommuniConnect.Server.Broadcast.OnAir;
using CommuniConnect.Server.Platform.Storage;

namespace CommuniConnect.Server.Broadcast.Record;

/// <summary>
/// Writes a live to its folder, take by take: a part for each, and the next one when the codecs change within it. Called
/// by the live's loop before viewers see a packet, so a recording never has a hole that viewers do not.
/// </summary>
/// <param name="folder">Where the parts are.</param>
/// <param name="time">When checkpoints are due.</param>
/// <param name="nextName">What the part after this one is called.</param>
internal sealed class Recorder(string folder, TimeProvider time, Func<PartName, PartName> nextName)
{
    /// <summary>How often a checkpoint is written, and so how far behind the acknowledgements are.</summary>
    public static readonly TimeSpan CheckpointInterval = TimeSpan.FromMilliseconds(200);

    private RecordingFile? _file;
    private PartName _name;
    private readonly Dictionary<PartName, RecordedPart> _finished = [];
    private Task _finishing = Task.CompletedTask;
    private long _lastCheckpoint;
    private (Take Take, WebMPosition Position)? _uncovered; // written after the last checkpoint
    private (Take Take, WebMPosition Position)? _newest; // written last

    /// <summary>The tracks of the growing part, or null when there is none.</summary>
    public IReadOnlyList<Track>? Tracks => _file?.Tracks;

    /// <summary>Takes up what was written before.</summary>
    /// <param name="growing">The part to go on with, or null.</param>
    /// <param name="last">The newest name that is taken.</param>
    public void Resume(RecordingFile? growing, PartName last) => (_file, _name) = (growing, last);

    /// <summary>Ends the part being written, if any, and begins one for other tracks or another take.</summary>
    public async Task BeginPartAsync(IReadOnlyList<Track> tracks, MediaTime start)
    {
        FinishPart(start, Task.CompletedTask);
        DurableFolder.Create(folder);
        _name = nextName(_name);
        var path = Path.Combine(folder, _name.ToString());
        _file = await RecordingFile.CreateAsync(path, tracks, start, time.GetUtcNow());
    }

    /// <summary>Writes packets. Gives what has to be made durable, or null when the last checkpoint is too fresh for another.</summary>
    public async Task<CommitPoint?> AppendAsync(Take take, IReadOnlyList<TakePacket> packets)
    {
        var file = _file ?? throw new InvalidOperationException("packets before BeginPartAsync");
        foreach (var packet in packets)
        {
            await file.AppendAsync(packet.Packet, UncoveredCheckpoint);
            _newest = _uncovered = (take, packet.Position);
        }
        if (time.GetElapsedTime(_lastCheckpoint) >= CheckpointInterval)
        {
            return await CheckpointAsync();
        }
        await file.WriteAsync(checkpoint: null);
        return null;
    }

    /// <summary>Covers what was written since the last checkpoint. Gives what has to be made durable, or null when nothing was.</summary>
    public async Task<CommitPoint?> CheckpointAsync()
    {
        if (_file is not { } file || _uncovered is not { } last)
        {
            return null;
        }
        _lastCheckpoint = time.GetTimestamp();
        await file.WriteAsync(UncoveredCheckpoint());
        return new CommitPoint(file, file.LengthBytes, last.Take, last.Position.OffsetBytes);
    }

    /// <summary>Writes down that there is no more of the take. Gives what has to be made durable, or null when nothing is being written.</summary>
    public Task<CommitPoint?> CompleteAsync(Take take)
    {
        take.Complete();
        _uncovered = _newest?.Take == take ? _newest : _uncovered;
        return CheckpointAsync();
    }

    /// <summary>
    /// Ends the part being written, if any. That takes some turns of the disk, which the live does not wait for: the next
    /// part is written meanwhile.
    /// </summary>
    /// <param name="end">Where the part ends on the live's timeline.</param>
    /// <param name="after">What has to be done with the file before it may be closed. When that fails the file is not finished, but cut.</param>
    public void FinishPart(MediaTime end, Task after)
    {
        if (_file is { } file)
        {
            _finishing = FinishAsync(file, end, UncoveredCheckpoint(), _finishing, after);
            _file = null;
        }
    }

    /// <summary>Ends the recording. Gives the parts that were finished here, which need not be read to be known.</summary>
    /// <exception cref="IOException">A part could not be finished; what was written of it is playable.</exception>
    public async Task<IReadOnlyDictionary<PartName, RecordedPart>> FinishAsync(MediaTime end)
    {
        FinishPart(end, Task.CompletedTask);
        await _finishing;
        return _finished;
    }

    /// <summary>Lets go of the part being written, which stays as it is to be gone on with.</summary>
    public async Task CloseAsync()
    {
        _file?.Dispose();
        _file = null;
        await _finishing;
    }

    /// <summary>Lets go of the part being written after a sync that failed, without what that left in doubt.</summary>
    public Task CutAsync()
    {
        _file?.CutToDurable();
        return CloseAsync();
    }

    private async Task FinishAsync(
        RecordingFile file,
        MediaTime end,
        Checkpoint? checkpoint,
        Task before,
        Task after
    )
    {
        await before.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        using (file)
        {
            try
            {
                await after;
                var part = await file.FinishAsync(end, checkpoint);
                _finished[part.Name] = part;
            }
            catch (IOException)
            {
                file.CutToDurable();
                throw;
            }
        }
        await before; // one that failed is not forgotten over this one
    }

    private Checkpoint? UncoveredCheckpoint()
    {
        var checkpoint = _uncovered?.Take.CheckpointAt(_uncovered.Value.Position);
        _uncovered = null;
        return checkpoint;
    }
}
