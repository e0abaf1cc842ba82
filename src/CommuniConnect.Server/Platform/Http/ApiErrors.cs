using Microsoft.AspNetCore.Http.HttpResults;

namespace CommuniConnect.Server.Platform.Http;

/// <summary>The errors of the API: RFC 9457 problem details, with <c>error</c> beside <c>detail</c> for scripts.</summary>
internal static class ApiErrors
{
    public static ProblemHttpResult BadRequest(string field, string detail) =>
        Problem(StatusCodes.Status400BadRequest, detail, new() { ["field"] = field });

    public static ProblemHttpResult Unauthorized(string detail) =>
        Problem(StatusCodes.Status401Unauthorized, detail);

    public static ProblemHttpResult Forbidden(string detail) =>
        Problem(StatusCodes.Status403Forbidden, detail);

    public static ProblemHttpResult NotFound(string detail) =>
        Problem(StatusCodes.Status404NotFound, detail);

    public static ProblemHttpResult Conflict(string detail) =>
        Problem(StatusCodes.Status409Conflict, detail);

    public static ProblemHttpResult TooLarge(string detail) =>
        Problem(StatusCodes.Status413PayloadTooLarge, detail);

    public static ProblemHttpResult UnsupportedMedia(string detail) =>
        Problem(StatusCodes.Status415UnsupportedMediaType, detail);

    private static ProblemHttpResult Problem(
        int status,
        string detail,
        Dictionary<string, object?>? extensions = null
    )
    {
        extensions ??= [];
        extensions["error"] = detail;
        return TypedResults.Problem(detail, statusCode: status, extensions: extensions);
    }
}
