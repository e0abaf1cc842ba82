namespace CommuniConnect.Bench.Support;

/// <summary>Where things are in the tree.</summary>
internal static class Repository
{
    public static string Root { get; } = Find();

    /// <summary>The published server, as ./run starts it.</summary>
    public static string Server => Program("CommuniConnect.Server");

    /// <summary>What kills the server and counts what is missing.</summary>
    public static string Loss => Program("CommuniConnect.Loss");

    public static string Results => Path.Combine(Root, "bench", "results");

    /// <summary>What is made once and used by every run.</summary>
    public static string Cache =>
        Directory.CreateDirectory(Path.Combine(Root, "artifacts", "bench-footage")).FullName;

    private static string Program(string name) =>
        Path.Combine(Root, "artifacts", "bin", name, "release", $"{name}.dll");

    private static string Find()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (
            folder is not null && !File.Exists(Path.Combine(folder.FullName, "CommuniConnect.slnx"))
        )
        {
            folder = folder.Parent;
        }
        return folder?.FullName
            ?? throw new DirectoryNotFoundException("the repository was not found above the bench");
    }
}
