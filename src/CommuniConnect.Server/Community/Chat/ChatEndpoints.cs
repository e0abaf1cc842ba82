using System.Globalization;
using CommuniConnect.Server.Community.Users;
using CommuniConnect.Server.Platform.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CommuniConnect.Server.Community.Chat;

/// <summary>The chat over plain HTTP: for scripts, and for the replay.</summary>
internal static class ChatEndpoints
{
    private const int DefaultLimit = 100;
    private const int MaxLimit = 500;

    public static void Map(IEndpointRouteBuilder routes)
    {
        var chat = routes
            .MapGroup("/api/posts/live/{liveId:int}/chat")
            .RequireAuthorization()
            .WithTags("Chat");
        chat.MapPost("/", PostAsync)
            .Produces<ShownMessage>(StatusCodes.Status201Created)
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status409Conflict)
            .ProducesProblem(StatusCodes.Status429TooManyRequests)
            .WithSummary("Écrit dans le chat d'un live");
        chat.MapGet("/messages", ListAsync)
            .Produces<IReadOnlyList<ShownMessage>>()
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status404NotFound)
            .WithSummary("Les messages d'un live, du plus ancien au plus récent")
            .WithDescription(
                "after (id) : ceux qui suivent, 0 pour le premier ; sans lui, les derniers. limit : 100, au plus 500."
            );
    }

    private static async Task<IResult> PostAsync(
        int liveId,
        ChatDraft? draft,
        CurrentUser me,
        ChatRooms rooms,
        CancellationToken cancellation
    )
    {
        var outcome = await rooms.SendAsync(
            me.Id,
            liveId,
            draft ?? new ChatDraft(Content: null),
            cancellation
        );
        return outcome.Message is { } message
            ? TypedResults.Json(message, statusCode: StatusCodes.Status201Created)
            : Refused(outcome.Refusal!.Value, outcome.RetryAfter);
    }

    private static async Task<IResult> ListAsync(
        int liveId,
        string? after,
        string? limit,
        CurrentUser me,
        ChatRooms rooms,
        CancellationToken cancellation
    )
    {
        if (!TryReadNumber(after, least: 0, out var from))
            return ApiErrors.BadRequest("after", ChatTexts.NotANumber("after", 0));
        if (!TryReadNumber(limit, least: 1, out var most))
            return ApiErrors.BadRequest("limit", ChatTexts.NotANumber("limit", 1));
        using var visit = await rooms.EnterAsync(liveId, cancellation);
        if (visit is null)
            return ApiErrors.NotFound(ChatTexts.Of(ChatRefusal.UnknownLive));
        var page = await visit.Room.PageAsync(
            from,
            Math.Min(most ?? DefaultLimit, MaxLimit),
            cancellation
        );
        return TypedResults.Ok(page.Select(m => m.For(me.Id)));
    }

    private static IResult Refused(ChatRefusal refusal, TimeSpan? retryAfter)
    {
        var detail = ChatTexts.Of(refusal);
        return refusal switch
        {
            ChatRefusal.UnknownType => ApiErrors.BadRequest("type", detail),
            ChatRefusal.UnknownReply => ApiErrors.BadRequest("reply_to", detail),
            ChatRefusal.BadClientId => ApiErrors.BadRequest("client_id", detail),
            ChatRefusal.UnknownLive => ApiErrors.NotFound(detail),
            ChatRefusal.Ended => ApiErrors.Conflict(detail),
            ChatRefusal.UnknownMember => ApiErrors.Unauthorized(detail),
            ChatRefusal.TooFast => ApiErrors.TooManyRequests(retryAfter ?? TimeSpan.Zero, detail),
            ChatRefusal.Unavailable => Unavailable(detail),
            _ => ApiErrors.BadRequest("content", detail),
        };
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

    private static bool TryReadNumber(string? value, int least, out int? number)
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
}
