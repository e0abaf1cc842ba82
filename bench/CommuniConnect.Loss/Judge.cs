namespace CommuniConnect.Loss;

/// <summary>
/// Holds what is kept against what was published, promised and seen. Asks nobody and reads nothing, so that it can be shown
/// doctored records: see <see cref="SelfTest"/>.
/// </summary>
/// <param name="published">The frames of the take, in their order.</param>
internal sealed class Judge(IReadOnlyList<Block> published, Tally tally)
{
    /// <summary>An offset that was acknowledged is never taken back.</summary>
    public void Offset(string where, long acknowledged, long offset) =>
        tally.Lose("offsets_taken_back", Math.Max(0, acknowledged - offset), where);

    /// <param name="acknowledged">Everything before this byte of the take was promised.</param>
    /// <param name="kept">The frames of the replay in their order, none when there is no replay.</param>
    public void Replay(string where, long acknowledged, IReadOnlyList<Block> kept)
    {
        tally.Add("acknowledged_bytes", acknowledged);
        tally.Add("frames_kept", kept.Count);
        foreach (var track in published.Select(b => b.Track).Distinct())
        {
            var was = published.Where(b => b.Track == track).ToList();
            var isNow = kept.Where(b => b.Track == track).ToList();
            var same = was.Zip(isNow)
                .TakeWhile(pair => pair.First.Hash == pair.Second.Hash)
                .Count();
            tally.Lose(
                "frames_doubled_or_out_of_order",
                isNow.Count - same,
                $"{where}, track {track}: frame {same} of {isNow.Count}"
            );
            tally.Lose(
                "acknowledged_bytes_lost",
                was.Skip(same).Where(b => b.End <= acknowledged).Sum(b => b.Bytes),
                $"{where}, track {track}: {same} frames, acknowledged {acknowledged}"
            );
        }
    }

    /// <param name="promised">Each message that was acknowledged, by its number.</param>
    /// <param name="removals">Each its author took away, by its number, and whether that was acknowledged: else it may be there or not.</param>
    /// <param name="seen">What somebody read while the live ran, by its number.</param>
    /// <param name="kept">What the room has now, in its order.</param>
    public void Chat(
        string where,
        IReadOnlyCollection<KeyValuePair<int, string>> promised,
        IReadOnlyDictionary<int, bool> removals,
        IReadOnlyDictionary<int, string> seen,
        IReadOnlyList<(int Id, string Content)> kept
    )
    {
        var byId = kept.DistinctBy(m => m.Id).ToDictionary(m => m.Id, m => m.Content);
        tally.Add("messages_acknowledged", promised.Count);
        tally.Add("removals_acknowledged", removals.Count(r => r.Value));
        tally.Lose("messages_lost", promised.Count(IsMissing), where);
        tally.Lose(
            "messages_doubled",
            kept.Count - kept.Select(m => m.Content).Distinct(StringComparer.Ordinal).Count(),
            where
        );
        var last = 0;
        var misplaced = 0;
        foreach (var (id, _) in kept)
        {
            var between = Enumerable.Range(last + 1, Math.Max(0, id - last - 1));
            misplaced += id > last && between.All(removals.ContainsKey) ? 0 : 1;
            last = id;
        }
        tally.Lose("messages_out_of_order", seen.Count(IsMissing) + misplaced, where);
        Removed(where, removals.Where(r => r.Value).Select(r => r.Key), kept);

        bool IsMissing(KeyValuePair<int, string> message) =>
            byId.TryGetValue(message.Key, out var content)
                ? content != message.Value
                : !removals.ContainsKey(message.Key);
    }

    /// <param name="acknowledged">What was removed before somebody asked for what is shown.</param>
    public void Removed(
        string where,
        IEnumerable<int> acknowledged,
        IReadOnlyList<(int Id, string Content)> shown
    )
    {
        var gone = acknowledged.ToHashSet();
        tally.Lose("removed_messages_shown", shown.Count(m => gone.Contains(m.Id)), where);
    }

    /// <summary>What ffprobe says about a replay: a word of complaint is a refusal.</summary>
    public void Probe(string where, int exit, string errors)
    {
        tally.Add("replays");
        tally.Lose("replays_refused", errors.Length > 0 || exit != 0 ? 1 : 0, $"{where}: {errors}");
    }
}
