using CommuniConnect.Server.Community.Posts;

namespace CommuniConnect.Server.Community.Lives;

/// <summary>The post of a live with what a viewer needs to watch it and its owner to publish it. All null once it has ended.</summary>
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
}
