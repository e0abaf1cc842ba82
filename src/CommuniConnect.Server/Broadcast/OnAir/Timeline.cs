using System.Collections.Immutable;
using CommuniConnect.Media;
using CommuniConnect.Media.WebM;

namespace CommuniConnect.Server.Broadcast.OnAir;

/// <summary>
/// The recent packets of a live, in groups. One writer, the live's loop; every viewer reads at its own pace through a
/// <see cref="TimelineCursor"/>, and none waits for another.
/// </summary>
internal sealed class Timeline(TimelineBudget budget)
{
    /// <summary>Sound alone can be joined anywhere: a group begins once in this time.</summary>
    private static readonly MediaTime AudioGroup = MediaTime.FromMilliseconds(1000);

    /// <summary>
    /// A picture that has not come for so long is gone: the live goes on as one of sound alone, for who joins would wait for
    /// the next keyframe. Longer than a still screen is not sent anew.
    /// </summary>
    public static readonly MediaTime LongestStill = MediaTime.FromMilliseconds(10_000);

    private volatile TimelineGroup[] _groups = [];
    private volatile bool _ended;
    private volatile CaptureClock? _clock;
    private volatile SmallPicture? _small;
    private TaskCompletionSource _changed = new();
    private ImmutableArray<ReaderWakeup> _readers = [];

    // Owned by the loop, as all below.
    private StreamPart? _take;
    private StreamPart? _part; // of the take, what comes
    private int? _picture; // the number of its track
    private MediaTime? _lastPicture; // where the take begins, before its first
    private bool _breakGroup;

    public bool HasEnded => _ended;

    /// <summary>When the camera saw what, as far as the publisher says; null when it does not. Set by the loop.</summary>
    public CaptureClock? Clock
    {
        get => _clock;
        set => _clock = value;
    }

    /// <summary>The small rendition of the picture, while there is one. Set by the loop.</summary>
    public SmallPicture? Small
    {
        get => _small;
        set => _small = value;
    }

    /// <summary>Begins a take: what follows cannot be decoded from what came before.</summary>
    public void BeginTake(StreamPart part)
    {
        _take = part;
        _picture = part.Tracks.FirstOrDefault(t => t.Kind == TrackKind.Video)?.Number;
        _lastPicture = null;
        Show(part);
    }

    /// <summary>Shows packets to viewers. Called with the packets of one arrival, in stream order.</summary>
    public void Append(IReadOnlyList<MediaPacket> packets)
    {
        var take = _take ?? throw new InvalidOperationException("packets before BeginTake");
        var batch = new List<MediaPacket>(packets.Count);
        foreach (var packet in packets)
        {
            var isPicture = packet.TrackNumber == _picture;
            if (isPicture ? packet.IsKeyframe && _part != take : IsPictureGone(packet.Timestamp))
            {
                Seal(batch);
                Show(isPicture ? take : StreamPart.Of(SoundOf(take)));
            }
            _lastPicture = isPicture ? packet.Timestamp : _lastPicture ?? packet.Timestamp;
            if (isPicture && _part != take)
            {
                continue; // it comes again with a keyframe
            }
            var startsGroup =
                _picture is null || _part != take
                    ? StartsAudioGroup(packet)
                    : isPicture && packet.IsKeyframe;
            if (startsGroup || _breakGroup)
            {
                Seal(batch);
                Open(packet.Timestamp, startsGroup);
            }
            batch.Add(packet);
        }
        Seal(batch);
        Signal();
    }

    /// <summary>No packet will follow: cursors end once they have read everything.</summary>
    public void End()
    {
        _ended = true;
        Signal();
    }

    /// <summary>Completes at the next change. Take it before looking, or a change in between is missed.</summary>
    public Task Changed => Volatile.Read(ref _changed).Task;

    /// <summary>Has a reader rung for at each change, until <see cref="Leave"/>.</summary>
    public void Enter(ReaderWakeup reader) =>
        ImmutableInterlocked.Update(ref _readers, static (all, one) => all.Add(one), reader);

    public void Leave(ReaderWakeup reader) =>
        ImmutableInterlocked.Update(ref _readers, static (all, one) => all.Remove(one), reader);

    /// <summary>Of the group that is being added to; 0 before there is one.</summary>
    public long LastSequence => _groups is [.., var last] ? last.Sequence : 0;

    /// <summary>The newest group a viewer may begin with, or null.</summary>
    public TimelineGroup? Newest() =>
        Array.FindLast(_groups, g => g.StartsAtKeyframe && g.Count > 0);

    /// <summary>The group with that sequence, or null when it has been let go or is not there yet.</summary>
    public TimelineGroup? Group(long sequence)
    {
        var groups = _groups;
        var index = groups.Length == 0 ? -1 : sequence - groups[0].Sequence;
        return index >= 0 && index < groups.Length ? groups[index] : null;
    }

    private static Track[] SoundOf(StreamPart part) =>
        [.. part.Tracks.Where(t => t.Kind == TrackKind.Audio)];

    private void Show(StreamPart part)
    {
        _part = part;
        _breakGroup = true;
    }

    private bool IsPictureGone(MediaTime now) =>
        _picture is not null && _part == _take && now - (_lastPicture ?? now) > LongestStill;

    private bool StartsAudioGroup(MediaPacket packet)
    {
        var groups = _groups;
        return groups.Length == 0
            || _breakGroup
            || packet.Timestamp - groups[^1].Start >= AudioGroup;
    }

    private void Open(MediaTime start, bool startsAtKeyframe)
    {
        var groups = _groups;
        var sequence = LastSequence + 1;
        var kept = Keep(groups, start);
        _groups = [.. kept, new TimelineGroup(sequence, startsAtKeyframe, start)];
        _breakGroup = false;
    }

    private ArraySegment<TimelineGroup> Keep(TimelineGroup[] groups, MediaTime now)
    {
        var first = groups.Length;
        var bytes = 0L;
        while (first > 0)
        {
            var group = groups[first - 1];
            bytes += group.CostBytes;
            var newest = first == groups.Length;
            if (
                !newest
                && (
                    bytes > budget.RetentionBytes
                    || now - group.Start > MediaTime.From(budget.Retention)
                )
            )
            {
                break;
            }
            first--;
        }
        return new ArraySegment<TimelineGroup>(groups, first, groups.Length - first);
    }

    private void Seal(List<MediaPacket> batch)
    {
        if (batch.Count == 0)
        {
            return;
        }
        // Chromium's parser refuses a block earlier than the one before it in the same cluster.
        var ordered = batch.OrderBy(p => p.Timestamp.Nanoseconds).ToList();
        batch.Clear();
        var from = 0;
        for (var i = 1; i <= ordered.Count; i++)
        {
            if (
                i == ordered.Count
                || !WebMCluster.Fits(ordered[from].Timestamp, ordered[i].Timestamp)
            )
            {
                Add(new Fragment(_part!, ordered.GetRange(from, i - from)));
                from = i;
            }
        }
    }

    private void Add(Fragment fragment)
    {
        var group = _groups[^1];
        if (group.Count > 0 && group.CostBytes + fragment.CostBytes > budget.GroupBytes)
        {
            Open(fragment.Start, startsAtKeyframe: false);
        }
        _groups[^1].Append(fragment);
    }

    /// <summary>
    /// Wakes the readers one after the other on one thread, beside the loop: each has little to do, and a thread woken for
    /// each of them costs more than that.
    /// </summary>
    private void Signal()
    {
        var changed = Interlocked.Exchange(ref _changed, new TaskCompletionSource());
        ThreadPool.UnsafeQueueUserWorkItem(
            static news => news.Timeline.Wake(news.Changed),
            (Timeline: this, Changed: changed),
            preferLocal: false
        );
    }

    private void Wake(TaskCompletionSource changed)
    {
        foreach (var reader in _readers)
        {
            reader.Ring();
        }
        changed.SetResult();
    }
}
