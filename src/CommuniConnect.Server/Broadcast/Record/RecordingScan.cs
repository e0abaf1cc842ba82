using System.Buffers.Binary;
using CommuniConnect.Media;
using CommuniConnect.Media.WebM;
using Microsoft.Win32.SafeHandles;

namespace CommuniConnect.Server.Broadcast.Record;

/// <summary>
/// What stands in a recording that was being written when the server went down, up to its last sound place. Reads the
/// head of each cluster and only the last one whole, so a gigabyte takes milliseconds.
/// </summary>
internal sealed record RecordingScan
{
    private const int HeadBytes = 160 << 10;
    private const int ClusterHeadBytes = 64;
    private const int LargestCluster = 34 << 20;
    private const uint ClusterId = 0x1F43B675;
    private const uint TimestampId = 0xE7;
    private const uint SimpleBlockId = 0xA3;
    private const uint BlockGroupId = 0xA0;
    private const uint VoidId = 0xEC;

    public required WebMRecordingHeader Header { get; init; }
    public required IReadOnlyList<Track> Tracks { get; init; }
    public required IReadOnlyList<CuePoint> Cues { get; init; }

    /// <summary>Length the file is to be cut to.</summary>
    public required long SoundBytes { get; init; }

    /// <summary>What to write in place so that the last cluster is closed.</summary>
    public required IReadOnlyList<(long OffsetBytes, byte[] Bytes)> Repairs { get; init; }

    /// <summary>How the last take goes on, or null when nothing of it was covered.</summary>
    public required Checkpoint? Checkpoint { get; init; }

    /// <summary>Where the file begins on the live's timeline.</summary>
    public MediaTime Start { get; init; }

    /// <summary>Where it ends there.</summary>
    public MediaTime End => Checkpoint?.End ?? Start;

    /// <summary>Scans a file. Null when not even its head can be read.</summary>
    /// <param name="start">Where the file begins on the live's timeline.</param>
    public static RecordingScan? Read(string path, MediaTime start)
    {
        using var handle = File.OpenHandle(path);
        var length = RandomAccess.GetLength(handle);
        var head = new byte[Math.Min(HeadBytes, length)];
        RandomAccess.Read(handle, head, 0);
        if (!WebMRecordingHeader.TryRead(head, out var header))
        {
            return null;
        }
        var reader = new WebMReader();
        reader.Push(head);
        return reader.Read() == WebMReadResult.Tracks
            ? Walk(handle, length, header, reader.Tracks, start)
            : null;
    }

    private static RecordingScan Walk(
        SafeFileHandle handle,
        long length,
        WebMRecordingHeader header,
        IReadOnlyList<Track> tracks,
        MediaTime start
    )
    {
        var cues = new List<CuePoint>();
        var position = (long)header.Bytes.Length;
        var last = -1L;
        Span<byte> head = stackalloc byte[ClusterHeadBytes];
        while (position < length)
        {
            var read = RandomAccess.Read(handle, head, position);
            if (!IsCluster(head[..read], out var size, out var headerBytes))
            {
                break;
            }
            if (CueAt(head[..read], headerBytes, tracks) is { } cue)
            {
                cues.Add(cue with { ClusterOffsetBytes = position - header.SegmentDataOffset });
            }
            last = position;
            if (size < 0 || position + headerBytes + size > length)
            {
                break;
            }
            position += headerBytes + size;
        }
        var scan = new RecordingScan
        {
            Header = header,
            Tracks = tracks,
            Cues = cues,
            SoundBytes = header.Bytes.Length,
            Repairs = [],
            Checkpoint = null,
            Start = start,
        };
        return last < 0 ? scan : scan.CutLast(handle, length, last);
    }

    /// <summary>Cuts behind the last checkpoint. A cluster without one is left away: nobody was told that it was safe.</summary>
    private RecordingScan CutLast(SafeFileHandle handle, long length, long clusterOffset)
    {
        var bytes = new byte[Math.Min(LargestCluster, length - clusterOffset)];
        RandomAccess.Read(handle, bytes, clusterOffset);
        IsCluster(bytes, out _, out var headerBytes);
        var (sound, checkpoint) = LastCheckpoint(bytes, headerBytes);
        if (checkpoint is not null)
        {
            return this with
            {
                SoundBytes = clusterOffset + sound,
                Checkpoint = checkpoint,
                Repairs =
                [
                    (
                        clusterOffset + WebMCluster.SizeFieldOffsetBytes,
                        WebMCluster.SizeField(sound - headerBytes)
                    ),
                ],
            };
        }
        var cues = Cues.Where(c => c.ClusterOffsetBytes + Header.SegmentDataOffset < clusterOffset)
            .ToList();
        var from = (cues.Count == 0 ? 0 : cues[^1].ClusterOffsetBytes) + Header.SegmentDataOffset;
        return this with
        {
            SoundBytes = clusterOffset,
            Cues = cues,
            Checkpoint = CheckpointBetween(
                handle,
                Math.Max(from, Header.Bytes.Length),
                clusterOffset
            ),
        };
    }

    /// <summary>Every closed cluster ends with a checkpoint: finds the newest between two places.</summary>
    private static Checkpoint? CheckpointBetween(SafeFileHandle handle, long from, long end)
    {
        Checkpoint? found = null;
        while (from < end)
        {
            var bytes = new byte[Math.Min(LargestCluster, end - from)];
            RandomAccess.Read(handle, bytes, from);
            if (
                !IsCluster(bytes, out var size, out var headerBytes)
                || size < 0
                || size > bytes.Length - headerBytes
            )
            {
                break;
            }
            found =
                LastCheckpoint(bytes.AsSpan(0, headerBytes + (int)size), headerBytes).Checkpoint
                ?? found;
            from += headerBytes + size;
        }
        return found;
    }

    private static (long SoundBytes, Checkpoint? Checkpoint) LastCheckpoint(
        ReadOnlySpan<byte> cluster,
        int headerBytes
    )
    {
        Checkpoint? found = null;
        var sound = 0L;
        var position = headerBytes;
        while (
            Child(cluster, position, out var id, out var content, out var next) && IsOfCluster(id)
        )
        {
            position = next;
            if (id == VoidId && Checkpoint.Read(content) is { } checkpoint)
            {
                (found, sound) = (checkpoint, position);
            }
        }
        return (sound, found);
    }

    private static bool IsOfCluster(uint id) =>
        id is TimestampId or SimpleBlockId or BlockGroupId or VoidId;

    private static bool IsCluster(ReadOnlySpan<byte> bytes, out long size, out int headerBytes) =>
        Ebml.TryReadElementHeader(bytes, out var id, out size, out headerBytes)
            == EbmlHeaderResult.Ok
        && id == ClusterId;

    /// <summary>
    /// The cue a cluster deserves: its first block is a keyframe of the picture, or there is only sound. A block within a
    /// BlockGroup says whether it is a keyframe only behind its data; such a cluster goes without.
    /// </summary>
    private static CuePoint? CueAt(
        ReadOnlySpan<byte> head,
        int headerBytes,
        IReadOnlyList<Track> tracks
    )
    {
        if (
            !Child(head, headerBytes, out var id, out var content, out var next)
            || id != TimestampId
        )
        {
            return null;
        }
        var timestamp = 0L;
        foreach (var octet in content)
        {
            timestamp = (timestamp << 8) | octet;
        }
        // The first block reaches beyond what was read: only its header is looked at.
        var found = Ebml.TryReadElementHeader(head[next..], out id, out _, out var blockHeader);
        var block = head[Math.Min(head.Length, next + blockHeader)..];
        if (found != EbmlHeaderResult.Ok || id != SimpleBlockId || block.Length < 4)
        {
            return null;
        }
        var track = block[0] & 0x7F; // the recorder numbers tracks 1 and 2: one octet
        var relative = BinaryPrimitives.ReadInt16BigEndian(block[1..]);
        var isKeyframe = (block[3] & 0x80) != 0;
        var counts =
            tracks.All(t => t.Kind == TrackKind.Audio)
            || tracks.Any(t => t.Number == track && t.Kind == TrackKind.Video);
        return isKeyframe && counts
            ? new CuePoint(MediaTime.FromMilliseconds(timestamp + relative), track, 0)
            : null;
    }

    private static bool Child(
        ReadOnlySpan<byte> bytes,
        int offset,
        out uint id,
        out ReadOnlySpan<byte> content,
        out int next
    )
    {
        content = default;
        next = offset;
        var whole =
            Ebml.TryReadElementHeader(bytes[offset..], out id, out var size, out var headerBytes)
                == EbmlHeaderResult.Ok
            && size >= 0
            && size <= bytes.Length - offset - headerBytes;
        if (whole)
        {
            content = bytes.Slice(offset + headerBytes, (int)size);
            next = offset + headerBytes + (int)size;
        }
        return whole;
    }
}
