using CommuniConnect.Media;

namespace CommuniConnect.Server.Broadcast.Record;

/// <summary>
/// Finds times of a live in its recording while that is being written, for those who watch it from an earlier moment on. Looks at
/// the disk and so asks nothing of the live's loop; a live that nobody rewinds costs nothing. Tails are not among it: the
/// live never showed them and its timeline has no room for them, so they are the replay's.
/// </summary>
/// <param name="folder">Where the parts are.</param>
internal sealed class RecordingIndex(string folder, TimeProvider time, ILogger logger)
{
    /// <summary>What was looked at so short a time ago is not looked at again, however many seek.</summary>
    public static readonly TimeSpan Freshness = TimeSpan.FromMilliseconds(250);

    private readonly SemaphoreSlim _reading = new(1, 1);
    private IReadOnlyList<RecordedPart> _parts = []; // as is the rest: read and written by who holds the semaphore
    private Dictionary<PartName, RecordedPart> _finished = [];
    private long? _readAt;

    /// <summary>
    /// The newest keyframe at or before a time on the live's timeline; the beginning of the recording when there is none,
    /// or null when nothing is recorded.
    /// </summary>
    public async Task<RecordingPlace?> FindAsync(MediaTime at, CancellationToken cancellation)
    {
        await _reading.WaitAsync(cancellation);
        try
        {
            // What was found before stays as it is: only its end moves.
            if (_parts is not [.., var last] || at >= last.Scan.End)
            {
                await ReadAsync();
            }
            return PlaceOf(at);
        }
        finally
        {
            _reading.Release();
        }
    }

    /// <summary>The part that follows on another, or null when there is none, or not enough of it yet.</summary>
    /// <param name="part">A part found before.</param>
    /// <param name="isOver">True when nothing will be added to the recording: then the disk has the last word.</param>
    public async Task<RecordingPlace?> AfterAsync(
        PartName part,
        bool isOver,
        CancellationToken cancellation
    )
    {
        await _reading.WaitAsync(cancellation);
        try
        {
            if (isOver || File.Exists(Path.Combine(folder, part.NextPart.ToString())))
            {
                await ReadAsync(anyway: isOver);
            }
            return _parts.FirstOrDefault(p => p.Name.Number > part.Number) is { } next
                ? new RecordingPlace(next, next.Scan.Clusters[0].OffsetBytes)
                : null;
        }
        finally
        {
            _reading.Release();
        }
    }

    private async Task ReadAsync(bool anyway = false)
    {
        if (_readAt is { } readAt && !anyway && time.GetElapsedTime(readAt) < Freshness)
        {
            return;
        }
        // A disk that hangs holds up one thread, and not one for each viewer.
        var found = await Task.Run(() => RecordingFolder.Read(folder, logger, _finished));
        // Where a part begins is said by its first checkpoint.
        _parts =
        [
            .. found.Parts.Where(p =>
                p is { Name.IsTail: false, Scan: { Checkpoint: not null, Clusters.Count: > 0 } }
            ),
        ];
        _finished = _parts.Where(p => p.Scan.IsFinished).ToDictionary(p => p.Name);
        _readAt = time.GetTimestamp();
    }

    private RecordingPlace? PlaceOf(MediaTime at)
    {
        foreach (var part in _parts.Reverse())
        {
            if (part.PlaceAt(at - part.Scan.Start) is { } place)
            {
                return place with { IsSettled = at < _parts[^1].Scan.End };
            }
        }
        return _parts is [var first, ..]
            ? new RecordingPlace(first, first.Scan.Clusters[0].OffsetBytes)
            : null;
    }
}
