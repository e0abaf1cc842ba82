using CommuniConnect.Media;
using CommuniConnect.Media.WebM;
using CommuniConnect.Server.Broadcast.OnAir;

namespace CommuniConnect.Server.Broadcast.Record;

/// <summary>
/// Writes a live to its folder: one file for as long as the codecs stay the same, the next one when they change. Called
/// by the live's loop before viewers see a packet, so a recording never has a hole that viewers do not.
/// </summary>
internal sealed class Recorder(string folder, TimeProvider time)
{
    /// <summary>How often a checkpoint is written, and so how far behind the acknowledgements are.</summary>
    public static readonly TimeSpan CheckpointInterval = TimeSpan.FromMilliseconds(200);

    private readonly List<ReplayPart> _finished = [];
    private RecordingFile? _file;
    private int _parts;
    private long _lastCheckpoint;
    private (Take Take, WebMPosition Position)? _uncovered; // written after the last checkpoint

    /// <summary>The parts written so far, with the growing one as it is now.</summary>
    public IReadOnlyList<ReplayPart> Parts =>
        _file is null ? [.. _finished] : [.. _finished, _file.Describe()];

    /// <summary>The tracks of the growing part, or null when there is none.</summary>
    public IReadOnlyList<Track>? Tracks => _file?.Tracks;

    /// <summary>Takes up what a server that went down has left.</summary>
    public void Resume(IReadOnlyList<ReplayPart> finished, RecordingFile? growing, int parts)
    {
        _finished.AddRange(finished);
        (_file, _parts) = (growing, parts);
    }

    /// <summary>Ends the part being written, if any, and begins one for other tracks.</summary>
    public async Task BeginPartAsync(IReadOnlyList<Track> tracks, MediaTime start)
    {
        await FinishPartAsync(start);
        Directory.CreateDirectory(folder);
        _parts++;
        var path = Path.Combine(folder, $"part-{_parts:000}.webm");
        _file = await RecordingFile.CreateAsync(path, tracks, start, time.GetUtcNow());
    }

    /// <summary>Writes packets. Gives what has to be made durable, or null when the last checkpoint is too fresh for another.</summary>
    public async Task<CommitPoint?> AppendAsync(Take take, IReadOnlyList<TakePacket> packets)
    {
        var file = _file ?? throw new InvalidOperationException("packets before BeginPartAsync");
        foreach (var packet in packets)
        {
            await file.AppendAsync(packet.Packet, UncoveredCheckpoint);
            _uncovered = (take, packet.Position);
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
        return new CommitPoint(file.Handle, last.Take, last.Position.OffsetBytes);
    }

    /// <summary>Ends the recording.</summary>
    public async Task<IReadOnlyList<ReplayPart>> FinishAsync(MediaTime end)
    {
        await FinishPartAsync(end);
        return Parts;
    }

    /// <summary>Lets go of the part being written, which stays as it is for the next server to go on with.</summary>
    public void Close()
    {
        _file?.Dispose();
        _file = null;
    }

    private Checkpoint? UncoveredCheckpoint()
    {
        var checkpoint = _uncovered?.Take.CheckpointAt(_uncovered.Value.Position);
        _uncovered = null;
        return checkpoint;
    }

    private async Task FinishPartAsync(MediaTime end)
    {
        if (_file is { } file)
        {
            _finished.Add(await file.FinishAsync(end, UncoveredCheckpoint()));
            file.Dispose();
            _file = null;
        }
    }
}
