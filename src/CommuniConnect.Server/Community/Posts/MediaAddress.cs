using CommuniConnect.Server.Community.Lives;
using CommuniConnect.Server.Platform.Http;

namespace CommuniConnect.Server.Community.Posts;

/// <summary>How a recording is shown: its facts and the address of its file.</summary>
internal static class MediaAddress
{
    /// <summary>A recording as the API gives it.</summary>
    /// <param name="thumbnailUrl">A picture of it, or null.</param>
    public static MediaView View(ReplayMedia media, string? thumbnailUrl, HttpRequest request) =>
        new(
            media.Id,
            "video",
            Addresses.Absolute(request, PathOf(media)),
            thumbnailUrl,
            Seconds(media.Duration),
            media.SizeBytes,
            media.Width,
            media.Height,
            IsLiveRecording: true,
            media.CreatedAt
        );

    /// <summary>The address of a live's picture, or null when it has none.</summary>
    public static string? ThumbnailOf(LiveRecord? live, HttpRequest request) =>
        live?.ThumbnailToken is { } token
            ? Addresses.Absolute(request, ThumbnailEndpoints.PathOf(live.PostId, token))
            : null;

    public static string PathOf(ReplayMedia media)
    {
        var extension = media.ContentType.StartsWith("video/mp4", StringComparison.Ordinal)
            ? "mp4"
            : "webm";
        return $"/media/{media.Id}-{media.Token}.{extension}";
    }

    public static decimal Seconds(TimeSpan span) => (decimal)span.Ticks / TimeSpan.TicksPerSecond;
}
