namespace CommuniConnect.Server.Broadcast.Record;

/// <summary>What the folder of a live holds: the files of its recording, in the order in which they play.</summary>
/// <param name="Parts">Those that can be read.</param>
/// <param name="Last">The newest name that is taken, readable or not; number 0 when there is none.</param>
internal sealed record RecordingFolder(IReadOnlyList<RecordedPart> Parts, PartName Last)
{
    /// <summary>Whether anything was recorded there that the live has shown, without reading it.</summary>
    public static bool HasParts(string folder) =>
        Directory.Exists(folder)
        && Directory
            .EnumerateFiles(folder, PartName.Files)
            .Any(path => PartName.Parse(path) is { IsTail: false });

    /// <summary>Reads a folder. What cannot be read is left where it is, and the rest is used.</summary>
    /// <param name="known">Parts that need not be read.</param>
    public static RecordingFolder Read(
        string folder,
        ILogger logger,
        IReadOnlyDictionary<PartName, RecordedPart>? known = null
    )
    {
        var files = FilesIn(folder, logger);
        var parts = new List<RecordedPart>();
        foreach (var (name, path) in files)
        {
            if (known?.GetValueOrDefault(name) is { } part)
            {
                parts.Add(part);
                continue;
            }
            try
            {
                if (RecordingScan.Read(path) is { } scan)
                {
                    parts.Add(new RecordedPart(name, path, scan));
                }
                else
                {
                    RecordLog.Unreadable(logger, path, "no WebM header");
                }
            }
#pragma warning disable CA1031 // Whatever a damaged file brings about, the server starts and the other lives go on.
            catch (Exception error)
#pragma warning restore CA1031
            {
                RecordLog.Unreadable(logger, path, error.Message);
            }
        }
        // Files may be missing in between: their numbers are not used again.
        return new RecordingFolder(parts, files.Count == 0 ? default : files[^1].Name);
    }

    /// <summary>What there is of a take, the newest file of it last; a part belongs to one take.</summary>
    public RecordedPart? LastOf(Guid take) => Parts.LastOrDefault(p => p.Scan.TakeId == take);

    /// <summary>What is called like a part, in order; a folder of that name takes its number too.</summary>
    private static List<(PartName Name, string Path)> FilesIn(string folder, ILogger logger)
    {
        try
        {
            return Directory.Exists(folder)
                ?
                [
                    .. Directory
                        .GetFileSystemEntries(folder, PartName.Files)
                        .Select(path => (Name: PartName.Parse(path), Path: path))
                        .Where(file => file.Name is { IsUsed: true })
                        .Select(file => (file.Name!.Value, file.Path))
                        .OrderBy(file => file.Value.Number)
                        .ThenBy(file => file.Value.Tail),
                ]
                : [];
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            RecordLog.Unreadable(logger, folder, error.Message);
            return [];
        }
    }
}
