using System.Runtime.InteropServices;
using CommuniConnect.Media;
using CommuniConnect.Media.WebM;

namespace CommuniConnect.Server.Broadcast.Record;

/// <summary>
/// Several files of a recording, played as one WebM file with its Duration and its Cues, without writing it: clusters come
/// from where they are, with their times moved to where they belong, and only heads and index are made. So a replay is
/// complete the moment its live is stopped, and again the moment something that was missing has come.
/// </summary>
internal sealed class SplicedRecording
{
    private readonly List<Piece> _pieces = [];
    private readonly List<string> _files = [];
    private readonly List<CuePoint> _cues = [];

    // Heads, one after another: thousands of them make one array.
    private readonly MemoryStream _heads = new();

    /// <summary>Bytes of the spliced file that stand together somewhere.</summary>
    /// <param name="Start">Where in the spliced file.</param>
    /// <param name="File">Index of the file they come from, or -1 for a head.</param>
    /// <param name="Offset">Where in that file, or among the heads.</param>
    [StructLayout(LayoutKind.Auto)]
    internal readonly record struct Piece(long Start, int File, long Offset);

    private SplicedRecording() { }

    public long LengthBytes { get; private set; }
    public MediaTime Duration { get; private set; }

    /// <summary>Puts files together.</summary>
    /// <param name="parts">One file or more with the same codecs.</param>
    /// <param name="starts">Where each begins in the spliced file.</param>
    public static SplicedRecording Of(
        IReadOnlyList<RecordedPart> parts,
        IReadOnlyList<MediaTime> starts
    )
    {
        var spliced = new SplicedRecording();
        var header = parts[0].Scan.Header;
        var head = header.Bytes.ToArray();
        spliced.AddHead(head);
        for (var i = 0; i < parts.Count; i++)
        {
            spliced.AddFile(parts[i], starts[i], header.SegmentDataOffset);
        }
        spliced.Duration = starts[^1] + parts[^1].Scan.Duration;
        var cuesOffset = spliced._cues.Count > 0 ? spliced.LengthBytes : -1;
        if (spliced._cues.Count > 0)
        {
            spliced.AddHead(WebMCues.Write(spliced._cues));
        }
        // Known only now, and of the same length: the head is the first of the heads.
        foreach (
            var (offset, bytes) in header.Finish(cuesOffset, spliced.LengthBytes, spliced.Duration)
        )
        {
            bytes.CopyTo(spliced._heads.GetBuffer().AsSpan((int)offset));
        }
        return spliced;
    }

    /// <summary>The bytes, to be read from anywhere. Files are opened as they are needed.</summary>
    public Stream Open() => new SplicedStream(_pieces, _files, _heads.GetBuffer(), LengthBytes);

    private void AddFile(RecordedPart part, MediaTime start, long segmentDataOffset)
    {
        var scan = part.Scan;
        var cues = scan.Cues.ToDictionary(c =>
            c.ClusterOffsetBytes + scan.Header.SegmentDataOffset
        );
        _files.Add(part.Path);
        for (var i = 0; i < scan.Clusters.Count; i++)
        {
            var cluster = scan.Clusters[i];
            if (cues.TryGetValue(cluster.OffsetBytes, out var cue))
            {
                _cues.Add(
                    cue with
                    {
                        Time = cue.Time + start,
                        ClusterOffsetBytes = LengthBytes - segmentDataOffset,
                    }
                );
            }
            var isOpen = i == scan.Clusters.Count - 1 && !scan.IsFinished;
            if (start == MediaTime.Zero && !isOpen)
            {
                AddBytes(cluster.OffsetBytes, cluster.EndBytes);
            }
            else
            {
                AddHead(HeadOf(cluster, start));
                AddBytes(cluster.BlocksOffsetBytes, cluster.EndBytes);
            }
        }
    }

    private static byte[] HeadOf(ScannedCluster cluster, MediaTime start)
    {
        var head = WebMCluster.Begin(cluster.Timestamp + start);
        var blocks = cluster.EndBytes - cluster.BlocksOffsetBytes;
        WebMCluster
            .SizeField(head.Length - WebMCluster.ContentOffsetBytes + blocks)
            .CopyTo(head, WebMCluster.SizeFieldOffsetBytes);
        return head;
    }

    private void AddHead(byte[] bytes)
    {
        _pieces.Add(new Piece(LengthBytes, -1, _heads.Length));
        _heads.Write(bytes);
        LengthBytes += bytes.Length;
    }

    /// <summary>Adds bytes of the newest file; those that follow on what was added last make one piece with it.</summary>
    private void AddBytes(long from, long to)
    {
        var file = _files.Count - 1;
        var last = _pieces[^1];
        if (last.File != file || last.Offset + LengthBytes - last.Start != from)
        {
            _pieces.Add(new Piece(LengthBytes, file, from));
        }
        LengthBytes += to - from;
    }
}
