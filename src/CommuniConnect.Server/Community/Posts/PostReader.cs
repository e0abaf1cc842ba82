using System.Globalization;
using CommuniConnect.Server.Broadcast.OnAir;
using CommuniConnect.Server.Community.Lives;
using CommuniConnect.Server.Community.Users;
using CommuniConnect.Server.Platform.Database;
using CommuniConnect.Server.Platform.Http;
using Microsoft.EntityFrameworkCore;

namespace CommuniConnect.Server.Community.Posts;

/// <summary>Which posts are asked for.</summary>
/// <param name="Page">From 1.</param>
/// <param name="Type">Only posts of this type, or null for all.</param>
/// <param name="IsLivePost">Only lives on air (true), only the others (false), or both (null).</param>
/// <param name="AuthorId">Only this member's posts, or null for everybody's.</param>
internal sealed record PostQuery(
    int Page = 1,
    string? Type = null,
    bool? IsLivePost = null,
    int? AuthorId = null
);

/// <summary>Posts as people see them: what the database remembers, joined with what is on air at this moment.</summary>
internal sealed class PostReader(AppDb db, LiveDirectory onAir)
{
    public const int PageSize = 20;

    /// <summary>One post, or null.</summary>
    /// <param name="viewerId">Who looks, or null for nobody known.</param>
    /// <param name="request">The one that asks, for whole addresses.</param>
    public async Task<PostView?> FindAsync(
        int id,
        int? viewerId,
        HttpRequest request,
        CancellationToken cancellation
    )
    {
        var row = await Rows(db.Posts.Where(p => p.Id == id), viewerId)
            .SingleOrDefaultAsync(cancellation);
        return row is null ? null : View(row, request);
    }

    /// <summary>Counts one more look at the post.</summary>
    public Task CountViewAsync(int id, CancellationToken cancellation) =>
        db
            .Posts.Where(p => p.Id == id)
            .ExecuteUpdateAsync(
                set => set.SetProperty(p => p.ViewsCount, p => p.ViewsCount + 1),
                cancellation
            );

    /// <summary>
    /// One page: lives on air first, then the newest. Both are one order of one query, so that a post is on exactly one
    /// page; between two requests a live that begins or ends moves, as a new post does.
    /// </summary>
    public async Task<Page<PostView>> ListAsync(
        PostQuery query,
        int? viewerId,
        HttpRequest request,
        CancellationToken cancellation
    )
    {
        var matching = Matching(query);
        var count = await matching.CountAsync(cancellation);
        var rows = await Rows(
                matching
                    .OrderByDescending(p => p.Live != null && p.Live.EndedAt == null)
                    .ThenByDescending(p => p.CreatedAt)
                    .ThenByDescending(p => p.Id)
                    .Skip(Paging.Skip(query.Page, PageSize))
                    .Take(PageSize),
                viewerId
            )
            .ToListAsync(cancellation);
        return Paging.Page(
            [.. rows.Select(row => View(row, request))],
            count,
            query.Page,
            PageSize,
            request
        );
    }

    /// <summary>The member's live that has not ended, or null.</summary>
    public Task<int?> OpenLiveOfAsync(int memberId, CancellationToken cancellation) =>
        db
            .Posts.Where(p => p.AuthorId == memberId && p.Live != null && p.Live.EndedAt == null)
            .OrderByDescending(p => p.Id)
            .Select(p => (int?)p.Id)
            .FirstOrDefaultAsync(cancellation);

    /// <summary>The remarks under a post, oldest first.</summary>
    public async Task<Page<CommentView>> CommentsAsync(
        int postId,
        int page,
        HttpRequest request,
        CancellationToken cancellation
    )
    {
        var all = db.Comments.Where(c => c.PostId == postId);
        var count = await all.CountAsync(cancellation);
        var comments = await all.Include(c => c.Author!.Quartier)
            .OrderBy(c => c.Id)
            .Skip(Paging.Skip(page, PageSize))
            .Take(PageSize)
            .AsNoTracking()
            .ToListAsync(cancellation);
        return Paging.Page([.. comments.Select(View)], count, page, PageSize, request);
    }

    internal static CommentView View(Comment comment) =>
        new(comment.Id, UserView.Of(comment.Author!), comment.Content, comment.CreatedAt);

    private IQueryable<Post> Matching(PostQuery query)
    {
        var posts = db.Posts.AsQueryable();
        if (!string.IsNullOrEmpty(query.Type))
        {
            posts = posts.Where(p => p.PostType == query.Type);
        }
        if (query.IsLivePost is { } isLive)
        {
            posts = posts.Where(p => (p.Live != null && p.Live.EndedAt == null) == isLive);
        }
        return query.AuthorId is { } author ? posts.Where(p => p.AuthorId == author) : posts;
    }

    private IQueryable<PostRow> Rows(IQueryable<Post> posts, int? viewerId) =>
        posts
            .Include(p => p.Author!.Quartier)
            .Include(p => p.Quartier)
            .Include(p => p.Live)
            .Include(p => p.Media)
            .AsSplitQuery()
            .AsNoTracking()
            .Select(p => new PostRow(
                p,
                p.Likes.Count,
                p.Comments.Count,
                p.Likes.Any(like => like.UserId == viewerId),
                db.ChatMessages.Count(message =>
                    message.LiveId == p.Id && message.RemovedAt == null
                )
            ));

    private PostView View(PostRow row, HttpRequest request)
    {
        var post = row.Post;
        var thumbnail = MediaAddress.ThumbnailOf(post.Live, request);
        var media = post
            .Media.OrderBy(m => m.Position)
            .ThenBy(m => m.Id)
            .Select(m => MediaAddress.View(m, thumbnail, request))
            .ToList();
        return new(
            post.Id,
            UserView.Of(post.Author!),
            Geography.QuartierView.Of(post.Quartier),
            post.Title,
            post.Content,
            post.PostType,
            IsLivePost: post.Live is { EndedAt: null },
            media,
            media.FirstOrDefault(),
            post.Live is null ? null : View(post.Live, row.Messages),
            row.Likes,
            row.Comments,
            post.ViewsCount,
            post.CreatedAt,
            post.UpdatedAt,
            row.Liked
        )
        {
            ThumbnailUrl = thumbnail,
        };
    }

    private LiveView View(LiveRecord live, int messages)
    {
        var now = live.EndedAt is null ? onAir.Find(live.PostId) : null;
        return now is null
            ? new(
                Name(live.EndedAt is null ? LiveStatus.Interrupted : LiveStatus.Ended),
                live.StartedAt,
                live.EndedAt,
                MediaAddress.Seconds(live.Duration),
                Viewers: 0,
                live.PeakViewers,
                messages,
                live.Takes
            )
            {
                EndReason = live.EndReasonName,
                EndExplanation = live.EndExplanation,
            }
            : new(
                // The engine is done and the end is about to be written: until then the live counts as open.
                Name(now.Status is LiveStatus.Ended ? LiveStatus.Interrupted : now.Status),
                now.StartedAt ?? live.StartedAt,
                EndedAt: null,
                MediaAddress.Seconds(now.Duration),
                now.Viewers,
                Math.Max(now.PeakViewers, live.PeakViewers),
                messages,
                now.Takes
            );
    }

    private static string Name(LiveStatus status) =>
        status.ToString().ToLower(CultureInfo.InvariantCulture);

    private sealed record PostRow(Post Post, int Likes, int Comments, bool Liked, int Messages);
}
