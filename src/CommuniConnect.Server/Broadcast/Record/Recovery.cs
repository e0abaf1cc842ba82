using CommuniConnect.Media;

namespace CommuniConnect.Server.Broadcast.Record;

/// <summary>What the folder of a live holds after the server went down.</summary>
/// <param name="Growing">The part that was being written, cut at its last sound place and open for more, or null.</param>
/// <param name="Checkpoint">How its take goes on, or null.</param>
/// <param name="Takes">The takes there is something of.</param>
/// <param name="TakeNumber">Number of the newest take, 0 when there is none.</param>
/// <param name="Last">The newest name of a part that is taken.</param>
/// <param name="End">End of the live's timeline.</param>
internal sealed record RecoveredRecording(
    RecordingFile? Growing,
    Checkpoint? Checkpoint,
    IReadOnlySet<Guid> Takes,
    int TakeNumber,
    PartName Last,
    MediaTime End
);

/// <summary>Finds the recording of a live again at the start of the server.</summary>
internal static class Recovery
{
    /// <summary>Reads the folder of a live, and makes it go on where it is sound.</summary>
    public static RecoveredRecording Read(string folder, ILogger logger)
    {
        var found = RecordingFolder.Read(folder, logger);
        var parts = found.Parts;
        foreach (var part in parts)
        {
            MakeDurable(part, logger);
        }
        var growing =
            parts is [.., { Name.IsTail: false } last] && last.Name == found.Last
                ? Reopen(last, logger)
                : null;
        return new RecoveredRecording(
            growing,
            growing is null ? null : parts[^1].Scan.Checkpoint,
            parts.Select(p => p.Scan.TakeId).OfType<Guid>().ToHashSet(),
            parts.Max(p => p.Scan.Checkpoint?.TakeNumber) ?? 0,
            found.Last with
            {
                Tail = 0,
            },
            parts
                .Where(p => !p.Name.IsTail)
                .Select(p => p.Scan.End)
                .DefaultIfEmpty(MediaTime.Zero)
                .Max()
        );
    }

    /// <summary>A disk that fails is found out again by the first who writes; the other lives go on.</summary>
    private static void MakeDurable(RecordedPart part, ILogger logger)
    {
        try
        {
            part.MakeDurable();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            RecordLog.Unreadable(logger, part.Path, error.Message);
        }
    }

    /// <summary>The part for more to be added, unless it was finished: then its take had broken off.</summary>
    private static RecordingFile? Reopen(RecordedPart part, ILogger logger)
    {
        if (part.Scan.IsFinished)
        {
            return null;
        }
        try
        {
            return RecordingFile.Reopen(part.Path, part.Scan);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            RecordLog.Unreadable(logger, part.Path, error.Message);
            return null;
        }
    }
}
