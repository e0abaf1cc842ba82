using System.Data.Common;
using System.Text.Json;
using CommuniConnect.Server.Platform.Database;
using CommuniConnect.Server.Platform.Storage;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace CommuniConnect.Server.Platform.Http;

/// <summary>Turns what an endpoint could not read, or two writers who met, into problem details; only the rest is a defect.</summary>
internal sealed class ApiExceptionHandler : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(
        HttpContext context,
        Exception exception,
        CancellationToken cancellation
    )
    {
        if (Audience.WantsPage(context.Request))
        {
            return false;
        }
        var problem =
            Expected(exception) ?? ApiErrors.OfStatus(StatusCodes.Status500InternalServerError);
        await problem.ExecuteAsync(context);
        return true;
    }

    /// <summary>The status of the answer.</summary>
    public static int StatusOf(Exception exception) =>
        Expected(exception)?.StatusCode ?? StatusCodes.Status500InternalServerError;

    /// <summary>Whether it says something about the request only: a defect is logged, this is not.</summary>
    public static bool IsExpected(Exception exception) =>
        Expected(exception) is { StatusCode: < StatusCodes.Status500InternalServerError };

    private static ProblemHttpResult? Expected(Exception exception) =>
        exception switch
        {
            BadHttpRequestException { InnerException: JsonException json } => BadJson(json),
            BadHttpRequestException bad => ApiErrors.OfStatus(bad.StatusCode),
            DbUpdateException update when update.IsConflict() => ApiErrors.Conflict(
                "Cela vient d'être modifié ailleurs ; rechargez et recommencez."
            ),
            DbException or DbUpdateException when exception.IsDiskFull() => ApiErrors.NoRoom(),
            IOException io when DiskFailure.IsFull(io) => ApiErrors.NoRoom(),
            DbException or DbUpdateException when exception.IsUnavailable() => ApiErrors.OfStatus(
                StatusCodes.Status503ServiceUnavailable
            ),
            _ => null,
        };

    private static ProblemHttpResult BadJson(JsonException json)
    {
        var field = json.Path?.TrimStart('$').TrimStart('.') ?? "";
        return field.Length == 0
            ? ApiErrors.BadRequest(
                "body",
                "Le corps de la requête n'est pas un objet JSON lisible."
            )
            : ApiErrors.BadRequest(
                field,
                "Le champ « {0} » n'a pas le type attendu, ou n'est pas du texte lisible.",
                field
            );
    }
}
