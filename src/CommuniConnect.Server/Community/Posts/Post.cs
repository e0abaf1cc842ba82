using CommuniConnect.Server.Community.Geography;
using CommuniConnect.Server.Community.Lives;
using CommuniConnect.Server.Community.Users;

namespace CommuniConnect.Server.Community.Posts;

/// <summary>What a member published: a text, or a live.</summary>
internal sealed class Post
{
    public const int TitleLength = 200;
    public const int ContentLength = 5000;

    public int Id { get; init; }
    public int AuthorId { get; init; }
    public User? Author { get; init; }
    public int? QuartierId { get; init; }
    public Quartier? Quartier { get; init; }
    public required string Title { get; set; }
    public required string Content { get; set; }

    /// <summary>"info", "event", "help" or "live".</summary>
    public required string PostType { get; set; }
    public int ViewsCount { get; set; }
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset UpdatedAt { get; set; }

    /// <summary>The live the post shows, or null for a text post.</summary>
    public LiveRecord? Live { get; init; }
    public List<ReplayMedia> Media { get; init; } = [];
    public List<PostLike> Likes { get; init; } = [];
    public List<Comment> Comments { get; init; } = [];
}

/// <summary>One member likes one post.</summary>
internal sealed class PostLike
{
    public int PostId { get; init; }
    public int UserId { get; init; }
}

/// <summary>A member's remark under a post.</summary>
internal sealed class Comment
{
    public const int ContentLength = 1000;

    public int Id { get; init; }
    public int PostId { get; init; }
    public int AuthorId { get; init; }
    public User? Author { get; init; }
    public required string Content { get; set; }
    public DateTimeOffset CreatedAt { get; init; }
}
