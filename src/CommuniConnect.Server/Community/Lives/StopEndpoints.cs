using CommuniConnect.Server.Community.Users;
using CommuniConnect.Server.Platform.Database;
using CommuniConnect.Server.Platform.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace CommuniConnect.Server.Community.Lives;

/// <summary>A stop of a live, as moderators see it.</summary>
/// <param name="MemberId">Who stopped it.</param>
/// <param name="AuthorId">Whose live it was.</param>
internal sealed record StopView(
    int Id,
    int LiveId,
    string Title,
    int AuthorId,
    int MemberId,
    string MemberName,
    DateTimeOffset At,
    bool Forced,
    string? Reason
);

/// <summary>The audit trail of stops.</summary>
internal static class StopEndpoints
{
    private const int PageSize = 20;

    public static void Map(IEndpointRouteBuilder routes) =>
        routes
            .MapGet("/api/moderation/stops", ListAsync)
            .WithTags("Modération")
            .RequireAuthorization()
            .WithSummary("Qui a arrêté quel live, quand et pourquoi : pour les modérateurs")
            .WithDescription("page (20 par page) ; du plus récent au plus ancien.");

    private static async Task<Results<Ok<Page<StopView>>, ProblemHttpResult>> ListAsync(
        string? page,
        CurrentUser me,
        AppDb db,
        HttpRequest request,
        CancellationToken cancellation
    )
    {
        if (!me.IsModerator)
        {
            return ApiErrors.Forbidden("Seuls les modérateurs peuvent lire ce journal.");
        }
        if (Paging.Parse(page) is not { } number)
        {
            return ApiErrors.BadRequest(
                "page",
                "Le champ « {0} » est un numéro à partir de 1.",
                "page"
            );
        }
        var stops = await db
            .Stops.Join(
                db.Users,
                stop => stop.MemberId,
                user => user.Id,
                (stop, user) => new { stop, user }
            )
            .OrderByDescending(row => row.stop.Id)
            .Skip(Paging.Skip(number, PageSize))
            .Take(PageSize)
            .Select(row => new StopView(
                row.stop.Id,
                row.stop.LiveId,
                row.stop.Title,
                row.stop.AuthorId,
                row.stop.MemberId,
                row.user.FirstName + " " + row.user.LastName,
                row.stop.At,
                row.stop.Forced,
                row.stop.Reason
            ))
            .ToListAsync(cancellation);
        var count = await db.Stops.CountAsync(cancellation);
        return TypedResults.Ok(Paging.Page(stops, count, number, PageSize, request));
    }
}
