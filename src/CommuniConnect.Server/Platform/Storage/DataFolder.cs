namespace CommuniConnect.Server.Platform.Storage;

/// <summary>The one folder that holds everything a server must not lose.</summary>
internal sealed class DataFolder
{
    public DataFolder(string path)
    {
        Root = Path.GetFullPath(path);
        DurableFolder.Create(Lives);
    }

    public string Root { get; }
    public string DatabaseFile => Path.Combine(Root, "communiconnect.db");

    /// <summary>One folder a live, named by its id, with the parts of its recording.</summary>
    public string Lives => Path.Combine(Root, "lives");

    public string Live(int liveId) =>
        Path.Combine(Lives, liveId.ToString(System.Globalization.CultureInfo.InvariantCulture));
}
