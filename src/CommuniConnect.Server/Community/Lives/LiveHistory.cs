using CommuniConnect.Server.Broadcast.OnAir;
using CommuniConnect.Server.Platform.Database;
using Microsoft.EntityFrameworkCore;

namespace CommuniConnect.Server.Community.Lives;

/// <summary>
/// Puts the lives that were on air when the server went down on air again before anybody can ask for them, then writes
/// down what the engine reports. The server does not wait long for their recordings to be read: whoever wants something of a
/// live waits for its own.
/// </summary>
internal sealed partial class LiveHistory(
    IServiceScopeFactory scopes,
    LiveDirectory directory,
    LiveArchive archive,
    TimeProvider time,
    ILogger<LiveHistory> logger
) : BackgroundService
{
    /// <summary>So long the start of the server waits for the recordings.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(1);

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await using (var scope = scopes.CreateAsyncScope())
        {
            var db = scope.ServiceProvider.GetRequiredService<AppDb>();
            var open = await db
                .Lives.Where(l => l.EndedAt == null)
                .Select(l => new
                {
                    l.PostId,
                    l.StartedAt,
                    l.PeakViewers,
                })
                .ToListAsync(cancellationToken);
            var recovering = open.Select(live =>
                    RecoverAsync(live.PostId, live.StartedAt, live.PeakViewers)
                )
                .ToList();
            await Task.WhenAny(
                Task.WhenAll(recovering),
                Task.Delay(LongestWait, time, cancellationToken)
            );
        }
        await base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await foreach (var happened in directory.Events.ReadAllAsync(stoppingToken))
        {
            // What is not saved the live itself still tells, until the next start of the server.
            await SaveAsync(happened);
        }
    }

    private async Task RecoverAsync(int liveId, DateTimeOffset? startedAt, int peakViewers)
    {
        try
        {
            await directory.RecoverAsync(liveId, startedAt, peakViewers);
            Recovered(logger, liveId);
        }
#pragma warning disable CA1031 // One live that cannot be found again harms neither the server nor another; a stop ends it.
        catch (Exception error)
#pragma warning restore CA1031
        {
            NotRecovered(logger, liveId, error);
        }
    }

    private Task SaveAsync(LiveEvent happened) =>
        happened switch
        {
            LiveEvent.Started started => archive.TrySaveAsync(
                started.LiveId,
                () => archive.SaveStartAsync(started.LiveId, started.At)
            ),
            LiveEvent.Ended ended => archive.TrySaveEndAsync(ended.Ending),
            LiveEvent.ReplayGrew grew => archive.TrySaveAsync(
                grew.LiveId,
                () => archive.SaveReplayAsync(grew.LiveId)
            ),
            _ => throw new InvalidOperationException("unknown event"),
        };

    [LoggerMessage(
        3001,
        LogLevel.Information,
        "Live {LiveId} was on air when the server went down; it waits for its publisher"
    )]
    private static partial void Recovered(ILogger logger, int liveId);

    [LoggerMessage(
        3004,
        LogLevel.Error,
        "Live {LiveId} was on air when the server went down and could not be found again"
    )]
    private static partial void NotRecovered(ILogger logger, int liveId, Exception error);
}
