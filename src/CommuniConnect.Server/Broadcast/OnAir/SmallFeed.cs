using CommuniConnect.Media;

namespace CommuniConnect.Server.Broadcast.OnAir;

/// <summary>
/// Puts the small picture on the timeline of its live, as long as it goes together with the take on air. Whatever does
/// not takes it away from the viewers until its next keyframe: they have the large one. Owned by the live's loop.
/// </summary>
internal sealed class SmallFeed(Timeline main)
{
    /// <summary>How far before or after the end of the live a packet may be: the two ways to the server are not equally fast.</summary>
    public static readonly MediaTime LargestDistance = MediaTime.FromMilliseconds(5_000);

    /// <summary>A small picture that is behind the live for so long stands still.</summary>
    public static readonly MediaTime LongestStill = MediaTime.FromMilliseconds(2_000);

    /// <summary>Longest way to the next keyframe.</summary>
    public static readonly MediaTime LongestGroup = MediaTime.FromMilliseconds(10_000);

    private volatile SmallSession? _session; // written by the loop, read by whoever lets go of it
    private MediaTime _latest;
    private MediaTime _groupStart;

    /// <summary>Makes a connection the one that sends it; the one before is let go.</summary>
    public void Attach(SmallSession session)
    {
        Close(SmallEnd.Replaced);
        _session = session;
    }

    /// <summary>Takes packets in.</summary>
    /// <param name="onAir">The take that is being published, or null.</param>
    /// <param name="end">Where the live's timeline ends.</param>
    public void Accept(LiveCommand.SmallPackets from, Take? onAir, MediaTime end)
    {
        if (from.Session != _session || onAir?.Id != from.Session.TakeId)
        {
            return;
        }
        var placed = new List<MediaPacket>(from.Packets.Count);
        foreach (var packet in from.Packets)
        {
            if (!IsInPlace(packet, onAir, end, out var time))
            {
                placed.Clear();
                Withdraw();
                continue;
            }
            if (main.Small is null && !packet.IsKeyframe)
            {
                continue; // nothing to see before a keyframe
            }
            if (main.Small is null)
            {
                Offer(from.Track);
            }
            _latest = time;
            _groupStart = packet.IsKeyframe ? time : _groupStart;
            placed.Add(packet with { TrackNumber = SmallPicture.TrackNumber, Timestamp = time });
        }
        if (placed.Count > 0)
        {
            main.Small!.Timeline.Append(placed);
        }
    }

    /// <summary>The live has gone on to here: a small picture that does not come along stands still.</summary>
    public void KeepUp(MediaTime end)
    {
        if (main.Small is not null && end - _latest > LongestStill)
        {
            Withdraw();
        }
    }

    /// <summary>Another take is on air: what belongs to the one before is let go.</summary>
    public void BeginTake(Guid takeId)
    {
        if (_session?.TakeId != takeId)
        {
            Close(SmallEnd.Over);
        }
        Withdraw();
    }

    /// <summary>Its connection is gone.</summary>
    public void Leave(SmallSession session)
    {
        if (session == _session)
        {
            _session = null;
            Withdraw();
        }
    }

    /// <summary>Takes it away from the viewers; it may come again with a keyframe.</summary>
    public void Withdraw()
    {
        var gone = main.Small;
        main.Small = null;
        gone?.Timeline.End();
    }

    /// <summary>Lets go of the connection, and of what it sent.</summary>
    public void Close(SmallEnd end)
    {
        _session?.Close(end);
        _session = null;
        Withdraw();
    }

    /// <summary>Lets go of the connection, whatever the loop does.</summary>
    public void Release(SmallEnd end) => _session?.Close(end);

    private void Offer(Track track)
    {
        var numbered = track with { Number = SmallPicture.TrackNumber };
        var timeline = new Timeline(TimelineBudget.Small);
        timeline.BeginTake(new StreamPart([numbered], ReadOnlyMemory<byte>.Empty, ""));
        main.Small = new SmallPicture(numbered, timeline);
        _latest = _groupStart = new MediaTime(long.MinValue);
    }

    private bool IsInPlace(MediaPacket packet, Take onAir, MediaTime end, out MediaTime time)
    {
        time = default;
        if (onAir.OnTimeline(packet.Timestamp) is not { } mapped)
        {
            return false; // the take has not begun
        }
        time = mapped;
        return mapped.Nanoseconds >= 0
            && mapped > end - LargestDistance
            && mapped < end + LargestDistance
            && (
                main.Small is null
                || mapped > _latest && (packet.IsKeyframe || mapped - _groupStart < LongestGroup)
            );
    }
}
