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

    private volatile TimelineGroup[] _groups = [];
    private volatile bool _ended;
    private volatile CaptureClock? _clock;
    private volatile SmallPicture? _small;
    private TaskCompletionSource _changed = new();
    private ImmutableArray<ReaderWakeup> _readers = [];
    private StreamPart? _part; // owned by the loop
    private bool _breakGroup; // owned by the loop

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
        _part = part;
        _breakGroup = true;
    }

    /// <summary>Shows packets to viewers. Called with the packets of one arrival, in stream order.</summary>
    public void Append(IReadOnlyList<MediaPacket> packets)
    {
        var part = _part ?? throw new InvalidOperationException("packets before BeginTake");
        var video = part.Tracks.FirstOrDefault(t => t.Kind == TrackKind.Video)?.Number;
        var batch = new List<MediaPacket>(packets.Count);
        foreach (var packet in packets)
        {
            var startsGroup = video is null
                ? StartsAudioGroup(packet)
                : packet.TrackNumber == video && packet.IsKeyframe;
            if (startsGroup || _breakGroup)
            {
                Seal(part, batch);
                Open(packet.Timestamp, startsGroup);
            }
            batch.Add(packet);
        }
        Seal(part, batch);
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
            bytes += group.SizeBytes;
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

    private void Seal(StreamPart part, List<MediaPacket> batch)
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
                Add(new Fragment(part, ordered.GetRange(from, i - from)));
                from = i;
            }
        }
    }

    private void Add(Fragment fragment)
    {
        if (_groups[^1].SizeBytes + fragment.SizeBytes > budget.GroupBytes)
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
