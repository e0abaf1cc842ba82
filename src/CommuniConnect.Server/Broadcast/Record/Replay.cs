using CommuniConnect.Media;
using CommuniConnect.Server.Broadcast.OnAir;

namespace CommuniConnect.Server.Broadcast.Record;

/// <summary>The replay a folder holds: its files in order, those with the same codecs together as one part.</summary>
internal static class Replay
{
    /// <summary>What the recording in a folder plays as, as far as it is written.</summary>
    /// <param name="known">Parts that need not be read.</param>
    public static IReadOnlyList<ReplayPart> PartsOf(
        string folder,
        ILogger logger,
        IReadOnlyDictionary<PartName, RecordedPart>? known = null
    )
    {
        var parts = new List<ReplayPart>();
        foreach (var (files, starts) in Groups(RecordingFolder.Read(folder, logger, known).Parts))
        {
            var tracks = files[0].Scan.Tracks;
            var names = files.Zip(
                starts,
                (file, start) =>
                    new ReplayFile(
                        file.Name.ToString(),
                        start.ToTimeSpan(),
                        file.Name.IsTail ? null : file.Scan.Start.ToTimeSpan()
                    )
            );
            if (files is [{ Scan: { IsFinished: true } scan }])
            {
                parts.Add(
                    ReplayPart.Of(
                        [.. names],
                        isSpliced: false,
                        tracks,
                        scan.Duration.ToTimeSpan(),
                        scan.LengthBytes
                    )
                );
            }
            else
            {
                var spliced = SplicedRecording.Of(files, starts);
                parts.Add(
                    ReplayPart.Of(
                        [.. names],
                        isSpliced: true,
                        tracks,
                        spliced.Duration.ToTimeSpan(),
                        spliced.LengthBytes
                    )
                );
            }
        }
        return parts;
    }

    /// <summary>Finds the files of a part that was found before.</summary>
    /// <exception cref="IOException">A file is gone.</exception>
    public static OpenedReplay Open(string folder, IReadOnlyList<ReplayFile> files) =>
        new(
            [
                .. files.Select(file =>
                {
                    var path = Path.Combine(folder, file.Name);
                    return new RecordedPart(
                        PartName.Parse(path) ?? default,
                        path,
                        RecordingScan.Read(path) ?? throw new IOException($"{path} has no head")
                    );
                }),
            ],
            [.. files.Select(file => MediaTime.From(file.Start))]
        );

    private static List<(List<RecordedPart> Files, List<MediaTime> Starts)> Groups(
        IReadOnlyList<RecordedPart> parts
    )
    {
        var groups = new List<(List<RecordedPart> Files, List<MediaTime> Starts)>();
        foreach (var part in parts.Where(p => p.Scan.Clusters.Count > 0))
        {
            if (
                groups is [.., var last]
                && StreamPart.SameDecoders(last.Files[0].Scan.Tracks, part.Scan.Tracks)
            )
            {
                last.Starts.Add(last.Starts[^1] + Distance(last.Files[^1], part));
                last.Files.Add(part);
            }
            else
            {
                groups.Add(([part], [MediaTime.Zero]));
            }
        }
        return groups;
    }

    /// <summary>
    /// From the beginning of one file to that of the next. A tail goes on with the timestamps of what it completes, and
    /// the live itself with its own, which knows nothing of what was missing: it follows on the tail.
    /// </summary>
    private static MediaTime Distance(RecordedPart file, RecordedPart next)
    {
        var distance = next.Scan.Start - file.Scan.Start;
        var isOneTimeline = !file.Name.IsTail || next.Name.IsTail;
        // Further apart than a live leaves holes: something in between cannot be read, and is left out.
        var isNear =
            distance >= MediaTime.Zero
            && distance <= file.Scan.Duration + TimestampMapper.LongestHole;
        return isOneTimeline && isNear ? distance : file.Scan.Duration;
    }
}
