using CommuniConnect.Server.Broadcast.OnAir;

namespace CommuniConnect.Server.Community.Lives;

/// <summary>
/// Writes down how many viewers the lives on air had at most, so that a server that dies loses no more of it than the last
/// seconds: once for all who came since the last time, and nothing while nobody did.
/// </summary>
internal sealed class PeakHistory(LiveDirectory directory, LiveArchive archive, TimeProvider time)
    : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    private Dictionary<int, int> _written = []; // of the lives on air

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            await Task.Delay(Pause, time, stoppingToken)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await SaveAsync();
        }
    }

    private async Task SaveAsync()
    {
        var written = new Dictionary<int, int>();
        foreach (var live in directory.OnAir)
        {
            var before = _written.GetValueOrDefault(live.LiveId);
            var isWritten =
                live.PeakViewers > before
                && await archive.TrySaveAsync(
                    live.LiveId,
                    () => archive.SavePeakAsync(live.LiveId, live.PeakViewers)
                );
            written[live.LiveId] = isWritten ? live.PeakViewers : before;
        }
        _written = written;
    }
}
