using CommuniConnect.Server.Platform.Localization;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace CommuniConnect.Server.Platform.Http;

/// <summary>
/// The errors of the API: RFC 9457 problem details, with <c>error</c> beside <c>detail</c> for scripts.
/// A detail is the French sentence; it is said in the language of the request.
/// </summary>
internal static class ApiErrors
{
    public static ProblemHttpResult BadRequest(
        string field,
        string detail,
        params object?[] values
    ) =>
        Problem(
            StatusCodes.Status400BadRequest,
            detail,
            values,
            new(StringComparer.Ordinal) { ["field"] = field }
        );

    public static ProblemHttpResult BadRequest(FieldError error) =>
        BadRequest(error.Field, error.Detail);

    public static ProblemHttpResult Unauthorized(string detail, params object?[] values) =>
        Problem(StatusCodes.Status401Unauthorized, detail, values);

    public static ProblemHttpResult Forbidden(string detail, params object?[] values) =>
        Problem(StatusCodes.Status403Forbidden, detail, values);

    public static ProblemHttpResult NotFound(string detail, params object?[] values) =>
        Problem(StatusCodes.Status404NotFound, detail, values);

    public static ProblemHttpResult Conflict(string detail, params object?[] values) =>
        Problem(StatusCodes.Status409Conflict, detail, values);

    public static ProblemHttpResult TooLarge(string detail, params object?[] values) =>
        Problem(StatusCodes.Status413PayloadTooLarge, detail, values);

    public static ProblemHttpResult UnsupportedMedia(string detail, params object?[] values) =>
        Problem(StatusCodes.Status415UnsupportedMediaType, detail, values);

    /// <summary>Too fast: come back after <paramref name="retryAfter"/>.</summary>
    public static IResult TooManyRequests(
        TimeSpan retryAfter,
        string detail,
        params object?[] values
    ) => new RetryLater(retryAfter, Problem(StatusCodes.Status429TooManyRequests, detail, values));

    /// <summary>The disk has no room for what is asked.</summary>
    public static ProblemHttpResult NoRoom() => OfStatus(StatusCodes.Status507InsufficientStorage);

    /// <summary>An error that needs no more words than its status.</summary>
    public static ProblemHttpResult OfStatus(int status) => Problem(status, Detail(status), []);

    /// <summary>The status in two words, in the language of the request.</summary>
    public static string Title(int status) => Texts.Of(FrenchTitle(status));

    /// <summary>The status in a sentence, in the language of the request.</summary>
    public static string Detail(int status) => Texts.Of(FrenchDetail(status));

    private static ProblemHttpResult Problem(
        int status,
        string detail,
        object?[] values,
        Dictionary<string, object?>? extensions = null
    )
    {
        var said = Texts.Of(detail, values);
        extensions ??= new(StringComparer.Ordinal);
        extensions["error"] = said;
        return TypedResults.Problem(
            new ProblemDetails
            {
                Type = "about:blank",
                Title = Title(status),
                Status = status,
                Detail = said,
                Extensions = extensions,
            }
        );
    }

    private static string FrenchTitle(int status) =>
        status switch
        {
            400 => "Requête invalide",
            401 => "Authentification requise",
            403 => "Accès refusé",
            404 => "Introuvable",
            405 => "Méthode non permise",
            406 => "Format de réponse indisponible",
            408 => "Délai dépassé",
            409 => "Conflit",
            411 => "Longueur requise",
            413 => "Trop volumineux",
            415 => "Type de contenu non pris en charge",
            416 => "Plage demandée impossible",
            429 => "Trop de requêtes",
            503 => "Momentanément indisponible",
            507 => "Plus de place",
            < 500 => "Requête refusée",
            _ => "Erreur du serveur",
        };

    private static string FrenchDetail(int status) =>
        status switch
        {
            400 => "La requête est mal formée.",
            401 => "Connectez-vous, ou donnez un jeton d'accès valide.",
            403 => "Vous n'avez pas le droit de faire cela.",
            404 => "Cette adresse n'existe pas.",
            405 => "Cette méthode n'est pas permise à cette adresse.",
            413 => "La requête est trop volumineuse.",
            415 => "Ce type de contenu n'est pas pris en charge ; envoyez du JSON.",
            503 =>
                "Le serveur ne peut pas répondre à cela pour le moment ; réessayez dans un instant.",
            507 =>
                "Le serveur n'a presque plus de place : aucun live ne peut commencer et aucune vidéo ne peut être ajoutée pour le moment.",
            >= 500 => "Une erreur inattendue s'est produite ; elle a été notée.",
            _ => FrenchTitle(status),
        };

    private sealed class RetryLater(TimeSpan after, ProblemHttpResult problem) : IResult
    {
        public Task ExecuteAsync(HttpContext context)
        {
            var seconds = Math.Max(1, (int)Math.Ceiling(after.TotalSeconds));
            context.Response.Headers.RetryAfter = seconds.ToString(
                System.Globalization.CultureInfo.InvariantCulture
            );
            return problem.ExecuteAsync(context);
        }
    }
}
