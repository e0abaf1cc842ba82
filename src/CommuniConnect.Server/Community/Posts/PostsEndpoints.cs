using CommuniConnect.Server.Community.Users;
using CommuniConnect.Server.Platform.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CommuniConnect.Server.Community.Posts;

internal static class PostsEndpoints
{
    private const string UnknownPost = "Cette publication n'existe pas.";

    public static void Map(IEndpointRouteBuilder app)
    {
        var posts = app.MapGroup("/api/posts").WithTags("Publications").RequireAuthorization();
        posts
            .MapGet("/", ListAsync)
            .WithSummary("Les publications, directs en cours d'abord, puis les plus récentes")
            .WithDescription(
                "page (20 par page), type (info, event, help, live), is_live_post (true, false), author (id)."
            );
        posts.MapPost("/", CreateAsync).WithSummary("Publie un texte");
        posts.MapGet("/{id:int}", GetAsync).WithSummary("Une publication ; compte une vue");
        posts
            .MapPut("/{id:int}", ChangeAsync)
            .WithSummary("Change ma publication ; ce qui est absent reste");
        posts
            .MapDelete("/{id:int}", DeleteAsync)
            .WithSummary("Supprime une publication : la sienne, ou toute pour un modérateur");
        posts.MapPost("/{id:int}/like", LikeAsync).WithSummary("Aime, ou n'aime plus");
        posts
            .MapGet("/{id:int}/comments", CommentsAsync)
            .WithSummary("Les commentaires, du plus ancien au plus récent, 20 par page");
        posts.MapPost("/{id:int}/comments", CommentAsync).WithSummary("Commente");
    }

    private static async Task<Results<Ok<Page<PostView>>, ProblemHttpResult>> ListAsync(
        string? page,
        string? type,
        [Microsoft.AspNetCore.Mvc.FromQuery(Name = "is_live_post")] string? isLivePost,
        string? author,
        CurrentUser me,
        PostReader reader,
        HttpRequest request,
        CancellationToken cancellation
    )
    {
        if (Paging.Parse(page) is not { } number)
        {
            return BadPage();
        }
        bool? isLive = isLivePost?.ToUpperInvariant() switch
        {
            "TRUE" or "1" => true,
            "FALSE" or "0" => false,
            _ => null,
        };
        if (isLive is null && !string.IsNullOrEmpty(isLivePost))
        {
            return ApiErrors.BadRequest(
                "is_live_post",
                "Le champ « {0} » est true ou false.",
                "is_live_post"
            );
        }
        int? authorId = int.TryParse(author, out var id) ? id : null;
        if (authorId is null && !string.IsNullOrEmpty(author))
        {
            return ApiErrors.BadRequest("author", "Le champ « {0} » est un numéro.", "author");
        }
        return TypedResults.Ok(
            await reader.ListAsync(
                new(number, type, isLive, authorId),
                me.Id,
                request,
                cancellation
            )
        );
    }

    private static async Task<Results<Created<PostView>, ProblemHttpResult>> CreateAsync(
        PostText text,
        CurrentUser me,
        PostWriter writer,
        PostReader reader,
        HttpRequest request,
        CancellationToken cancellation
    )
    {
        var (id, error) = await writer.CreateAsync(me.Id, text, cancellation);
        return error is not null
            ? ApiErrors.BadRequest(error)
            : TypedResults.Created(
                $"/api/posts/{id}/",
                await reader.FindAsync(id, me.Id, request, cancellation)
            );
    }

    private static async Task<Results<Ok<PostView>, ProblemHttpResult>> GetAsync(
        int id,
        CurrentUser me,
        PostReader reader,
        HttpRequest request,
        CancellationToken cancellation
    )
    {
        await reader.CountViewAsync(id, cancellation);
        return await FoundAsync(id, me, reader, request, cancellation);
    }

    private static async Task<Results<Ok<PostView>, ProblemHttpResult>> ChangeAsync(
        int id,
        PostText text,
        CurrentUser me,
        PostWriter writer,
        PostReader reader,
        HttpRequest request,
        CancellationToken cancellation
    )
    {
        var (outcome, error) = await writer.ChangeAsync(id, me, text, cancellation);
        return error is not null ? ApiErrors.BadRequest(error)
            : Refusal(outcome) is { } refusal ? refusal
            : await FoundAsync(id, me, reader, request, cancellation);
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> DeleteAsync(
        int id,
        CurrentUser me,
        PostWriter writer,
        CancellationToken cancellation
    ) =>
        Refusal(await writer.DeleteAsync(id, me, cancellation)) is { } refusal
            ? refusal
            : TypedResults.NoContent();

    private static async Task<Results<Ok<LikeView>, ProblemHttpResult>> LikeAsync(
        int id,
        CurrentUser me,
        PostWriter writer,
        CancellationToken cancellation
    ) =>
        await writer.ToggleLikeAsync(id, me.Id, cancellation) is { } like
            ? TypedResults.Ok(like)
            : ApiErrors.NotFound(UnknownPost);

    private static async Task<Results<Ok<Page<CommentView>>, ProblemHttpResult>> CommentsAsync(
        int id,
        string? page,
        CurrentUser me,
        PostReader reader,
        HttpRequest request,
        CancellationToken cancellation
    )
    {
        if (Paging.Parse(page) is not { } number)
        {
            return BadPage();
        }
        return await reader.FindAsync(id, me.Id, request, cancellation) is null
            ? ApiErrors.NotFound(UnknownPost)
            : TypedResults.Ok(await reader.CommentsAsync(id, number, request, cancellation));
    }

    private static async Task<Results<Created<CommentView>, ProblemHttpResult>> CommentAsync(
        int id,
        NewComment form,
        CurrentUser me,
        PostWriter writer,
        CancellationToken cancellation
    )
    {
        var (comment, error) = await writer.CommentAsync(id, me.Id, form.Content, cancellation);
        return comment is not null
                ? TypedResults.Created($"/api/posts/{id}/comments/", PostReader.View(comment))
            : error is not null ? ApiErrors.BadRequest(error)
            : ApiErrors.NotFound(UnknownPost);
    }

    private static async Task<Results<Ok<PostView>, ProblemHttpResult>> FoundAsync(
        int id,
        CurrentUser me,
        PostReader reader,
        HttpRequest request,
        CancellationToken cancellation
    ) =>
        await reader.FindAsync(id, me.Id, request, cancellation) is { } post
            ? TypedResults.Ok(post)
            : ApiErrors.NotFound(UnknownPost);

    private static ProblemHttpResult? Refusal(ChangeOutcome outcome) =>
        outcome switch
        {
            ChangeOutcome.Unknown => ApiErrors.NotFound(UnknownPost),
            ChangeOutcome.NotYours => ApiErrors.Forbidden("Cette publication n'est pas la vôtre."),
            ChangeOutcome.OnAir => ApiErrors.Conflict(
                "Ce direct est en cours : arrêtez-le avant de le supprimer."
            ),
            _ => null,
        };

    private static ProblemHttpResult BadPage() =>
        ApiErrors.BadRequest("page", "Le champ « {0} » est un numéro à partir de 1.", "page");

    private sealed record NewComment(string? Content);
}
