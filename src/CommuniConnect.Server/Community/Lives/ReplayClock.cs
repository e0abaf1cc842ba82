using CommuniConnect.Server.Platform.Database;
using Microsoft.EntityFrameworkCore;

namespace CommuniConnect.Server.Community.Lives;

/// <summary>Where the replay of a live has what its own clock, that of its chat, told. As the page reads it: replay-timeline.ts.</summary>
internal sealed class ReplayClock
{
    private readonly IReadOnlyList<ReplayPieceView> _pieces;

    private ReplayClock(IReadOnlyList<ReplayPieceView> pieces) => _pieces = pieces;

    /// <summary>Of a live as it was recorded; while it runs, its own clock.</summary>
    public static async Task<ReplayClock> ReadAsync(
        AppDb db,
        int liveId,
        CancellationToken cancellation
    )
    {
        var replay = await db
            .Media.Where(m => m.PostId == liveId && m.Position < ReplayMedia.AttachedPosition)
            .OrderBy(m => m.Position)
            .AsNoTracking()
            .ToListAsync(cancellation);
        return new(ReplayPieceView.Of(replay));
    }

    /// <summary>When a replay that plays on comes to an instant of the live. Both in seconds.</summary>
    public decimal SecondsOf(decimal live)
    {
        var seconds = live;
        for (var i = 0; i < _pieces.Count; i++)
        {
            var (start, liveStart) = _pieces[i];
            var end = i + 1 < _pieces.Count ? _pieces[i + 1].Start : decimal.MaxValue;
            if (liveStart is { } begin)
            {
                seconds = Math.Max(start, start + live - begin);
                if (seconds <= end)
                    return seconds;
            }
            // The clock stands still at what it shows when the live goes on: what was said meanwhile stands at the cut.
            else if (_pieces.Skip(i).FirstOrDefault(p => p.LiveStart is not null) is not { } next)
                return Math.Min(seconds, start);
            else if (live <= next.LiveStart)
                return start;
        }
        return seconds;
    }
}
