using CommuniConnect.Server.Broadcast.OnAir;
using CommuniConnect.Server.Community.Posts;

namespace CommuniConnect.Server.Community.Lives;

/// <summary>The post of a live with what a viewer needs to watch it and its owner to publish it; once it has ended, with the clock of its chat.</summary>
public sealed record LivePostView : PostView
{
    /// <summary>The same post.</summary>
    public LivePostView(PostView post)
        : base(post) { }

    /// <summary>The progressive stream.</summary>
    public string? WatchUrl { get; init; }

    /// <summary>Not served yet.</summary>
    public string? HlsUrl { get; init; }

    /// <summary>Lets its bearer publish: for the owner only.</summary>
    public string? StreamKey { get; init; }

    /// <summary>Takes WebM over WebSocket or by POST: for the owner only.</summary>
    public string? IngestUrl { get; init; }

    /// <summary>Not served yet.</summary>
    public string? RtmpUrl { get; init; }

    /// <summary>When an interrupted live ends by itself.</summary>
    public DateTimeOffset? ReconnectUntil { get; init; }

    /// <summary>Why it ended: "stopped", "force_stopped", "publisher_left", "disk_full", "recording_failed", "faulted"; null while it runs.</summary>
    public string? EndReason => Live?.EndReason;

    /// <summary>What the moderator who stopped it had to say, or null.</summary>
    public string? EndExplanation => Live?.EndExplanation;

    /// <summary>From the camera to the screens: for the owner only, while a viewer measures it.</summary>
    public ViewerDelayView? Delay { get; init; }

    /// <summary>Where the pieces of the replay lie on the live's own timeline, that of its chat. Null while the live runs.</summary>
    public IReadOnlyList<ReplayPieceView>? ReplayTimeline { get; init; }
}

/// <summary>How long after the camera the viewers see the picture, as those say who can measure it.</summary>
/// <param name="P50Ms">Milliseconds; half of them see it sooner.</param>
/// <param name="P95Ms">Milliseconds; one in twenty sees it later.</param>
/// <param name="Viewers">How many measure it.</param>
public sealed record ViewerDelayView(int P50Ms, int P95Ms, int Viewers)
{
    internal static ViewerDelayView? Of(DelaySummary? delay) =>
        delay is null ? null : new(delay.P50Ms, delay.P95Ms, delay.Viewers);
}

/// <summary>A piece of a replay.</summary>
/// <param name="Start">Seconds from the beginning of the replay, all its media one after another.</param>
/// <param name="LiveStart">Seconds of the live, or null for what was sent later: the live never showed it, and its clock stood still.</param>
public sealed record ReplayPieceView(decimal Start, decimal? LiveStart)
{
    internal static IReadOnlyList<ReplayPieceView> Of(IEnumerable<ReplayMedia> replay)
    {
        var pieces = new List<ReplayPieceView>();
        var start = TimeSpan.Zero;
        foreach (var media in replay)
        {
            pieces.AddRange(
                media.Files.Select(file => new ReplayPieceView(
                    MediaAddress.Seconds(start + file.Start),
                    file.LiveStart is { } live ? MediaAddress.Seconds(live) : null
                ))
            );
            start += media.Duration;
        }
        return pieces;
    }
}
