using System.Runtime.InteropServices;
using static CommuniConnect.Media.WebM.EbmlElement;

namespace CommuniConnect.Media.WebM;

/// <summary>One place a player may seek to.</summary>
/// <param name="Time">When the keyframe is shown.</param>
/// <param name="TrackNumber">Its track.</param>
/// <param name="ClusterOffsetBytes">Where its Cluster begins, from the beginning of the Segment's content (<see cref="WebMRecordingHeader.SegmentDataOffset"/>).</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct CuePoint(MediaTime Time, int TrackNumber, long ClusterOffsetBytes);

/// <summary>The index of a finished file. Spec: RFC 9559 §5.1.5.</summary>
public static class WebMCues
{
    /// <summary>The Cues element.</summary>
    /// <param name="points">One point or more, in order of time.</param>
    /// <exception cref="ArgumentException">There is none: Cues may not be empty.</exception>
    public static byte[] Write(IReadOnlyList<CuePoint> points)
    {
        if (points.Count == 0)
            throw new ArgumentException("Cues has to have a point.", nameof(points));
        return ToBytes(Master(WebMId.Cues, [.. points.Select(Point)]));
    }

    /// <summary>The points of a Cues element that <see cref="Write"/> made; what is not understood is left out.</summary>
    /// <param name="content">Behind its id and size.</param>
    public static IReadOnlyList<CuePoint> Read(ReadOnlySpan<byte> content)
    {
        var points = new List<CuePoint>();
        var children = new EbmlChildren(content);
        while (children.MoveNext())
        {
            if (children.Id == WebMId.CuePoint && ReadPoint(children.Content) is { } point)
                points.Add(point);
        }
        return points;
    }

    private static CuePoint? ReadPoint(ReadOnlySpan<byte> content)
    {
        var (time, track, cluster) = (-1L, 0L, -1L);
        var children = new EbmlChildren(content);
        while (children.MoveNext())
        {
            if (children.Id == WebMId.CueTime && Ebml.TryReadUInt(children.Content, out var units))
                time = units;
            else if (children.Id == WebMId.CueTrackPositions)
                ReadPositions(children.Content, ref track, ref cluster);
        }
        return time >= 0 && time <= long.MaxValue / HeaderElements.TimestampScale && cluster >= 0
            ? new CuePoint(
                new MediaTime(time * HeaderElements.TimestampScale),
                (int)Math.Clamp(track, 0, int.MaxValue),
                cluster
            )
            : null;
    }

    private static void ReadPositions(ReadOnlySpan<byte> content, ref long track, ref long cluster)
    {
        var children = new EbmlChildren(content);
        while (children.MoveNext())
        {
            if (!Ebml.TryReadUInt(children.Content, out var value))
                continue;
            if (children.Id == WebMId.CueTrack)
                track = value;
            else if (children.Id == WebMId.CueClusterPosition)
                cluster = value;
        }
    }

    private static EbmlElement Point(CuePoint point) =>
        Master(
            WebMId.CuePoint,
            UInt(WebMId.CueTime, Math.Max(0, WebMTime.ToUnits(point.Time))),
            Master(
                WebMId.CueTrackPositions,
                UInt(WebMId.CueTrack, point.TrackNumber),
                UInt(WebMId.CueClusterPosition, point.ClusterOffsetBytes)
            )
        );
}
