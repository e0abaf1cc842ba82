using System.Collections.Concurrent;
using System.Data.Common;
using System.Security.Cryptography;
using CommuniConnect.Server.Broadcast.OnAir;
using CommuniConnect.Server.Broadcast.Record;
using CommuniConnect.Server.Community.Chat;
using CommuniConnect.Server.Platform.Database;
using CommuniConnect.Server.Platform.Storage;
using CommuniConnect.Server.Platform.Webhooks;
using Microsoft.EntityFrameworkCore;

namespace CommuniConnect.Server.Community.Lives;

/// <summary>Writes down how a live ended: its replay, its figures. From then on the database answers for it, not the engine.</summary>
internal sealed partial class LiveArchive(
    IServiceScopeFactory scopes,
    LiveDirectory directory,
    ChatRooms rooms,
    DataFolder data,
    WebhookOutbox webhooks,
    TimeProvider time,
    IHostApplicationLifetime server,
    ILogger<LiveArchive> logger
)
{
    /// <summary>So long people wait for a database whose disk hangs.</summary>
    private static readonly TimeSpan LongestSave = TimeSpan.FromSeconds(5);

    /// <summary>How long after a failure it is tried again.</summary>
    private static readonly TimeSpan RetryPause = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<int, bool> _unsaved = new();

    // A live is stopped from two places at once, and by itself at the same moment: one writes, the others find it written.
    private readonly SemaphoreSlim _one = new(1);

    public async Task SaveStartAsync(int liveId, DateTimeOffset startedAt)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<AppDb>();
        await using var one = await db.Database.BeginTransactionAsync();
        var begun = await db
            .Lives.Where(l => l.PostId == liveId && l.StartedAt == null)
            .ExecuteUpdateAsync(live => live.SetProperty(l => l.StartedAt, startedAt));
        if (begun > 0)
        {
            webhooks.Add(
                db,
                WebhookEvent.LiveStarted,
                new LiveTold(liveId, startedAt, EndedAt: null, Reason: null, Duration: 0)
            );
            await db.SaveChangesAsync();
        }
        await one.CommitAsync();
        webhooks.Wake();
    }

    /// <summary>Of a live that is on air; its end writes down the last.</summary>
    public async Task SavePeakAsync(int liveId, int peakViewers)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<AppDb>();
        await db
            .Lives.Where(l =>
                l.PostId == liveId && l.EndedAt == null && l.PeakViewers < peakViewers
            )
            .ExecuteUpdateAsync(live => live.SetProperty(l => l.PeakViewers, peakViewers));
    }

    /// <summary>
    /// Writes an end down and lets publisher and viewers go. False when the disk does not have it now: they are let go all
    /// the same, and it is tried until it is done. Safe to call any number of times for the same ending.
    /// </summary>
    public async Task<bool> TrySaveEndAsync(LiveEnding ending)
    {
        if (await TrySaveAsync(ending.LiveId, () => SaveEndAsync(ending)))
        {
            return true;
        }
        directory.Release(ending);
        if (_unsaved.TryAdd(ending.LiveId, true))
        {
            _ = SaveLaterAsync(ending);
        }
        return false;
    }

    /// <summary>Whether something was written down, within the time anybody waits for it.</summary>
    public async Task<bool> TrySaveAsync(int liveId, Func<Task> save)
    {
        try
        {
            // SQLite does not wait asynchronously.
            await Task.Run(save).WaitAsync(LongestSave, time);
            return true;
        }
        catch (Exception error) when (error is DbUpdateException or DbException or TimeoutException)
        {
            NotSaved(logger, liveId, error);
            return false;
        }
    }

    private async Task SaveLaterAsync(LiveEnding ending)
    {
        var saved = false;
        while (!saved && !server.ApplicationStopping.IsCancellationRequested)
        {
            await Task.Delay(RetryPause, time, server.ApplicationStopping)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            saved = await TrySaveAsync(ending.LiveId, () => SaveEndAsync(ending));
        }
        _unsaved.TryRemove(ending.LiveId, out _);
    }

    [LoggerMessage(3002, LogLevel.Error, "Live {LiveId}: what happened could not be written down")]
    private static partial void NotSaved(ILogger logger, int liveId, Exception error);

    /// <summary>Safe to call any number of times for the same ending.</summary>
    public async Task SaveEndAsync(LiveEnding ending)
    {
        await _one.WaitAsync();
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            var db = scope.ServiceProvider.GetRequiredService<AppDb>();
            var live = await db.Lives.SingleOrDefaultAsync(l => l.PostId == ending.LiveId);
            if (live is { EndedAt: null })
            {
                Fill(live, ending);
                db.Media.AddRange(
                    ending.Parts.Select(
                        (part, i) => MediaOf(ending.LiveId, part, i, ending.EndedAt)
                    )
                );
                webhooks.Add(db, WebhookEvent.LiveEnded, LiveTold.Of(live));
                if (ending.Parts.Count > 0)
                    webhooks.Add(db, WebhookEvent.ReplayReady, LiveTold.Of(live));
                await db.SaveChangesAsync();
                await rooms.CloseAsync(ending.LiveId);
                webhooks.Wake();
            }
            directory.Remove(ending);
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>Writes down what the recording of an ended live plays as now: something that was missing has come.</summary>
    public async Task SaveReplayAsync(int liveId)
    {
        await _one.WaitAsync();
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            var db = scope.ServiceProvider.GetRequiredService<AppDb>();
            var live = await db.Lives.SingleOrDefaultAsync(l => l.PostId == liveId);
            if (live is not { EndedAt: not null })
            {
                return; // its end will write everything down
            }
            var parts = Replay.PartsOf(data.Live(liveId), logger);
            var known = await db
                .Media.Where(m => m.PostId == liveId && m.Position < ReplayMedia.AttachedPosition)
                .ToListAsync();
            for (var i = 0; i < parts.Count; i++)
            {
                var media = known.Find(m => m.File == parts[i].Files[0].Name);
                if (media is null)
                {
                    db.Media.Add(MediaOf(liveId, parts[i], i, time.GetUtcNow()));
                }
                else
                {
                    media.Update(parts[i], i);
                }
            }
            var firsts = parts.Select(p => p.Files[0].Name).ToHashSet(StringComparer.Ordinal);
            db.Media.RemoveRange(known.Where(m => !firsts.Contains(m.File)));
            live.Duration = parts.Aggregate(TimeSpan.Zero, (sum, part) => sum + part.Duration);
            webhooks.Add(db, WebhookEvent.ReplayReady, LiveTold.Of(live));
            await db.SaveChangesAsync();
            webhooks.Wake();
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>Adds to the audit trail who stops a live, and to the log should the database not take it.</summary>
    public async Task SaveStopAsync(StopRecord stop)
    {
        LogStop(logger, stop.LiveId, stop.MemberId, stop.Forced, stop.Reason);
        await TrySaveAsync(
            stop.LiveId,
            async () =>
            {
                await using var scope = scopes.CreateAsyncScope();
                var db = scope.ServiceProvider.GetRequiredService<AppDb>();
                db.Stops.Add(stop);
                await db.SaveChangesAsync();
            }
        );
    }

    [LoggerMessage(
        3003,
        LogLevel.Information,
        "Live {LiveId} is stopped by member {MemberId}, forced: {Forced}, reason: {Reason}"
    )]
    private static partial void LogStop(
        ILogger logger,
        int liveId,
        int memberId,
        bool forced,
        string? reason
    );

    public static ReplayMedia MediaOf(int liveId, ReplayPart part, int position, DateTimeOffset now)
    {
        var file = part.Files[0].Name;
        var media = new ReplayMedia
        {
            PostId = liveId,
            Token = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(12)),
            File = file,
            ContentType = file.EndsWith(".mp4", StringComparison.Ordinal)
                ? "video/mp4"
                : "video/webm",
            Width = part.Width,
            Height = part.Height,
            CreatedAt = now,
        };
        media.Update(part, position);
        return media;
    }

    private static void Fill(LiveRecord live, LiveEnding ending)
    {
        live.StartedAt ??= ending.StartedAt;
        live.EndedAt = ending.EndedAt;
        live.EndReason = ending.Reason.ToString();
        live.EndExplanation = ending.Explanation;
        live.Duration = ending.Duration;
        live.PeakViewers = ending.PeakViewers;
        live.Takes = ending.Takes;
    }
}
