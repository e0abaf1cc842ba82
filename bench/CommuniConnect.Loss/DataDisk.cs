namespace CommuniConnect.Loss;

/// <summary>
/// Where the server's data is. For a cut of power it is an ext4 file system in a file: a copy of that file holds what the
/// server has synced, and of the rest as much as the kernel happened to write.
/// </summary>
internal sealed class DataDisk : IAsyncDisposable
{
    private const int Megabytes = 512;
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("communiconnect-loss-");

    private DataDisk() { }

    public bool IsPowerCut { get; private init; }
    public string Scratch => _root.FullName;
    public string Folder => Path.Combine(_root.FullName, "data");
    private string Image => Path.Combine(_root.FullName, "disk.img");
    private string Copy => Path.Combine(_root.FullName, "copy.img");

    public static async Task<DataDisk> MakeAsync(bool powerCut)
    {
        var disk = new DataDisk { IsPowerCut = powerCut };
        Directory.CreateDirectory(disk.Folder);
        if (powerCut)
        {
            await ServerUnderTest.RunAsync("truncate", "-s", $"{Megabytes}M", disk.Image);
            await ServerUnderTest.RunAsync("mkfs.ext4", "-q", "-m", "0", disk.Image);
            await disk.MountAsync();
        }
        return disk;
    }

    /// <summary>Takes down what a cut of power would leave now. The server stands still meanwhile.</summary>
    public Task CopyAsync() => ServerUnderTest.RunAsync("cp", "--sparse=always", Image, Copy);

    /// <summary>Puts that in the place of what there is.</summary>
    public async Task CutAsync()
    {
        if (IsPowerCut)
        {
            await ServerUnderTest.RunAsync("umount", Folder);
            File.Move(Copy, Image, overwrite: true);
            await MountAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (IsPowerCut)
        {
            await ServerUnderTest.RunAsync("umount", Folder);
        }
        _root.Delete(recursive: true);
    }

    private Task MountAsync() => ServerUnderTest.RunAsync("mount", "-o", "loop", Image, Folder);
}
