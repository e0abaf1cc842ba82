using CommuniConnect.Media;

namespace CommuniConnect.Server.Broadcast.OnAir;

/// <summary>A live as it is now, immutable.</summary>
/// <param name="StartedAt">When the first frame arrived, or null.</param>
/// <param name="Duration">Recorded media time so far.</param>
/// <param name="ReconnectUntil">When an interrupted live ends by itself, or null.</param>
internal sealed record LiveSnapshot(
    int LiveId,
    LiveStatus Status,
    DateTimeOffset? StartedAt,
    TimeSpan Duration,
    int Viewers,
    int PeakViewers,
    int Takes,
    DateTimeOffset? ReconnectUntil
);

/// <summary>How a live ended and what it left.</summary>
internal sealed record LiveEnding(
    int LiveId,
    LiveEndReason Reason,
    DateTimeOffset? StartedAt,
    DateTimeOffset EndedAt,
    TimeSpan Duration,
    int PeakViewers,
    int Takes,
    IReadOnlyList<ReplayPart> Parts
);

/// <summary>One finished file of a replay.</summary>
/// <param name="File">Its name in the folder of the live.</param>
internal sealed record ReplayPart(
    string File,
    TimeSpan Duration,
    long SizeBytes,
    int Width,
    int Height
)
{
    /// <summary>The part a file with these tracks is: its picture is as large as the first picture track says.</summary>
    public static ReplayPart Of(
        string path,
        IReadOnlyList<Track> tracks,
        TimeSpan duration,
        long sizeBytes
    )
    {
        var video = tracks.FirstOrDefault(t => t.Kind == TrackKind.Video);
        return new(
            Path.GetFileName(path),
            duration,
            sizeBytes,
            video?.Width ?? 0,
            video?.Height ?? 0
        );
    }
}
