using Xunit;

namespace CommuniConnect.Server.Tests.Support;

/// <summary>A real file system of a few megabytes, ext4 in a file: what is full here is full.</summary>
internal sealed class SmallDisk : IAsyncDisposable
{
    private readonly string _image = Path.Combine(Scratch.Folder(), "disk.img");

    private SmallDisk() { }

    public string Folder { get; } = Scratch.Folder();

    /// <summary>The file that holds the disk: a copy of it is what a cut of power leaves.</summary>
    public string Image => _image;

    public long FreeBytes => new DriveInfo(Folder).AvailableFreeSpace;

    public static async Task<SmallDisk> MakeAsync(int megabytes)
    {
        var disk = new SmallDisk();
        await RunAsync("truncate", "-s", $"{megabytes}M", disk._image);
        await RunAsync("mkfs.ext4", "-q", "-m", "0", disk._image);
        var mount = await Tool.RunAsync("mount", "-o", "loop", disk._image, disk.Folder);
        // Only the owner of a machine may mount: a container, or an account that is not root, has no disk to fill.
        Assert.SkipUnless(mount.ExitCode == 0, $"no disk can be mounted here: {mount.Errors}");
        return disk;
    }

    /// <summary>Takes room until only so much is left. Delete the file it gives to have it back.</summary>
    public string Fill(long leftBytes)
    {
        var file = Path.Combine(Folder, $"filler-{Guid.NewGuid():N}");
        using var filler = File.OpenHandle(file, FileMode.CreateNew, FileAccess.Write);
        var zeros = new byte[64 << 10];
        var length = 0L;
        while (FreeBytes > leftBytes)
        {
            var piece = Math.Min(zeros.Length, FreeBytes - leftBytes);
            RandomAccess.Write(filler, zeros.AsSpan(0, (int)piece), length);
            length += piece;
            RandomAccess.FlushToDisk(filler);
        }
        return file;
    }

    public async ValueTask DisposeAsync()
    {
        await RunAsync("umount", "-l", Folder);
        File.Delete(_image);
    }

    private static async Task RunAsync(string program, params string[] arguments)
    {
        var (exit, _, errors) = await Tool.RunAsync(program, arguments);
        Assert.True(exit == 0, $"{program}: {errors}");
    }
}
