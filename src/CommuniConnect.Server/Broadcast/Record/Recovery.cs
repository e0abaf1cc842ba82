using System.Globalization;
using CommuniConnect.Media;
using CommuniConnect.Media.WebM;
using CommuniConnect.Server.Broadcast.OnAir;

namespace CommuniConnect.Server.Broadcast.Record;

/// <summary>What the folder of a live holds after the server went down.</summary>
/// <param name="Finished">Parts that were ended before.</param>
/// <param name="Growing">The part that was being written, cut at its last sound place and open for more, or null.</param>
/// <param name="Checkpoint">How its last take goes on, or null.</param>
/// <param name="Parts">How many part numbers are used.</param>
/// <param name="End">End of the live's timeline.</param>
internal sealed record RecoveredRecording(
    IReadOnlyList<ReplayPart> Finished,
    RecordingFile? Growing,
    Checkpoint? Checkpoint,
    int Parts,
    MediaTime End
);

/// <summary>Finds the recording of a live again at the start of the server.</summary>
internal static partial class Recovery
{
    private const int HeadBytes = 160 << 10;

    /// <summary>Reads the folder of a live. What cannot be read is left where it is, and the rest is used.</summary>
    public static RecoveredRecording Read(string folder, ILogger logger)
    {
        var files = PartsIn(folder, logger);
        // Files may be missing in between: their numbers are not used again.
        var parts = files.Length == 0 ? 0 : NumberOf(files[^1]);
        var finished = new List<ReplayPart>();
        var end = MediaTime.Zero;
        for (var i = 0; i < files.Length; i++)
        {
            try
            {
                if (Finished(files[i]) is { } part)
                {
                    finished.Add(part);
                    end += MediaTime.From(part.Duration);
                }
                else if (RecordingScan.Read(files[i], end) is { } scan)
                {
                    var file = RecordingFile.Reopen(files[i], scan);
                    if (i == files.Length - 1)
                    {
                        return new RecoveredRecording(
                            finished,
                            file,
                            scan.Checkpoint,
                            parts,
                            scan.End
                        );
                    }
                    finished.Add(
                        file.FinishAsync(scan.End, checkpoint: null).GetAwaiter().GetResult()
                    );
                    file.Dispose();
                    end = scan.End;
                }
                else
                {
                    Unreadable(logger, files[i], "no WebM header");
                }
            }
#pragma warning disable CA1031 // Whatever a damaged file brings about, the server starts and the other lives go on.
            catch (Exception error)
#pragma warning restore CA1031
            {
                Unreadable(logger, files[i], error.Message);
            }
        }
        return new RecoveredRecording(finished, null, null, parts, end);
    }

    /// <summary>What is called like a part, in order; a folder of that name takes its number too.</summary>
    private static string[] PartsIn(string folder, ILogger logger)
    {
        try
        {
            return Directory.Exists(folder)
                ?
                [
                    .. Directory
                        .GetFileSystemEntries(folder, "part-*.webm")
                        .Where(path => NumberOf(path) > 0)
                        .OrderBy(NumberOf),
                ]
                : [];
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            Unreadable(logger, folder, error.Message);
            return [];
        }
    }

    private static int NumberOf(string path) =>
        int.TryParse(
            Path.GetFileNameWithoutExtension(path)["part-".Length..],
            NumberStyles.None,
            CultureInfo.InvariantCulture,
            out var number
        )
            ? number
            : 0;

    private static ReplayPart? Finished(string path)
    {
        using var file = File.OpenHandle(path);
        var head = new byte[Math.Min(HeadBytes, RandomAccess.GetLength(file))];
        RandomAccess.Read(file, head, 0);
        var reader = new WebMReader();
        reader.Push(head);
        if (reader.Read() != WebMReadResult.Tracks || reader.DeclaredDuration is not { } duration)
        {
            return null;
        }
        return ReplayPart.Of(
            path,
            reader.Tracks,
            duration.ToTimeSpan(),
            RandomAccess.GetLength(file)
        );
    }

    [LoggerMessage(
        2001,
        LogLevel.Error,
        "The recording {Path} cannot be read and was left as it is: {Reason}"
    )]
    private static partial void Unreadable(ILogger logger, string path, string reason);
}
