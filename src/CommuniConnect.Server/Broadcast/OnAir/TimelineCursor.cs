using System.Diagnostics.CodeAnalysis;
using CommuniConnect.Media;

namespace CommuniConnect.Server.Broadcast.OnAir;

/// <summary>One reader's place in a timeline. Begins at the newest keyframe; when it has fallen too far behind it is moved there again.</summary>
/// <param name="longestLag">How far it may fall behind the newest keyframe; else as far as the timeline reaches.</param>
internal sealed class TimelineCursor(Timeline timeline, MediaTime? longestLag = null)
{
    private long _sequence; // 0: not begun
    private int _index;

    /// <summary>Whether it is somewhere; not before its first fragment, nor between <see cref="Rejoin"/> and the next.</summary>
    public bool HasBegun => _sequence != 0;

    /// <summary>Whether the fragment read last does not follow on the one before it.</summary>
    public bool HasJumped { get; private set; }

    /// <summary>Whether a picture begins with the fragment read last.</summary>
    public bool HasBegunPicture { get; private set; }

    /// <summary>What stands behind the fragment read last in the same group, when it is there already.</summary>
    public Fragment? Following =>
        timeline.Group(_sequence) is { } group && _index < group.Count ? group[_index] : null;

    /// <summary>Goes past <see cref="Following"/>.</summary>
    public void Advance() => _index++;

    /// <summary>Goes on at the newest keyframe.</summary>
    public void Rejoin() => _sequence = 0;

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

    /// <summary>The next fragment when it is there already.</summary>
    public bool TryNext([NotNullWhen(true)] out Fragment? fragment)
    {
        fragment = null;
        HasJumped = false;
        var group = _sequence == 0 || IsLate() ? null : timeline.Group(_sequence);
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
        fragment = group[_index];
        HasBegunPicture =
            _index++ == 0 && group.StartsAtKeyframe && fragment.KeyframeAt is not null;
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
        HasJumped = true;
        return true;
    }

    private bool IsLate() =>
        longestLag is { } longest
        && _sequence < timeline.LastSequence // most are in the last group, and looked at twice for each frame
        && timeline.Newest() is { } newest
        && newest.Sequence > _sequence
        && (timeline.Group(_sequence) is not { } here || newest.Start - NextIn(here) > longest);

    /// <summary>The time of what is read next. Not that of its group, which may be long, and read to its end.</summary>
    private MediaTime NextIn(TimelineGroup here) =>
        _index < here.Count ? here[_index].Start : (timeline.Group(_sequence + 1) ?? here).Start;
}
