using System.Security.Cryptography;
using CommuniConnect.Server.Broadcast.OnAir;
using CommuniConnect.Server.Community.Chat;
using CommuniConnect.Server.Platform.Database;
using Microsoft.EntityFrameworkCore;

namespace CommuniConnect.Server.Community.Lives;

/// <summary>Writes down how a live ended: its replay, its figures. From then on the database answers for it, not the engine.</summary>
internal sealed class LiveArchive(
    IServiceScopeFactory scopes,
    LiveDirectory directory,
    ChatRooms rooms
)
{
    // A live is stopped from two places at once, and by itself at the same moment: one writes, the others find it written.
    private readonly SemaphoreSlim _one = new(1);

    public async Task SaveStartAsync(int liveId, DateTimeOffset startedAt)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<AppDb>();
        await db
            .Lives.Where(l => l.PostId == liveId && l.StartedAt == null)
            .ExecuteUpdateAsync(live => live.SetProperty(l => l.StartedAt, startedAt));
    }

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
                    ending.Parts.Select(part => MediaOf(ending.LiveId, part, ending.EndedAt))
                );
                await db.SaveChangesAsync();
                await rooms.CloseAsync(ending.LiveId);
            }
            directory.Remove(ending);
        }
        finally
        {
            _one.Release();
        }
    }

    public static ReplayMedia MediaOf(int liveId, ReplayPart part, DateTimeOffset now) =>
        new()
        {
            PostId = liveId,
            Token = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(12)),
            File = part.File,
            ContentType = part.File.EndsWith(".mp4", StringComparison.Ordinal)
                ? "video/mp4"
                : "video/webm",
            Duration = part.Duration,
            SizeBytes = part.SizeBytes,
            Width = part.Width,
            Height = part.Height,
            CreatedAt = now,
        };

    private static void Fill(LiveRecord live, LiveEnding ending)
    {
        live.StartedAt ??= ending.StartedAt;
        live.EndedAt = ending.EndedAt;
        live.EndReason = ending.Reason.ToString();
        live.Duration = ending.Duration;
        live.PeakViewers = ending.PeakViewers;
        live.Takes = ending.Takes;
    }
}
