using System.Text.Json;
using Xunit;

namespace CommuniConnect.Server.Tests.Support;

/// <summary>The shared corpus of media files beside the repository, when it is there.</summary>
internal static class SharedCorpus
{
    /// <summary>Damaged or unusual Matroska files of some classes; skips the test when the corpus is absent.</summary>
    public static IReadOnlyList<string> BadMatroska(params string[] classes)
    {
        var root = Path.Combine(RepositoryRoot, "..", "shared", "corpus");
        var index = Path.Combine(root, "index.json");
        Assert.SkipUnless(
            File.Exists(index),
            "The shared corpus is not beside the repository (../shared/corpus)."
        );
        using var json = JsonDocument.Parse(File.ReadAllBytes(index));
        return
        [
            .. json
                .RootElement.GetProperty("files")
                .EnumerateArray()
                .Where(file => classes.Contains(file.Text("class")))
                .Select(file => file.Text("path")!)
                .Where(path => path.StartsWith("edge-webm-mkv/", StringComparison.Ordinal))
                .Select(path => Path.Combine(root, path)),
        ];
    }

    public static string RepositoryRoot
    {
        get
        {
            var folder = new DirectoryInfo(AppContext.BaseDirectory);
            while (
                folder is not null
                && !File.Exists(Path.Combine(folder.FullName, "CommuniConnect.slnx"))
            )
            {
                folder = folder.Parent;
            }
            return folder?.FullName
                ?? throw new InvalidOperationException(
                    "the tests do not run inside the repository"
                );
        }
    }
}
