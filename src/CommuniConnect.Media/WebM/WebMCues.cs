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
