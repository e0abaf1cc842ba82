namespace CommuniConnect.Server.Platform.Storage;

/// <summary>
/// Makes the names in a folder durable. A file that was created or renamed is found again after a cut of power only when
/// its folder was synced too, and no .NET call does that.
/// </summary>
internal static class DurableFolder
{
    /// <summary>Makes a folder and those it stands in, as far as they are missing, and has them found again after a cut of power.</summary>
    /// <exception cref="IOException">One cannot be made, or not be synced.</exception>
    public static void Create(string path)
    {
        if (Directory.Exists(path))
        {
            return;
        }
        var parent = Path.GetDirectoryName(path);
        if (!string.IsNullOrEmpty(parent))
        {
            Create(parent);
        }
        Directory.CreateDirectory(path);
        if (!string.IsNullOrEmpty(parent))
        {
            Flush(parent);
        }
    }

    /// <exception cref="IOException">The folder cannot be synced.</exception>
    public static void Flush(string path)
    {
        if (OperatingSystem.IsLinux()) // NTFS journals names; other systems are for trying out.
        {
            DiskSync.Folder(path);
        }
    }
}
