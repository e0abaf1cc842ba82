using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Microsoft.EntityFrameworkCore;

namespace CommuniConnect.Server.Community.Chat;

/// <summary>
/// Counts reactions: shown together a few times a second, written down by the second of the live. Safe from any thread;
/// a reaction costs the loop of the room nothing.
/// </summary>
internal sealed partial class RoomReactions
{
    /// <summary>Shown at most once in this time.</summary>
    public static readonly TimeSpan ShowPause = TimeSpan.FromMilliseconds(200);

    private static readonly TimeSpan SavePause = TimeSpan.FromSeconds(1);

    private readonly RoomParts _parts;
    private readonly RoomLog _log;
    private readonly Func<TimeSpan> _mediaTime;
    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _saving = new(1);
    private readonly ITimer _show;
    private readonly ITimer _save;
    private ImmutableDictionary<string, int> _totals; // under _gate
    private Dictionary<(int Second, string Emoji), int> _unsaved = []; // under _gate
    private bool _showDue; // under _gate
    private bool _saveDue; // under _gate

    public RoomReactions(RoomParts parts, RoomLog log, Func<TimeSpan> mediaTime)
    {
        (_parts, _log, _mediaTime) = (parts, log, mediaTime);
        _totals = log.Current.Reactions;
        var never = Timeout.InfiniteTimeSpan;
        _show = parts.Time.CreateTimer(_ => ShowNow(), null, never, never);
        _save = parts.Time.CreateTimer(_ => _ = FlushAsync(), null, never, never);
    }

    /// <summary>How often each emoji was given in a live.</summary>
    public static Task<ImmutableDictionary<string, int>> ReadAsync(ChatStore store, int liveId) =>
        store.WithAsync(async db =>
            (
                await db
                    .ReactionCounts.Where(r => r.LiveId == liveId)
                    .GroupBy(r => r.Emoji)
                    .Select(g => new { Emoji = g.Key, Count = g.Sum(r => r.Count) })
                    .ToListAsync()
            ).ToImmutableDictionary(r => r.Emoji, r => r.Count, StringComparer.Ordinal)
        );

    /// <summary>Counts one now, or says why not.</summary>
    public Refused? Add(string emoji) => Add(emoji, _mediaTime().TotalSeconds);

    /// <summary>Counts one of a moment of the live, or says why not.</summary>
    public Refused? Add(string emoji, double seconds)
    {
        if (!IsEmoji(emoji))
            return ChatRefusal.NotEmoji;
        var second = (int)seconds;
        lock (_gate)
        {
            var known = _totals.TryGetValue(emoji, out var count);
            if (!known && _totals.Count >= ReactionCount.MostKinds)
                return ChatRefusal.TooManyKinds;
            _totals = _totals.SetItem(emoji, count + 1);
            var key = (second, emoji);
            _unsaved[key] = _unsaved.GetValueOrDefault(key) + 1;
            if (!_showDue)
                _show.Change(ShowPause, Timeout.InfiniteTimeSpan);
            if (!_saveDue)
                _save.Change(SavePause, Timeout.InfiniteTimeSpan);
            _showDue = _saveDue = true;
        }
        return null;
    }

    /// <summary>Writes down what was counted; what cannot be written now is tried again with the next.</summary>
    public async Task FlushAsync()
    {
        await _saving.WaitAsync();
        Dictionary<(int Second, string Emoji), int> counts;
        lock (_gate)
            (counts, _unsaved, _saveDue) = (_unsaved, [], false);
        try
        {
            if (counts.Count > 0)
                await SaveAsync(counts);
        }
        catch (Exception error)
        {
            LogNotSaved(_parts.Logger, _parts.LiveId, error);
            lock (_gate)
            {
                foreach (var (key, count) in counts)
                    _unsaved[key] = _unsaved.GetValueOrDefault(key) + count;
                _saveDue = true;
                _save.Change(SavePause, Timeout.InfiniteTimeSpan);
            }
        }
        finally
        {
            _saving.Release();
        }
    }

    public async Task StopAsync()
    {
        await _show.DisposeAsync();
        await FlushAsync();
        await _save.DisposeAsync();
    }

    /// <summary>One picture, however many characters it is made of.</summary>
    private static bool IsEmoji(string text) =>
        text.Length is > 0 and <= ReactionCount.EmojiLength
        && StringInfo.GetNextTextElementLength(text) == text.Length
        && text.EnumerateRunes()
            .Any(r =>
                Rune.GetUnicodeCategory(r) is UnicodeCategory.OtherSymbol || r.Value == 0x20E3 // a digit in its key
            )
        && text.EnumerateRunes().All(r => r != Rune.ReplacementChar);

    private void ShowNow()
    {
        ImmutableDictionary<string, int> totals;
        lock (_gate)
        {
            _showDue = false;
            totals = _totals;
        }
        _log.Show(totals);
    }

    private Task SaveAsync(Dictionary<(int Second, string Emoji), int> counts) =>
        _parts.Store.WriteAsync(async db =>
        {
            var (from, to) = (counts.Keys.Min(k => k.Second), counts.Keys.Max(k => k.Second));
            var rows = await db
                .ReactionCounts.Where(r =>
                    r.LiveId == _parts.LiveId && r.Second >= from && r.Second <= to
                )
                .ToDictionaryAsync(r => (r.Second, r.Emoji));
            foreach (var (key, count) in counts)
            {
                if (rows.TryGetValue(key, out var row))
                    row.Count += count;
                else
                    db.ReactionCounts.Add(
                        new ReactionCount
                        {
                            LiveId = _parts.LiveId,
                            Second = key.Second,
                            Emoji = key.Emoji,
                            Count = count,
                        }
                    );
            }
            return true;
        });

    [LoggerMessage(
        3106,
        LogLevel.Warning,
        "Chat of live {LiveId}: its reactions could not be saved; it is tried again"
    )]
    private static partial void LogNotSaved(ILogger logger, int liveId, Exception error);
}
