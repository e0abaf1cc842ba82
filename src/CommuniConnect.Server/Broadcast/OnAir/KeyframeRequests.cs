using CommuniConnect.Media;

namespace CommuniConnect.Server.Broadcast.OnAir;

/// <summary>Says when the publisher is to be asked for a keyframe: a viewer is about to begin in a long group, and nobody asked lately.</summary>
internal sealed class KeyframeRequests(Timeline timeline, TimeProvider time)
{
    /// <summary>Whoever begins in a group that is longer has much to receive that is not to be seen.</summary>
    public static readonly MediaTime LongGroup = MediaTime.FromMilliseconds(1_100);

    /// <summary>Asked at most this often: each keyframe costs everybody.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private long? _asked; // a timestamp: the wall clock may be set back

    /// <summary>Whether to ask now, for a viewer who begins.</summary>
    /// <param name="end">Where the live's timeline ends.</param>
    public bool TryAsk(MediaTime end)
    {
        if (timeline.Newest() is not { } group || end - group.Start <= LongGroup)
        {
            return false;
        }
        var now = time.GetTimestamp();
        lock (_lock)
        {
            if (_asked is { } asked && time.GetElapsedTime(asked, now) < Interval)
            {
                return false;
            }
            _asked = now;
            return true;
        }
    }
}
