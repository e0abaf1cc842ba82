using CommuniConnect.Media;

namespace CommuniConnect.Server.Broadcast.OnAir;

/// <summary>
/// Puts the timestamps of a take on the timeline of its live: the first packet follows what was recorded before, holes
/// stay, but a clock that jumps (back, or forward by more than a pause) does not: the timeline goes on where it was.
/// </summary>
internal sealed class TimestampMapper
{
    /// <summary>Longest hole a publisher may leave: a still screen sends a frame each few seconds, a paused one none for long.</summary>
    public static readonly MediaTime LongestHole = MediaTime.FromMilliseconds(30_000);

    /// <summary>How far one track may be behind another before it is taken for a clock set back.</summary>
    public static readonly MediaTime LargestStepBack = MediaTime.FromMilliseconds(5_000);

    /// <summary>Distance put between the two sides of a jump: about a frame.</summary>
    public static readonly MediaTime Step = MediaTime.FromMilliseconds(33);

    /// <summary>Longest a packet without a stated duration is taken to last.</summary>
    private static readonly MediaTime LongestPacket = MediaTime.FromMilliseconds(100);

    private readonly Dictionary<int, MediaTime> _lastOfTrack = [];

    /// <param name="start">Where on the live's timeline the take begins.</param>
    public TimestampMapper(MediaTime start) => End = start;

    private TimestampMapper(MediaTime offset, MediaTime latest, MediaTime end)
    {
        (Offset, Latest, End, HasBegun) = (offset, latest, end, true);
    }

    /// <summary>Goes on after a restart of the server, from what a checkpoint kept.</summary>
    public static TimestampMapper Resume(MediaTime offset, MediaTime latest, MediaTime end) =>
        new(offset, latest, end);

    /// <summary>Whether a packet has been mapped.</summary>
    public bool HasBegun { get; private set; }

    /// <summary>What is added to a timestamp of the take.</summary>
    public MediaTime Offset { get; private set; }

    /// <summary>The latest timestamp of the take itself.</summary>
    public MediaTime Latest { get; private set; }

    /// <summary>Where the live's timeline ends.</summary>
    public MediaTime End { get; private set; }

    public MediaTime Map(MediaPacket packet)
    {
        var time = packet.Timestamp;
        if (!HasBegun)
        {
            (HasBegun, Offset, Latest) = (true, End - time, time);
        }
        else if (time > Latest + LongestHole || time < Latest - LargestStepBack)
        {
            (Offset, Latest) = (End + Step - time, time);
        }
        if (time > Latest)
        {
            Latest = time;
        }
        var mapped = time + Offset;
        // A decoder needs the packets of a track in order; a step back within the tolerance waits for the others.
        var hasLast = _lastOfTrack.TryGetValue(packet.TrackNumber, out var last);
        mapped = Later(mapped, hasLast ? last : MediaTime.Zero);
        _lastOfTrack[packet.TrackNumber] = mapped;
        // Without a stated duration a packet lasts about as long as the one before it.
        var usual = hasLast && mapped - last < LongestPacket ? mapped - last : LongestPacket;
        End = Later(End, mapped + (packet.Duration ?? (hasLast ? usual : MediaTime.Zero)));
        return mapped;
    }

    private static MediaTime Later(MediaTime a, MediaTime b) => a > b ? a : b;
}
