using System.Globalization;
using CommuniConnect.Server.Platform.Http;

namespace CommuniConnect.Server.Broadcast.Ingest;

/// <summary>What the headers of a PATCH say. Spec: draft-ietf-httpbis-resumable-upload §4.</summary>
/// <param name="OffsetBytes">Where in the take the body begins.</param>
/// <param name="Completes">Whether the take ends with the body.</param>
internal sealed record Resumption(long OffsetBytes, bool Completes)
{
    private const string OffsetHeader = "Upload-Offset";
    private const string CompleteHeader = "Upload-Complete";
    private const string MismatchType =
        "https://iana.org/assignments/http-problem-types#mismatching-upload-offset";
    private const string CompletedType =
        "https://iana.org/assignments/http-problem-types#completed-upload";

    /// <summary>Reads the headers of a request. Null, with what is wrong, when they make no sense.</summary>
    public static Resumption? Read(HttpRequest request, out IResult? error)
    {
        error = null;
        if (
            !long.TryParse(
                request.Headers[OffsetHeader].ToString(),
                NumberStyles.None,
                CultureInfo.InvariantCulture,
                out var offsetBytes
            )
        )
        {
            error = ApiErrors.BadRequest(
                OffsetHeader,
                "L'en-tête Upload-Offset doit dire à quel octet de la prise l'envoi commence."
            );
            return null;
        }
        // A boolean of RFC 8941 §3.3.6.
        var complete = request.Headers[CompleteHeader].ToString();
        if (complete is not ("" or "?0" or "?1"))
        {
            error = ApiErrors.BadRequest(
                CompleteHeader,
                "L'en-tête Upload-Complete vaut ?0 ou ?1."
            );
            return null;
        }
        return new Resumption(offsetBytes, complete == "?1");
    }

    /// <summary>"This much is durable."</summary>
    public static IResult Answer(HttpContext context, long durableBytes, bool isComplete)
    {
        Say(context, durableBytes, isComplete);
        return Results.NoContent();
    }

    /// <summary>"Go on from another offset": nothing was written.</summary>
    public static IResult Mismatch(HttpContext context, long expectedBytes, long providedBytes)
    {
        Say(context, expectedBytes, isComplete: false);
        var problem = ApiErrors.Conflict(
            "La prise continue à l'octet {0}, et non {1}.",
            expectedBytes,
            providedBytes
        );
        problem.ProblemDetails.Type = MismatchType;
        problem.ProblemDetails.Extensions["expected_offset"] = expectedBytes;
        problem.ProblemDetails.Extensions["provided_offset"] = providedBytes;
        return problem;
    }

    /// <summary>"There is no more to it": nothing was written.</summary>
    public static IResult Completed(HttpContext context, long durableBytes)
    {
        Say(context, durableBytes, isComplete: true);
        var problem = ApiErrors.Conflict("Cette prise est complète : rien ne s'y ajoute plus.");
        problem.ProblemDetails.Type = CompletedType;
        return problem;
    }

    private static void Say(HttpContext context, long durableBytes, bool isComplete)
    {
        var headers = context.Response.Headers;
        headers[OffsetHeader] = durableBytes.ToString(CultureInfo.InvariantCulture);
        headers[CompleteHeader] = isComplete ? "?1" : "?0";
        headers.CacheControl = "no-store";
    }
}
