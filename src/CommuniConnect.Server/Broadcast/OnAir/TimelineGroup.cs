using CommuniConnect.Media;

namespace CommuniConnect.Server.Broadcast.OnAir;

/// <summary>From a keyframe up to the next. Appended to by the live's loop, read by any number of cursors without a lock.</summary>
internal sealed class TimelineGroup(long sequence, bool startsAtKeyframe, MediaTime start)
{
    // Written by the loop only. The array is published before the count that lets readers look into it.
    private Fragment[] _fragments = new Fragment[64];
    private volatile int _count;

    /// <summary>1, 2, 3… over the whole live.</summary>
    public long Sequence => sequence;

    /// <summary>Whether a viewer may begin here.</summary>
    public bool StartsAtKeyframe => startsAtKeyframe;
    public MediaTime Start => start;
    public long CostBytes { get; private set; }
    public int Count => _count;

    public void Append(Fragment fragment)
    {
        var count = _count;
        if (count == _fragments.Length)
        {
            var larger = new Fragment[count * 2];
            Array.Copy(_fragments, larger, count);
            Volatile.Write(ref _fragments, larger);
        }
        _fragments[count] = fragment;
        CostBytes += fragment.CostBytes;
        _count = count + 1;
    }

    /// <summary>The fragment at an index below <see cref="Count"/>.</summary>
    public Fragment this[int index] => Volatile.Read(ref _fragments)[index];
}
