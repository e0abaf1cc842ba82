using System.ComponentModel;
using System.Runtime.InteropServices;

namespace CommuniConnect.Server.Platform.Storage;

/// <summary>
/// Makes the names in a folder durable. A file that was created or renamed is found again after a cut of power only when
/// its folder was synced too, and no .NET call does that.
/// </summary>
internal static partial class DurableFolder
{
    private const int ReadOnly = 0;
    private const int Directory = 0x10000;

    /// <exception cref="IOException">The folder cannot be synced.</exception>
    public static void Flush(string path)
    {
        if (!OperatingSystem.IsLinux())
        {
            return; // NTFS journals names; other systems are for trying out.
        }
        var descriptor = Open(path, ReadOnly | Directory);
        if (descriptor < 0)
        {
            throw Failure(path);
        }
        try
        {
            if (Sync(descriptor) != 0)
            {
                throw Failure(path);
            }
        }
        finally
        {
            _ = Close(descriptor);
        }
    }

    private static IOException Failure(string path) =>
        new($"cannot sync the folder {path}", new Win32Exception(Marshal.GetLastPInvokeError()));

    [LibraryImport(
        "libc",
        EntryPoint = "open",
        SetLastError = true,
        StringMarshalling = StringMarshalling.Utf8
    )]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Sync(int descriptor);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int Close(int descriptor);
}
