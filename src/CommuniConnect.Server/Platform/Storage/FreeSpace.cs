using Microsoft.Extensions.Options;

namespace CommuniConnect.Server.Platform.Storage;

/// <summary>How much room is left where the data is.</summary>
internal sealed class FreeSpace(DataFolder data, IOptionsMonitor<StorageOptions> options)
{
    private const long Megabyte = 1_000_000;

    /// <summary>Whether something new and large may begin.</summary>
    /// <param name="lengthBytes">How much it is going to need, as far as that is known.</param>
    public bool IsEnoughToStart(long lengthBytes = 0) =>
        Bytes() - lengthBytes >= options.CurrentValue.MegabytesToStart * Megabyte;

    /// <summary>Whether what runs may go on.</summary>
    public bool IsEnoughToGoOn() => Bytes() >= options.CurrentValue.MegabytesToGoOn * Megabyte;

    private long Bytes()
    {
        try
        {
            return new DriveInfo(data.Root).AvailableFreeSpace;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return long.MaxValue; // a disk that does not say is not full: the first write will tell
        }
    }
}
