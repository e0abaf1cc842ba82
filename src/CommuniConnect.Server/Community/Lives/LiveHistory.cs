using CommuniConnect.Server.Broadcast.OnAir;
using CommuniConnect.Server.Platform.Database;
using Microsoft.EntityFrameworkCore;

namespace CommuniConnect.Server.Community.Lives;

/// <summary>
/// Puts the lives that were on air when the server went down on air again before anybody can ask for them, then writes
/// down what the engine reports.
/// </summary>
internal sealed partial class LiveHistory(
    IServiceScopeFactory scopes,
    LiveDirectory directory,
    LiveArchive archive,
    ILogger<LiveHistory> logger
) : BackgroundService
{
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await using (var scope = scopes.CreateAsyncScope())
        {
            var db = scope.ServiceProvider.GetRequiredService<AppDb>();
            var open = await db
                .Lives.Where(l => l.EndedAt == null)
                .Select(l => new { l.PostId, l.StartedAt })
                .ToListAsync(cancellationToken);
            foreach (var live in open)
            {
                directory.Recover(live.PostId, live.StartedAt);
                Recovered(logger, live.PostId);
            }
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
}
