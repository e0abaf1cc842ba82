namespace CommuniConnect.Bench.Support;

/// <summary>
/// A layer over the disk, in which the kernel does every fsync, or none: all that differs between two servers is what the
/// fsyncs cost. A library in between (eatmydata) would miss those that do not go through the linker.
/// </summary>
internal sealed class OverlayDisk : IAsyncDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory(
        "communiconnect-bench-"
    );

    private OverlayDisk() { }

    public string Folder => Path.Combine(_root.FullName, "merged");

    /// <param name="syncs">Whether an fsync does what it says.</param>
    public static async Task<OverlayDisk> MakeAsync(bool syncs, CancellationToken cancellation)
    {
        var disk = new OverlayDisk();
        foreach (var name in new[] { "lower", "upper", "work", "merged" })
        {
            disk._root.CreateSubdirectory(name);
        }
        var folders =
            $"lowerdir={disk._root}/lower,upperdir={disk._root}/upper,workdir={disk._root}/work";
        await Tool.RunAsync(
            cancellation,
            "mount",
            [
                .. new[] { "-t", "overlay", "overlay", "-o" },
                syncs ? folders : $"volatile,{folders}",
                disk.Folder,
            ]
        );
        return disk;
    }

    public async ValueTask DisposeAsync()
    {
        await Tool.RunAsync(CancellationToken.None, "umount", Folder);
        _root.Delete(recursive: true);
    }
}
