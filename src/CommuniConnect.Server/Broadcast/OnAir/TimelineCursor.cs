namespace CommuniConnect.Server.Broadcast.OnAir;

/// <summary>One reader's place in a timeline. Begins at the newest keyframe; when it has fallen too far behind it is moved there again.</summary>
internal sealed class TimelineCursor(Timeline timeline)
{
    private long _sequence; // 0: not begun
    private int _index;

    /// <summary>The next fragment, waiting for it if need be, or null when the live has ended.</summary>
    public async ValueTask<Fragment?> NextAsync(CancellationToken cancellation)
    {
        while (true)
        {
            var changed = timeline.Changed;
            var ended = timeline.HasEnded;
            if (TryNext(out var fragment))
            {
                return fragment;
            }
            if (ended)
            {
                return null;
            }
            await changed.WaitAsync(cancellation);
        }
    }

    private bool TryNext(out Fragment? fragment)
    {
        fragment = null;
        var group = _sequence == 0 ? null : timeline.Group(_sequence);
        if (group is null && !Begin(out group))
        {
            return false;
        }
        if (_index == group!.Count)
        {
            // The count was read before looking for a successor: a group with one gets no more fragments,
            // but may have got some in between.
            var next = timeline.Group(_sequence + 1);
            if (_index == group.Count)
            {
                if (next is null || next.Count == 0)
                {
                    return false;
                }
                (group, _sequence, _index) = (next, next.Sequence, 0);
            }
        }
        fragment = group[_index++];
        return true;
    }

    private bool Begin(out TimelineGroup? group)
    {
        group = timeline.Newest();
        if (group is null || group.Sequence <= _sequence)
        {
            return false;
        }
        (_sequence, _index) = (group.Sequence, 0);
        return true;
    }
}
