namespace CommuniConnect.Browser.Tests.Support;

internal static class Repository
{
    /// <summary>The folder of the solution.</summary>
    public static string Root { get; } = Find();

    /// <summary>Where pictures of the pages are left to be looked at.</summary>
    public static string Screenshots =>
        Directory.CreateDirectory(Path.Combine(Root, "artifacts", "screenshots")).FullName;

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
            ?? throw new DirectoryNotFoundException("the repository was not found above the tests");
    }
}
