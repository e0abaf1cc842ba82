namespace CommuniConnect.Server.Tests.Support;

/// <summary>Files a test leaves for its judges: below the system's temporary folder, and gone when the run is over.</summary>
internal static class Scratch
{
    private static readonly Lazy<string> Root = new(() =>
    {
        var folder = Directory.CreateTempSubdirectory("communiconnect-tests-").FullName;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(folder, recursive: true);
        return folder;
    });

    /// <summary>A new folder.</summary>
    public static string Folder() =>
        Directory.CreateDirectory(Path.Combine(Root.Value, $"{Guid.NewGuid():N}")).FullName;
}
