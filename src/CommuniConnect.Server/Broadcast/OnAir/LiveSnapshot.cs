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
/// <param name="Explanation">What the one who ended it has to say to its publisher, or null.</param>
internal sealed record LiveEnding(
    int LiveId,
    LiveEndReason Reason,
    DateTimeOffset? StartedAt,
    DateTimeOffset EndedAt,
    TimeSpan Duration,
    int PeakViewers,
    int Takes,
    IReadOnlyList<ReplayPart> Parts,
    string? Explanation = null
);

/// <summary>What plays as one video: a file, or several with the same codecs put together.</summary>
/// <param name="Files">In the order in which they play.</param>
/// <param name="IsSpliced">Whether they have to be put together to be played; else there is one, to be served as it is.</param>
/// <param name="SizeBytes">Of the video, however many files it is made of.</param>
internal sealed record ReplayPart(
    IReadOnlyList<ReplayFile> Files,
    bool IsSpliced,
    TimeSpan Duration,
    long SizeBytes,
    int Width,
    int Height
)
{
    /// <summary>The part a file with these tracks is: its picture is as large as the first picture track says.</summary>
    public static ReplayPart Of(
        string name,
        IReadOnlyList<Track> tracks,
        TimeSpan duration,
        long sizeBytes
    ) =>
        Of(
            [new ReplayFile(name, TimeSpan.Zero, null)],
            isSpliced: false,
            tracks,
            duration,
            sizeBytes
        );

    public static ReplayPart Of(
        IReadOnlyList<ReplayFile> files,
        bool isSpliced,
        IReadOnlyList<Track> tracks,
        TimeSpan duration,
        long sizeBytes
    )
    {
        var video = tracks.FirstOrDefault(t => t.Kind == TrackKind.Video);
        return new(files, isSpliced, duration, sizeBytes, video?.Width ?? 0, video?.Height ?? 0);
    }
}

/// <summary>A file of a recording, as the replay uses it.</summary>
/// <param name="Name">Its name in the folder of the live.</param>
/// <param name="Start">Where it begins in its part of the replay.</param>
/// <param name="LiveStart">Where it began on the live's own timeline, or null for what the live was sent later and never showed.</param>
internal sealed record ReplayFile(string Name, TimeSpan Start, TimeSpan? LiveStart);
