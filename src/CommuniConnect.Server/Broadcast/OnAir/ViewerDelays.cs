using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace CommuniConnect.Server.Broadcast.OnAir;

/// <summary>How long the way from the camera to the screens is, as the viewers who can measure it say.</summary>
/// <param name="P50Ms">Milliseconds; half of the viewers see the picture sooner.</param>
/// <param name="P95Ms">Milliseconds; one viewer in twenty sees the picture later.</param>
/// <param name="Viewers">Who have told.</param>
internal sealed record DelaySummary(int P50Ms, int P95Ms, int Viewers);

/// <summary>What the viewers of one live measure. Safe from any thread.</summary>
internal sealed class ViewerDelays(TimeProvider time)
{
    private readonly ConcurrentDictionary<ViewerDelay, bool> _viewers = new();

    /// <summary>One more viewer, until the result is disposed of.</summary>
    public ViewerDelay Enter()
    {
        var viewer = new ViewerDelay(time, left => _viewers.TryRemove(left, out _));
        _viewers[viewer] = true;
        return viewer;
    }

    /// <summary>As it is now; null while nobody has told.</summary>
    public DelaySummary? Summary
    {
        get
        {
            var delays = _viewers.Keys.Select(v => v.LatestMs).OfType<int>().Order().ToArray();
            return delays.Length == 0
                ? null
                : new(
                    delays[(delays.Length - 1) / 2],
                    delays[(int)Math.Ceiling(0.95 * delays.Length) - 1],
                    delays.Length
                );
        }
    }
}

/// <summary>What one viewer measures.</summary>
internal sealed class ViewerDelay(TimeProvider time, Action<ViewerDelay> leave) : IDisposable
{
    /// <summary>A delay beyond this is a clock that is wrong.</summary>
    private const double LongestMs = 60_000;

    /// <summary>More is not listened to.</summary>
    private static readonly TimeSpan LeastInterval = TimeSpan.FromMilliseconds(500);

    private static readonly Meter Meter = new("CommuniConnect.Live");
    private static readonly Histogram<double> Delays = Meter.CreateHistogram<double>(
        "communiconnect.live.delay",
        "ms",
        "From the camera to a viewer's screen"
    );

    private long _reportedAt;
    private volatile int _latestMs = -1;

    /// <summary>Milliseconds, or null while nothing is told.</summary>
    public int? LatestMs => _latestMs is >= 0 and var ms ? ms : null;

    public void Report(double ms)
    {
        var now = time.GetTimestamp();
        if (
            !(ms is >= 0 and <= LongestMs)
            || (_latestMs >= 0 && time.GetElapsedTime(_reportedAt, now) < LeastInterval)
        )
        {
            return;
        }
        _reportedAt = now;
        _latestMs = (int)ms;
        Delays.Record(ms);
    }

    /// <summary>What was told was measured by a clock that does not hold any more.</summary>
    public void Forget() => _latestMs = -1;

    public void Dispose() => leave(this);
}
