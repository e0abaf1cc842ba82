using CommuniConnect.Server.Community.Users;
using CommuniConnect.Server.Platform.Database;
using CommuniConnect.Server.Platform.Http;
using CommuniConnect.Server.Platform.Localization;
using CommuniConnect.Server.Platform.Storage;
using Microsoft.EntityFrameworkCore;

namespace CommuniConnect.Server.Community.Posts;

/// <summary>What a member writes in a post; in a change, what is absent stays.</summary>
public sealed record PostText
{
    public string? Title { get; init; }
    public string? Content { get; init; }

    /// <summary>"info" (the default), "event" or "help".</summary>
    public string? PostType { get; init; }
}

/// <summary>What came of a change that needs a right: done, or why not.</summary>
internal enum ChangeOutcome
{
    Done,
    Unknown,
    NotYours,
    OnAir,
}

/// <summary>Everything members do to posts.</summary>
internal sealed class PostWriter(AppDb db, TimeProvider time, DataFolder data)
{
    private const string LiveType = "live";
    private static readonly string[] TextTypes = ["info", "event", "help"];

    /// <summary>Publishes a text in the author's quartier: its id, or which field is wrong.</summary>
    public async Task<(int Id, FieldError? Error)> CreateAsync(
        int authorId,
        PostText text,
        CancellationToken cancellation
    )
    {
        var type = string.IsNullOrEmpty(text.PostType) ? TextTypes[0] : text.PostType;
        if ((Check(text.Title, text.Content) ?? CheckType(type)) is { } error)
        {
            return (0, error);
        }
        var now = time.GetUtcNow();
        var post = new Post
        {
            AuthorId = authorId,
            QuartierId = await db
                .Users.Where(u => u.Id == authorId)
                .Select(u => u.QuartierId)
                .SingleAsync(cancellation),
            Title = text.Title!,
            Content = text.Content!,
            PostType = type,
            CreatedAt = now,
            UpdatedAt = now,
        };
        db.Posts.Add(post);
        await db.SaveChangesAsync(cancellation);
        return (post.Id, null);
    }

    /// <summary>Changes the words of one's own post. The words of a live change like any; it stays a live.</summary>
    public async Task<(ChangeOutcome Outcome, FieldError? Error)> ChangeAsync(
        int id,
        CurrentUser me,
        PostText text,
        CancellationToken cancellation
    )
    {
        if (await db.Posts.FindAsync([id], cancellation) is not { } post)
        {
            return (ChangeOutcome.Unknown, null);
        }
        if (post.AuthorId != me.Id)
        {
            return (ChangeOutcome.NotYours, null);
        }
        var (title, content, type) = (
            text.Title ?? post.Title,
            text.Content ?? post.Content,
            text.PostType ?? post.PostType
        );
        var isLive = post.PostType == LiveType;
        var error =
            Check(title, content, contentRequired: !isLive)
            ?? (type == post.PostType ? null : CheckType(isLive ? "" : type));
        if (error is null)
        {
            (post.Title, post.Content, post.PostType) = (title, content, type);
            post.UpdatedAt = time.GetUtcNow();
            await db.SaveChangesAsync(cancellation);
        }
        return (ChangeOutcome.Done, error);
    }

    /// <summary>Removes a post with everything under it; its author and moderators may, once its live has ended.</summary>
    public async Task<ChangeOutcome> DeleteAsync(
        int id,
        CurrentUser me,
        CancellationToken cancellation
    )
    {
        var post = await db
            .Posts.Include(p => p.Live)
            .SingleOrDefaultAsync(p => p.Id == id, cancellation);
        if (post is null)
        {
            return ChangeOutcome.Unknown;
        }
        if (post.AuthorId != me.Id && !me.IsModerator)
        {
            return ChangeOutcome.NotYours;
        }
        if (post.Live is { EndedAt: null })
        {
            return ChangeOutcome.OnAir;
        }
        db.Posts.Remove(post);
        await db.SaveChangesAsync(cancellation);
        if (Directory.Exists(data.Live(id)))
        {
            Directory.Delete(data.Live(id), recursive: true);
        }
        return ChangeOutcome.Done;
    }

    /// <summary>Likes the post, or no longer: what holds now and how many do, or null when there is no such post.</summary>
    public async Task<LikeView?> ToggleLikeAsync(
        int id,
        int memberId,
        CancellationToken cancellation
    )
    {
        var likes = db.PostLikes.Where(like => like.PostId == id);
        var liked =
            await likes.Where(like => like.UserId == memberId).ExecuteDeleteAsync(cancellation)
            == 0;
        if (liked)
        {
            if (!await db.Posts.AnyAsync(p => p.Id == id, cancellation))
            {
                return null;
            }
            // Two taps at the same moment both find no like: the second insert is to do nothing, not to fail.
            await db.Database.ExecuteSqlAsync(
                $"""
                INSERT INTO "PostLikes" ("PostId", "UserId") VALUES ({id}, {memberId})
                ON CONFLICT DO NOTHING
                """,
                cancellation
            );
        }
        return new(liked, await likes.CountAsync(cancellation));
    }

    /// <summary>Writes a remark under a post: the remark, or which field is wrong; neither when there is no such post.</summary>
    public async Task<(Comment? Comment, FieldError? Error)> CommentAsync(
        int id,
        int memberId,
        string? content,
        CancellationToken cancellation
    )
    {
        if (!await db.Posts.AnyAsync(p => p.Id == id, cancellation))
        {
            return (null, null);
        }
        if (TextField.Check("content", content, Comment.ContentLength) is { } error)
        {
            return (null, error);
        }
        var comment = new Comment
        {
            PostId = id,
            AuthorId = memberId,
            Author = await db
                .Users.Include(u => u.Quartier)
                .SingleAsync(u => u.Id == memberId, cancellation),
            Content = content!,
            CreatedAt = time.GetUtcNow(),
        };
        db.Comments.Add(comment);
        await db.SaveChangesAsync(cancellation);
        return (comment, null);
    }

    private static FieldError? Check(string? title, string? content, bool contentRequired = true) =>
        TextField.Check("title", title, Post.TitleLength)
        ?? TextField.Check("content", content, Post.ContentLength, contentRequired);

    private static FieldError? CheckType(string type) =>
        TextTypes.Contains(type, StringComparer.Ordinal)
            ? null
            : new("post_type", Texts.Of("Le type d'une publication est info, event ou help."));
}

/// <summary>Whether the member likes a post now, and how many do.</summary>
internal sealed record LikeView(bool IsLiked, int LikesCount);
