using System.Buffers;
using CommuniConnect.Media;
using CommuniConnect.Media.WebM;
using CommuniConnect.Server.Broadcast.OnAir;
using CommuniConnect.Server.Platform.Storage;
using Microsoft.Win32.SafeHandles;

namespace CommuniConnect.Server.Broadcast.Record;

/// <summary>
/// One WebM file that grows: playable at any moment, made seekable in place at the end. Clusters begin at keyframes and
/// are of unknown size while they are written; the size is filled in when the next one begins.
/// </summary>
internal sealed class RecordingFile : IDisposable
{
    /// <summary>Keyframes closer than this share a cluster and a cue.</summary>
    private static readonly MediaTime ShortestCluster = MediaTime.FromMilliseconds(500);

    /// <summary>Longest cluster: bounds what a seek or a recovery has to read.</summary>
    private static readonly MediaTime LongestCluster = MediaTime.FromMilliseconds(5_000);
    private const long LargestCluster = 8 << 20;

    private readonly SafeFileHandle _handle;
    private readonly WebMRecordingHeader _header;
    private readonly List<CuePoint> _cues;
    private readonly List<ScannedCluster> _clusters;
    private readonly Dictionary<int, MediaTime> _lastOfTrack = [];
    private readonly ArrayBufferWriter<byte> _buffer = new(64 << 10);
    private OpenCluster? _cluster;
    private long _length; // on disk or handed to the operating system; the buffer comes after it
    private long _durableLength; // written by whoever syncs the file
    private bool _isNameDurable; // likewise
    private MediaTime _end;
    private Checkpoint? _checkpoint; // the last that was written

    private sealed record OpenCluster(
        long Offset,
        MediaTime Timestamp,
        MediaTime Start,
        int HeadBytes,
        bool HasCue
    );

    private RecordingFile(
        string path,
        SafeFileHandle handle,
        WebMRecordingHeader header,
        List<CuePoint> cues,
        List<ScannedCluster> clusters
    )
    {
        (FilePath, _handle, _header, _cues, _clusters) = (path, handle, header, cues, clusters);
    }

    public string FilePath { get; }
    public required IReadOnlyList<Track> Tracks { get; init; }

    /// <summary>Where the file begins on the live's timeline: parts after the first do not begin at zero.</summary>
    public required MediaTime Start { get; init; }

    /// <summary>Bytes handed to the operating system.</summary>
    public long LengthBytes => _length;

    public static async Task<RecordingFile> CreateAsync(
        string path,
        IReadOnlyList<Track> tracks,
        MediaTime start,
        DateTimeOffset now
    )
    {
        var header = WebMRecordingHeader.Create(tracks, now);
        var handle = File.OpenHandle(
            path,
            FileMode.CreateNew,
            FileAccess.ReadWrite,
            FileShare.Read
        );
        var file = new RecordingFile(path, handle, header, [], [])
        {
            Tracks = tracks,
            Start = start,
            _end = start,
        };
        await RandomAccess.WriteAsync(handle, header.Bytes, 0);
        file._length = header.Bytes.Length;
        return file;
    }

    /// <summary>
    /// Goes on with a file that a scan has found and cut at its last sound place. What a killed server wrote may be known to the
    /// operating system only: it is durable when this returns.
    /// </summary>
    public static RecordingFile Reopen(string path, RecordingScan scan)
    {
        var handle = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.Read);
        RandomAccess.SetLength(handle, scan.SoundBytes);
        foreach (var (offset, bytes) in scan.Repairs)
        {
            RandomAccess.Write(handle, bytes, offset);
        }
        var file = new RecordingFile(path, handle, scan.Header, [.. scan.Cues], [.. scan.Clusters])
        {
            Tracks = scan.Tracks,
            Start = scan.Start,
            _length = scan.SoundBytes,
            _end = scan.End,
            _checkpoint = scan.Checkpoint,
        };
        file.Sync(scan.SoundBytes);
        return file;
    }

    /// <summary>Makes the file durable, and the first time its name. Beside the one who writes: the disk may take its time.</summary>
    /// <param name="lengthBytes">What was written before the call.</param>
    /// <exception cref="IOException">Everything behind what was durable before is in doubt.</exception>
    public void Sync(long lengthBytes)
    {
        DiskSync.File(_handle);
        if (!_isNameDurable)
        {
            DurableFolder.Flush(Path.GetDirectoryName(FilePath)!);
            _isNameDurable = true;
        }
        Volatile.Write(ref _durableLength, lengthBytes);
    }

    /// <summary>
    /// Cuts what a failed sync left in doubt: the operating system takes those pages for written, so a later sync would promise
    /// what may not be on disk. What is left ends with a checkpoint, as after a crash.
    /// </summary>
    public void CutToDurable()
    {
        var durable = Volatile.Read(ref _durableLength);
        if (durable < _length)
        {
            RandomAccess.SetLength(_handle, durable);
        }
    }

    /// <summary>Adds a packet to what <see cref="WriteAsync"/> will write.</summary>
    /// <param name="closing">What belongs at the end of the cluster before, should the packet begin a new one.</param>
    public async ValueTask AppendAsync(MediaPacket packet, Func<Checkpoint?> closing)
    {
        // A part begins with the packet that came first; one of another track may be a little older, and a file has no time
        // before its beginning.
        var time = packet.Timestamp < Start ? MediaTime.Zero : packet.Timestamp - Start;
        var relative = packet with { Timestamp = time };
        if (_cluster is null || BeginsCluster(_cluster, relative))
        {
            await CloseClusterAsync(closing());
            BeginCluster(relative);
        }
        WebMCluster.WriteBlock(_buffer, relative, _cluster!.Timestamp);
        _lastOfTrack[packet.TrackNumber] = relative.Timestamp;
        var end = packet.Timestamp + (packet.Duration ?? MediaTime.Zero);
        _end = end > _end ? end : _end;
    }

    /// <summary>Hands everything appended so far to the operating system, followed by the checkpoint if there is one.</summary>
    public async ValueTask WriteAsync(Checkpoint? checkpoint)
    {
        if (checkpoint is not null && _cluster is not null)
        {
            _checkpoint = checkpoint with { FileStart = Start };
            _buffer.Write(WebMVoid.Write(_checkpoint.ToBytes()));
        }
        if (_buffer.WrittenCount > 0)
        {
            await RandomAccess.WriteAsync(_handle, _buffer.WrittenMemory, _length);
            _length += _buffer.WrittenCount;
            _buffer.ResetWrittenCount();
        }
    }

    /// <summary>
    /// Makes the file seekable: Cues behind the last cluster, then SeekHead, Duration and the size of the Segment in the room
    /// kept for them in front. What is written in place is only what makes seeking possible, and the Cues it points to
    /// are on disk before it: a cut of power in between leaves a playable file.
    /// </summary>
    /// <param name="end">Where the recording ends on the live's timeline.</param>
    /// <returns>What a scan of the file would find.</returns>
    public async Task<RecordedPart> FinishAsync(MediaTime end, Checkpoint? checkpoint)
    {
        await CloseClusterAsync(checkpoint);
        var duration = (end > _end ? end : _end) - Start;
        var soundBytes = _length;
        var cuesOffset = -1L; // without a keyframe there is nowhere to seek to, and Cues may not be empty
        if (_cues.Count > 0)
        {
            cuesOffset = _length;
            _buffer.Write(WebMCues.Write(_cues));
            await WriteAsync(checkpoint: null);
        }
        Sync(_length);
        foreach (var (offset, bytes) in _header.Finish(cuesOffset, _length, duration))
        {
            await RandomAccess.WriteAsync(_handle, bytes, offset);
        }
        Sync(_length);
        return new RecordedPart(
            PartName.Parse(FilePath) ?? default,
            FilePath,
            new RecordingScan
            {
                Header = _header,
                Tracks = Tracks,
                Cues = _cues,
                Clusters = _clusters,
                SoundBytes = soundBytes,
                Repairs = [],
                Checkpoint = _checkpoint,
                DeclaredDuration = duration > MediaTime.Zero ? duration : null,
                LengthBytes = _length,
            }
        );
    }

    public void Dispose() => _handle.Dispose();

    private bool BeginsCluster(OpenCluster cluster, MediaPacket packet)
    {
        var age = packet.Timestamp - cluster.Start;
        // Sound often comes before the first picture: that keyframe gets a cluster, and so a cue, however soon it comes.
        return IsCue(packet) && (age >= ShortestCluster || !cluster.HasCue)
            || age >= LongestCluster
            || Position - cluster.Offset >= LargestCluster
            || !WebMCluster.Fits(cluster.Timestamp, packet.Timestamp);
    }

    private void BeginCluster(MediaPacket packet)
    {
        // Sound that is a little behind the picture still comes after it in the file, and offsets within a
        // cluster had better not be negative.
        var earliest = packet.Timestamp - MediaTime.FromMilliseconds(1_000);
        var timestamp = packet.Timestamp;
        foreach (var last in _lastOfTrack.Values)
        {
            timestamp = last < timestamp && last >= earliest ? last : timestamp;
        }
        var begin = WebMCluster.Begin(timestamp);
        _cluster = new OpenCluster(
            Position,
            timestamp,
            packet.Timestamp,
            begin.Length,
            IsCue(packet)
        );
        if (_cluster.HasCue)
        {
            _cues.Add(
                new CuePoint(
                    WebMCluster.Written(packet.Timestamp),
                    packet.TrackNumber,
                    Position - _header.SegmentDataOffset
                )
            );
        }
        _buffer.Write(begin);
    }

    private bool IsCue(MediaPacket packet) =>
        packet.IsKeyframe
        && (packet.TrackNumber == TakeTracks.Video || Tracks.All(t => t.Kind == TrackKind.Audio));

    private async ValueTask CloseClusterAsync(Checkpoint? checkpoint)
    {
        if (_cluster is { } cluster)
        {
            await WriteAsync(checkpoint);
            await RandomAccess.WriteAsync(
                _handle,
                WebMCluster.SizeField(_length - cluster.Offset - WebMCluster.ContentOffsetBytes),
                cluster.Offset + WebMCluster.SizeFieldOffsetBytes
            );
            _clusters.Add(
                new ScannedCluster(
                    cluster.Offset,
                    _length,
                    cluster.Offset + cluster.HeadBytes,
                    WebMCluster.Written(cluster.Timestamp)
                )
            );
            _cluster = null;
        }
    }

    private long Position => _length + _buffer.WrittenCount;
}
