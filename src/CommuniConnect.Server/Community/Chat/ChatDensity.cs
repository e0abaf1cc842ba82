using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Caching.Memory;

namespace CommuniConnect.Server.Community.Chat;

/// <summary>Where in a live people wrote and reacted: counted once by the second, then put into as many buckets as asked for.</summary>
internal sealed class ChatDensity(ChatStore store, TimeProvider time) : IDisposable
{
    public const int MostBuckets = 1000;

    /// <summary>Lives whose counts are kept.</summary>
    private const int MostLives = 100;

    /// <summary>Longest live that is drawn: its counts are one number a second.</summary>
    private const int MostSeconds = 48 * 3600;

    /// <summary>While people write it may be so old.</summary>
    private static readonly TimeSpan Age = TimeSpan.FromSeconds(5);

    private readonly MemoryCache _counts = new(new MemoryCacheOptions { SizeLimit = MostLives });

    public async Task<DensityView> OfAsync(
        int liveId,
        RoomView view,
        int buckets,
        CancellationToken cancellation
    )
    {
        var counts = await CountsAsync(liveId, view, cancellation);
        var duration = Math.Max((double)view.State.Duration, counts.Seconds);
        var length = duration / buckets;
        return new(
            Math.Round((decimal)duration, 3),
            Math.Round((decimal)length, 6),
            Into(buckets, length, counts.Messages),
            Into(buckets, length, counts.Reactions)
        );
    }

    public void Dispose() => _counts.Dispose();

    private async Task<Counts> CountsAsync(
        int liveId,
        RoomView view,
        CancellationToken cancellation
    )
    {
        var now = time.GetTimestamp();
        if (
            _counts.TryGetValue(liveId, out Counts? known)
            && known!.Revision == view.Revision
            && (known.Of(view) || time.GetElapsedTime(known.At) < Age)
        )
            return known;
        var read = await store.WithAsync(async db =>
        {
            var messages = new Dictionary<int, int>();
            var times = ChatStore.Visible(db, liveId).Select(m => m.MediaTime).AsAsyncEnumerable();
            await foreach (var at in times.WithCancellation(cancellation))
            {
                var second = (int)Math.Min(at.TotalSeconds, MostSeconds);
                messages[second] = messages.GetValueOrDefault(second) + 1;
            }
            var reactions = await db
                .ReactionCounts.Where(r => r.LiveId == liveId)
                .GroupBy(r => r.Second)
                .Select(g => new { g.Key, Count = g.Sum(r => r.Count) })
                .ToDictionaryAsync(r => Math.Min(r.Key, MostSeconds), r => r.Count, cancellation);
            return new Counts(now, view.Last, view.Revision, view.Reactions, messages, reactions);
        });
        _counts.Set(
            liveId,
            read,
            new MemoryCacheEntryOptions { Size = 1, SlidingExpiration = TimeSpan.FromMinutes(10) }
        );
        return read;
    }

    private static int[] Into(int buckets, double length, Dictionary<int, int> bySecond)
    {
        var counts = new int[buckets];
        foreach (var (second, count) in bySecond)
        {
            var bucket = length > 0 ? (int)(second / length) : 0;
            counts[Math.Min(bucket, buckets - 1)] += count;
        }
        return counts;
    }

    private sealed record Counts(
        long At,
        int Last,
        int Revision,
        object ReactionsThen,
        Dictionary<int, int> Messages,
        Dictionary<int, int> Reactions
    )
    {
        public int Seconds { get; } =
            Messages.Keys.Concat(Reactions.Keys).DefaultIfEmpty(-1).Max() + 1;

        public bool Of(RoomView view) =>
            Last == view.Last && ReferenceEquals(ReactionsThen, view.Reactions);
    }
}

/// <summary>How much was said in each piece of a live.</summary>
/// <param name="Duration">Of all buckets together, in seconds.</param>
internal sealed record DensityView(
    decimal Duration,
    decimal BucketSeconds,
    IReadOnlyList<int> Messages,
    IReadOnlyList<int> Reactions
);
