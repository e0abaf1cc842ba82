using System.Globalization;
using System.Text.Json;

namespace CommuniConnect.Media.Tests;

/// <summary>One file of the shared corpus, with what its index says of it.</summary>
public sealed record CorpusEntry(
    string Path,
    string Class,
    IReadOnlyDictionary<int, int>? Frames,
    string? FirstProbeError,
    IReadOnlyList<string> ProbeStreams
);

/// <summary>Media files that tests read: the project's own, and the shared corpus beside the repository when it is there.</summary>
public static class Corpus
{
    /// <summary>Stands for all files when there are none, because a theory needs a row.</summary>
    public const string Absent = "(absent)";

    private static readonly string Root = FindRoot();
    private static readonly string Shared = Path.Combine(Root, "..", "shared", "corpus");
    private static readonly Lazy<IReadOnlyDictionary<string, CorpusEntry>> Index = new(ReadIndex);

    /// <summary>The project's own files, by name.</summary>
    public static IEnumerable<string> SampleNames =>
        Directory
            .EnumerateFiles(SampleFolder)
            .Select(path => Path.GetFileName(path))
            .Order(StringComparer.Ordinal);

    private static string SampleFolder =>
        Path.Combine(Root, "tests", "CommuniConnect.Media.Tests", "Samples");

    /// <summary>The bytes of one of the project's own files.</summary>
    public static byte[] Sample(string name) => File.ReadAllBytes(Path.Combine(SampleFolder, name));

    /// <summary>The shared Matroska files, or one row that stands for their absence.</summary>
    public static IEnumerable<TheoryDataRow<string>> Matroska(params string[] classes)
    {
        var paths = Index
            .Value.Values.Where(entry =>
                Path.GetExtension(entry.Path) is ".webm" or ".mkv" or ".mka"
            )
            .Where(entry => classes.Length == 0 || classes.Contains(entry.Class))
            .Select(entry => entry.Path)
            .ToList();
        return (paths.Count == 0 ? [Absent] : paths).Select(path => new TheoryDataRow<string>(
            path
        ));
    }

    /// <summary>The shared files of one kind, or one row that stands for their absence.</summary>
    public static IEnumerable<TheoryDataRow<string>> OfKind(params string[] extensions)
    {
        var paths = Index
            .Value.Values.Where(entry => extensions.Contains(Path.GetExtension(entry.Path)))
            .Select(entry => entry.Path)
            .ToList();
        return (paths.Count == 0 ? [Absent] : paths).Select(path => new TheoryDataRow<string>(
            path
        ));
    }

    /// <summary>What the index says of a file; skips the test when the corpus is absent.</summary>
    public static CorpusEntry Entry(string path)
    {
        SkipWhenAbsent();
        return Index.Value[path];
    }

    /// <summary>The bytes of a shared file; skips the test when the corpus is absent.</summary>
    public static byte[] Read(string path)
    {
        SkipWhenAbsent();
        return File.ReadAllBytes(Path.Combine(Shared, path));
    }

    private static void SkipWhenAbsent() =>
        Assert.SkipWhen(
            Index.Value.Count == 0,
            "The shared corpus is not beside the repository (../shared/corpus)."
        );

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (
            folder is not null && !File.Exists(Path.Combine(folder.FullName, "CommuniConnect.slnx"))
        )
            folder = folder.Parent;
        return folder?.FullName
            ?? throw new InvalidOperationException("The tests do not run inside the repository.");
    }

    private static Dictionary<string, CorpusEntry> ReadIndex()
    {
        var file = Path.Combine(Shared, "index.json");
        if (!File.Exists(file))
            return [];
        using var json = JsonDocument.Parse(File.ReadAllBytes(file));
        return json
            .RootElement.GetProperty("files")
            .EnumerateArray()
            .Select(ToEntry)
            .ToDictionary(entry => entry.Path, StringComparer.Ordinal);
    }

    private static CorpusEntry ToEntry(JsonElement file)
    {
        Dictionary<int, int>? frames = null;
        if (
            file.TryGetProperty("frames", out var counts)
            && counts.ValueKind == JsonValueKind.Object
        )
            frames = counts
                .EnumerateObject()
                .Where(pair => pair.Name.All(char.IsAsciiDigit)) // by track number: Matroska only
                .ToDictionary(
                    pair => int.Parse(pair.Name, CultureInfo.InvariantCulture),
                    pair => pair.Value.GetInt32()
                );
        var hasProbe = file.TryGetProperty("ffprobe", out var probe);
        return new CorpusEntry(
            file.GetProperty("path").GetString()!,
            file.GetProperty("class").GetString()!,
            frames,
            hasProbe && probe.TryGetProperty("first_error", out var error)
                ? error.GetString()
                : null,
            hasProbe && probe.TryGetProperty("streams", out var streams)
                ? [.. streams.EnumerateArray().Select(stream => stream.GetString()!)]
                : []
        );
    }
}
