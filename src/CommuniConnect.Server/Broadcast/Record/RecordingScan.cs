using System.Buffers.Binary;
using System.Runtime.InteropServices;
using CommuniConnect.Media;
using CommuniConnect.Media.WebM;
using Microsoft.Win32.SafeHandles;

namespace CommuniConnect.Server.Broadcast.Record;

/// <summary>A whole cluster of a recording.</summary>
/// <param name="OffsetBytes">Where it begins in the file.</param>
/// <param name="EndBytes">Where it ends.</param>
/// <param name="BlocksOffsetBytes">Where its content goes on behind its Timestamp.</param>
/// <param name="Timestamp">From the beginning of the file.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct ScannedCluster(
    long OffsetBytes,
    long EndBytes,
    long BlocksOffsetBytes,
    MediaTime Timestamp
);

/// <summary>
/// What stands in a recording up to its last sound place: all of one that is finished, all that is covered by a checkpoint
/// of one that is not. Reads the head of each cluster and only the last one whole, so a gigabyte takes milliseconds.
/// </summary>
internal sealed record RecordingScan
{
    private const int HeadBytes = 160 << 10;
    private const int ClusterHeadBytes = 64;
    private const int LargestCluster = 34 << 20;
    private const int LargestElementHead = 12;
    private const int LargestCues = 16 << 20;
    private const uint CuesId = 0x1C53BB6B;
    private const uint ClusterId = 0x1F43B675;
    private const uint TimestampId = 0xE7;
    private const uint SimpleBlockId = 0xA3;
    private const uint BlockGroupId = 0xA0;
    private const uint VoidId = 0xEC;

    public required WebMRecordingHeader Header { get; init; }
    public required IReadOnlyList<Track> Tracks { get; init; }
    public required IReadOnlyList<CuePoint> Cues { get; init; }
    public required IReadOnlyList<ScannedCluster> Clusters { get; init; }

    /// <summary>Length the file is to be cut to.</summary>
    public required long SoundBytes { get; init; }

    /// <summary>What to write in place so that the last cluster is closed.</summary>
    public required IReadOnlyList<(long OffsetBytes, byte[] Bytes)> Repairs { get; init; }

    /// <summary>How the last take goes on, or null when nothing of it was covered.</summary>
    public required Checkpoint? Checkpoint { get; init; }

    /// <summary>How long it says it is, or null when it was not finished.</summary>
    public required MediaTime? DeclaredDuration { get; init; }

    public required long LengthBytes { get; init; }

    /// <summary>The take the file belongs to, or null when nothing of it was covered.</summary>
    public Guid? TakeId => Checkpoint?.TakeId;

    public bool IsFinished => DeclaredDuration is not null;

    /// <summary>Where the file begins on the live's timeline.</summary>
    public MediaTime Start => Checkpoint?.FileStart ?? MediaTime.Zero;

    /// <summary>How long it lasts.</summary>
    public MediaTime Duration => DeclaredDuration ?? (Checkpoint?.End ?? MediaTime.Zero) - Start;

    /// <summary>Where it ends on the live's timeline.</summary>
    public MediaTime End => Start + Duration;

    /// <summary>Scans a file. Null when not even its head can be read.</summary>
    public static RecordingScan? Read(string path)
    {
        // Without the hint the system reads ahead at each cluster's head: the whole file, in the end.
        using var handle = File.OpenHandle(path, options: FileOptions.RandomAccess);
        var length = RandomAccess.GetLength(handle);
        var head = new byte[Math.Min(HeadBytes, length)];
        RandomAccess.Read(handle, head, 0);
        if (!WebMRecordingHeader.TryRead(head, out var header))
        {
            return null;
        }
        var reader = new WebMReader();
        reader.Push(head);
        return reader.Read() == WebMReadResult.Tracks ? Walk(handle, length, header, reader) : null;
    }

    private static RecordingScan Walk(
        SafeFileHandle handle,
        long length,
        WebMRecordingHeader header,
        WebMReader reader
    )
    {
        var cues = new List<CuePoint>();
        var clusters = new List<ScannedCluster>();
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
            if (TimestampOf(head[..read], headerBytes, out var blocks) is not { } timestamp)
            {
                break;
            }
            if (CueAt(head[..read], blocks, timestamp, reader.Tracks) is { } cue)
            {
                cues.Add(cue with { ClusterOffsetBytes = position - header.SegmentDataOffset });
            }
            last = position;
            var whole = size >= 0 && position + headerBytes + size <= length;
            var end = whole ? position + headerBytes + size : length;
            clusters.Add(new ScannedCluster(position, end, position + blocks, timestamp));
            if (!whole)
            {
                break;
            }
            position = end;
        }
        if (ReadCues(handle, position) is { } written)
        {
            cues = [.. written];
        }
        var scan = new RecordingScan
        {
            Header = header,
            Tracks = reader.Tracks,
            Cues = cues,
            Clusters = clusters,
            DeclaredDuration = reader.DeclaredDuration,
            LengthBytes = length,
            SoundBytes = header.Bytes.Length,
            Repairs = [],
            Checkpoint = null,
        };
        return last < 0 ? scan : scan.CutLast(handle, length, last);
    }

    /// <summary>The Cues a finished file has behind its last cluster, or null.</summary>
    private static IReadOnlyList<CuePoint>? ReadCues(SafeFileHandle handle, long position)
    {
        Span<byte> head = stackalloc byte[LargestElementHead];
        var read = RandomAccess.Read(handle, head, position);
        if (
            Ebml.TryReadElementHeader(head[..read], out var id, out var size, out var headerBytes)
                != EbmlHeaderResult.Ok
            || id != CuesId
            || size is < 0 or > LargestCues
        )
        {
            return null;
        }
        var content = new byte[size];
        read = RandomAccess.Read(handle, content, position + headerBytes);
        return read == content.Length ? WebMCues.Read(content) : null;
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
                Clusters =
                [
                    .. Clusters.SkipLast(1),
                    Clusters[^1] with
                    {
                        EndBytes = clusterOffset + sound,
                    },
                ],
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
            Clusters = [.. Clusters.SkipLast(1)],
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

    /// <summary>The Timestamp a cluster begins with, or null; <paramref name="blocks"/> is where its content goes on.</summary>
    private static MediaTime? TimestampOf(ReadOnlySpan<byte> head, int headerBytes, out int blocks)
    {
        if (
            !Child(head, headerBytes, out var id, out var content, out blocks)
            || id != TimestampId
            || content.Length > sizeof(long)
        )
        {
            return null;
        }
        var timestamp = 0L;
        foreach (var octet in content)
        {
            timestamp = (timestamp << 8) | octet;
        }
        return MediaTime.FromMilliseconds(timestamp);
    }

    /// <summary>
    /// The cue a cluster deserves: its first block is a keyframe of the picture, or there is only sound. A block within a
    /// BlockGroup says whether it is a keyframe only behind its data; such a cluster goes without.
    /// </summary>
    private static CuePoint? CueAt(
        ReadOnlySpan<byte> head,
        int blocks,
        MediaTime timestamp,
        IReadOnlyList<Track> tracks
    )
    {
        // The first block reaches beyond what was read: only its header is looked at.
        var found = Ebml.TryReadElementHeader(head[blocks..], out var id, out _, out var header);
        var block = head[Math.Min(head.Length, blocks + header)..];
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
            ? new CuePoint(timestamp + MediaTime.FromMilliseconds(relative), track, 0)
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
