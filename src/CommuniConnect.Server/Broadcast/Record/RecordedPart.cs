using CommuniConnect.Media;
using CommuniConnect.Server.Platform.Storage;

namespace CommuniConnect.Server.Broadcast.Record;

/// <summary>A file of a recording, as it stands on disk.</summary>
internal sealed record RecordedPart(PartName Name, string Path, RecordingScan Scan)
{
    /// <summary>
    /// Has what the scan found survive a cut of power, before anybody is told: a server that was killed may have left it with
    /// the operating system only. A finished file was synced before it said so.
    /// </summary>
    /// <exception cref="IOException">It cannot be promised.</exception>
    public void MakeDurable()
    {
        if (!Scan.IsFinished)
        {
            using (
                var file = File.OpenHandle(
                    Path,
                    access: FileAccess.ReadWrite,
                    share: FileShare.ReadWrite
                )
            )
            {
                DiskSync.File(file);
            }
            DurableFolder.Flush(System.IO.Path.GetDirectoryName(Path)!);
        }
    }

    /// <summary>The newest keyframe at or before a time, or null when there is none.</summary>
    /// <param name="at">From the beginning of the file.</param>
    public RecordingPlace? PlaceAt(MediaTime at)
    {
        var cues = Scan.Cues;
        var (low, high) = (0, cues.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = cues[middle].Time <= at ? (middle + 1, high) : (low, middle);
        }
        return low == 0
            ? null
            : new RecordingPlace(
                this,
                cues[low - 1].ClusterOffsetBytes + Scan.Header.SegmentDataOffset
            );
    }
}
