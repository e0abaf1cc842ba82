using CommuniConnect.Server.Broadcast.Ingest;
using CommuniConnect.Server.Community.Users;
using CommuniConnect.Server.Platform.Database;
using CommuniConnect.Server.Platform.Http;
using Microsoft.EntityFrameworkCore;

namespace CommuniConnect.Server.Community.Lives;

/// <summary>
/// What is missing of a take, added by its owner: the stream key is revoked when a live ends, and what was recorded while
/// the network was away belongs to the replay all the same.
/// </summary>
internal static class TakeEndpoints
{
    private const string Route = "/api/posts/live/{liveId:int}/takes/{take:guid}";

    public static void Map(IEndpointRouteBuilder routes)
    {
        var takes = routes.MapGroup("").WithTags("Lives").RequireAuthorization();
        takes
            .MapMethods(Route, ["HEAD"], HeadAsync)
            .WithSummary("Combien d'octets d'une prise sont enregistrés (Upload-Offset)");
        takes
            .MapPatch(Route, PatchAsync)
            .DisableAntiforgery()
            .WithSummary("Ajoute à la relecture la suite d'une prise interrompue");
    }

    private static async Task<IResult> HeadAsync(
        int liveId,
        Guid take,
        CurrentUser me,
        AppDb db,
        ResumableIngest takes,
        HttpContext context
    ) =>
        await RefusalAsync(liveId, me, db, context.RequestAborted)
        ?? await takes.HeadAsync(liveId, take, context);

    private static async Task<IResult> PatchAsync(
        int liveId,
        Guid take,
        Guid? after,
        CurrentUser me,
        AppDb db,
        ResumableIngest takes,
        LiveArchive archive,
        HttpContext context
    )
    {
        if (await RefusalAsync(liveId, me, db, context.RequestAborted) is { } refusal)
        {
            return refusal;
        }
        var answer = await takes.PatchAsync(liveId, take, after, context);
        await archive.SaveReplayAsync(liveId); // who is answered finds it in the replay
        return answer;
    }

    private static async Task<IResult?> RefusalAsync(
        int liveId,
        CurrentUser me,
        AppDb db,
        CancellationToken cancellation
    )
    {
        var author = await db
            .Posts.Where(p => p.Id == liveId && p.Live != null)
            .Select(p => (int?)p.AuthorId)
            .SingleOrDefaultAsync(cancellation);
        return author is null ? ApiErrors.NotFound("Ce live n'existe pas.")
            : author != me.Id
                ? ApiErrors.Forbidden("Seul l'auteur du live peut compléter son enregistrement.")
            : null;
    }
}
