using CommuniConnect.Server.Broadcast.OnAir;
using CommuniConnect.Server.Platform.Storage;

namespace CommuniConnect.Server.Broadcast;

/// <summary>Ends the lives on air before the disk is full: with room left, every recording is finished and every replay written down.</summary>
internal sealed partial class DiskWatch(
    FreeSpace free,
    LiveDirectory directory,
    TimeProvider time,
    ILogger<DiskWatch> logger
) : BackgroundService
{
    /// <summary>A hundred lives at 2 Mbit/s write 50 MB meanwhile.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            if (!free.IsEnoughToGoOn())
            {
                await Task.WhenAll(directory.OnAir.Select(live => EndAsync(live.LiveId)));
            }
        }
    }

    private async Task EndAsync(int liveId)
    {
        DiskFull(logger, liveId);
        await directory.EndAsync(liveId, LiveEndReason.DiskFull);
    }

    [LoggerMessage(
        1101,
        LogLevel.Error,
        "Live {LiveId} is ended because the disk is almost full; its recording is kept"
    )]
    private static partial void DiskFull(ILogger logger, int liveId);
}
