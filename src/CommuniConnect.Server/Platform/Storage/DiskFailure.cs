namespace CommuniConnect.Server.Platform.Storage;

/// <summary>Tells a disk that is full from one that fails.</summary>
internal static class DiskFailure
{
    // Linux: ENOSPC, EDQUOT, EFBIG (a limit set on the process). Windows: ERROR_DISK_FULL, ERROR_HANDLE_DISK_FULL.
    private static readonly int[] Full =
    [
        28,
        122,
        27,
        unchecked((int)0x80070070),
        unchecked((int)0x80070027),
    ];

    /// <summary>Whether there was no room for what should have been written.</summary>
    public static bool IsFull(IOException error) => Full.Contains(error.HResult);
}
