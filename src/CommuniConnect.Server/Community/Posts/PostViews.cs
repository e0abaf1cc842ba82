using System.Text.Json.Serialization;
using CommuniConnect.Server.Community.Geography;
using CommuniConnect.Server.Community.Users;

namespace CommuniConnect.Server.Community.Posts;

/// <summary>A post as the API gives one.</summary>
/// <param name="IsLivePost">True exactly while its live runs.</param>
/// <param name="LiveStream">The first part of the replay, or null.</param>
/// <param name="Live">Null for a text post.</param>
public record PostView(
    int Id,
    UserView Author,
    QuartierView? Quartier,
    string Title,
    string Content,
    string PostType,
    bool IsLivePost,
    IReadOnlyList<MediaView> MediaFiles,
    MediaView? LiveStream,
    LiveView? Live,
    int LikesCount,
    int CommentsCount,
    int ViewsCount,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt,
    bool IsLikedByUser
)
{
    /// <summary>A picture of the live, or null. Programs find it in its media.</summary>
    [JsonIgnore]
    public string? ThumbnailUrl { get; init; }

    /// <summary>The live is over and has left something to watch.</summary>
    [JsonIgnore]
    public bool HasReplay => Live is not null && !IsLivePost && LiveStream is not null;
}

/// <summary>How a live stands, or how it went.</summary>
/// <param name="Status">"waiting", "live", "interrupted" or "ended".</param>
/// <param name="Duration">Recorded seconds.</param>
public sealed record LiveView(
    string Status,
    DateTimeOffset? StartedAt,
    DateTimeOffset? EndedAt,
    decimal Duration,
    int Viewers,
    int PeakViewers,
    int MessagesCount,
    int Takes
)
{
    /// <summary>Why it ended; null while it runs. Programs find it beside the live, on the live's own address.</summary>
    [JsonIgnore]
    public string? EndReason { get; init; }

    /// <summary>What the moderator who stopped it had to say, or null.</summary>
    [JsonIgnore]
    public string? EndExplanation { get; init; }
}

/// <summary>One playable file.</summary>
/// <param name="Duration">Seconds.</param>
/// <param name="FileSize">Bytes.</param>
public sealed record MediaView(
    int Id,
    string MediaType,
    string FileUrl,
    string? ThumbnailUrl,
    decimal Duration,
    long FileSize,
    int Width,
    int Height,
    bool IsLiveRecording,
    DateTimeOffset CreatedAt
);

/// <summary>A remark under a post.</summary>
public sealed record CommentView(int Id, UserView Author, string Content, DateTimeOffset CreatedAt);
