using System.Globalization;
using CommuniConnect.Server.Platform.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CommuniConnect.Server.Community.Chat;

/// <summary>What a room said, as HTTP.</summary>
internal static class ChatAnswers
{
    public static IResult Of<T>(Outcome<T> outcome)
        where T : class =>
        outcome.Refused is { } refused ? Of(refused)
        : outcome.Value is Done ? TypedResults.NoContent()
        : TypedResults.Json(outcome.Value);

    public static IResult Of(Refused refused)
    {
        var detail = ChatTexts.Of(refused);
        return refused.Why switch
        {
            ChatRefusal.UnknownType => ApiErrors.BadRequest("type", detail),
            ChatRefusal.UnknownReply => ApiErrors.BadRequest("reply_to", detail),
            ChatRefusal.BadClientId => ApiErrors.BadRequest("client_id", detail),
            ChatRefusal.UnknownLive
            or ChatRefusal.UnknownMessage
            or ChatRefusal.UnknownOther
            or ChatRefusal.UnknownHeld => ApiErrors.NotFound(detail),
            ChatRefusal.Ended
            or ChatRefusal.TooLate
            or ChatRefusal.WouldWait
            or ChatRefusal.AuthorBanned
            or ChatRefusal.ReplyGone
            or ChatRefusal.IsModerator
            or ChatRefusal.TooManyKinds => ApiErrors.Conflict(detail),
            ChatRefusal.UnknownMember => ApiErrors.Unauthorized(detail),
            ChatRefusal.Silenced
            or ChatRefusal.Banned
            or ChatRefusal.Closed
            or ChatRefusal.OtherQuartier
            or ChatRefusal.NotFollowing
            or ChatRefusal.NotYours
            or ChatRefusal.NotModerator => ApiErrors.Forbidden(detail),
            ChatRefusal.TooFast or ChatRefusal.AddressTooFast or ChatRefusal.Slowed =>
                ApiErrors.TooManyRequests(refused.RetryAfter ?? TimeSpan.Zero, detail),
            ChatRefusal.Unavailable => Unavailable(detail),
            _ => ApiErrors.BadRequest("content", detail),
        };
    }

    /// <summary>A whole number of a query, or null when it is missing.</summary>
    public static bool TryReadNumber(string? value, int least, out int? number)
    {
        number = null;
        if (string.IsNullOrEmpty(value))
            return true;
        if (
            !int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var read)
            || read < least
        )
            return false;
        number = read;
        return true;
    }

    /// <summary>Seconds of a query, or null when they are missing.</summary>
    public static bool TryReadSeconds(string? value, out TimeSpan? span)
    {
        span = null;
        if (string.IsNullOrEmpty(value))
            return true;
        if (
            !decimal.TryParse(
                value,
                NumberStyles.AllowDecimalPoint,
                CultureInfo.InvariantCulture,
                out var seconds
            )
            || seconds > ChatDraft.MostSeconds
        )
            return false;
        span = TimeSpan.FromMilliseconds((double)(seconds * 1000));
        return true;
    }

    private static ProblemHttpResult Unavailable(string detail) =>
        TypedResults.Problem(
            detail,
            statusCode: StatusCodes.Status503ServiceUnavailable,
            extensions: new Dictionary<string, object?>(StringComparer.Ordinal)
            {
                ["error"] = detail,
            }
        );
}
