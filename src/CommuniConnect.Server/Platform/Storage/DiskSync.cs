using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace CommuniConnect.Server.Platform.Storage;

/// <summary>fsync, which tells every failure.</summary>
internal static partial class DiskSync
{
    private const int ReadOnly = 0;
    private const int IsDirectory = 0x10000;
    private const int Interrupted = 4;

    /// <summary>
    /// Returns once everything written to the file survives a cut of power. <see cref="RandomAccess.FlushToDisk"/> passes over
    /// EROFS, which is what a file system answers that has given up after an error: it would be a false promise.
    /// </summary>
    /// <exception cref="IOException">What was written since the last success is in doubt, and stays so whatever a later sync says.</exception>
    public static void File(SafeFileHandle file)
    {
        if (!OperatingSystem.IsLinux())
        {
            RandomAccess.FlushToDisk(file);
            return;
        }
        while (Sync(file) != 0)
        {
            if (Marshal.GetLastPInvokeError() != Interrupted)
            {
                throw Failure("the file");
            }
        }
    }

    /// <summary>Makes the names in a folder durable.</summary>
    /// <exception cref="IOException">The folder cannot be synced.</exception>
    public static void Folder(string path)
    {
        var descriptor = Open(path, ReadOnly | IsDirectory);
        if (descriptor < 0)
        {
            throw Failure(path);
        }
        using var folder = new SafeFileHandle(descriptor, ownsHandle: true);
        File(folder);
    }

    private static IOException Failure(string what)
    {
        var error = Marshal.GetLastPInvokeError();
        return new IOException(
            $"cannot sync {what}: {Marshal.GetPInvokeErrorMessage(error)}",
            error
        );
    }

    [LibraryImport(
        "libc",
        EntryPoint = "open",
        SetLastError = true,
        StringMarshalling = StringMarshalling.Utf8
    )]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Sync(SafeFileHandle descriptor);
}
