using CommuniConnect.Server.Broadcast.OnAir;
using CommuniConnect.Server.Community.Posts;
using CommuniConnect.Server.Platform.Database;

namespace CommuniConnect.Server.Community.Lives;

/// <summary>Begins lives: the post first, so that a live on air is never without one.</summary>
internal sealed class LiveWriter(AppDb db, LiveDirectory directory, TimeProvider time)
{
    /// <summary>The id of the new live, which is the id of its post.</summary>
    public async Task<int> StartAsync(
        int authorId,
        int quartierId,
        string title,
        string content,
        CancellationToken cancellation
    )
    {
        var now = time.GetUtcNow();
        var post = new Post
        {
            AuthorId = authorId,
            QuartierId = quartierId,
            Title = title,
            Content = content,
            PostType = "live",
            CreatedAt = now,
            UpdatedAt = now,
            Live = new LiveRecord(),
        };
        db.Posts.Add(post);
        await db.SaveChangesAsync(cancellation);
        directory.Open(post.Id);
        return post.Id;
    }
}
