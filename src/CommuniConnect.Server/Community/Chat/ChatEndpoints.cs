using System.Globalization;
using System.Security.Claims;
using System.Text.Json;
using CommuniConnect.Server.Platform.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace CommuniConnect.Server.Community.Chat;

/// <summary>The chat over plain HTTP: for scripts, and for the replay.</summary>
internal static class ChatEndpoints
{
    private const int DefaultLimit = 100;
    private const int MaxLimit = 500;

    /// <summary>500 characters, each written as two JSON escapes, and the rest of the object.</summary>
    private const int MaxBodyBytes = 16 * 1024;

    public static void Map(IEndpointRouteBuilder routes)
    {
        var chat = routes
            .MapGroup("/api/posts/live/{liveId:int}/chat")
            .RequireAuthorization()
            .WithTags("Chat");
        chat.MapPost("/", PostAsync)
            .Accepts<ChatDraft>("application/json")
            .WithMetadata(new RequestSizeLimitAttribute(MaxBodyBytes))
            .Produces<ShownMessage>(StatusCodes.Status201Created)
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status409Conflict)
            .ProducesProblem(StatusCodes.Status429TooManyRequests)
            .WithSummary("Says something in the room of a live.");
        chat.MapGet("/messages", ListAsync)
            .Produces<IReadOnlyList<ShownMessage>>()
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status404NotFound)
            .WithSummary(
                "Messages of a live, oldest first: those after an id, or without one the last ones."
            );
    }

    private static async Task<IResult> PostAsync(
        int liveId,
        HttpContext http,
        ChatRooms rooms,
        ChatTexts texts,
        CancellationToken cancellation
    )
    {
        var (draft, unreadable) = await ReadAsync(http.Request, texts, cancellation);
        if (draft is null)
            return unreadable!;
        var memberId = ChatMember.IdOf(http.User);
        var outcome = await rooms.SendAsync(memberId, liveId, draft, cancellation);
        if (outcome.Message is { } message)
            return TypedResults.Json(message, statusCode: StatusCodes.Status201Created);
        if (outcome.RetryAfter is { } wait)
        {
            http.Response.Headers.RetryAfter = Math.Max(1, Math.Ceiling(wait.TotalSeconds))
                .ToString(CultureInfo.InvariantCulture);
        }
        return Refused(outcome.Refusal!.Value, texts);
    }

    private static async Task<IResult> ListAsync(
        int liveId,
        string? after,
        string? limit,
        ClaimsPrincipal user,
        ChatRooms rooms,
        ChatTexts texts,
        CancellationToken cancellation
    )
    {
        if (!TryReadNumber(after, least: 0, out var from))
            return ApiErrors.BadRequest("after", texts.NotANumber("after", 0));
        if (!TryReadNumber(limit, least: 1, out var most))
            return ApiErrors.BadRequest("limit", texts.NotANumber("limit", 1));
        using var visit = await rooms.EnterAsync(liveId, cancellation);
        if (visit is null)
            return ApiErrors.NotFound(texts.Of(ChatRefusal.UnknownLive));
        var page = await visit.Room.PageAsync(
            from,
            Math.Min(most ?? DefaultLimit, MaxLimit),
            cancellation
        );
        var memberId = ChatMember.IdOf(user);
        return TypedResults.Ok(page.Select(m => m.For(memberId)));
    }

    /// <summary>The body read by hand, so that whatever is wrong with it is answered with the name of the field.</summary>
    private static async Task<(ChatDraft? Draft, IResult? Problem)> ReadAsync(
        HttpRequest request,
        ChatTexts texts,
        CancellationToken cancellation
    )
    {
        if (!request.HasJsonContentType())
            return (null, ApiErrors.UnsupportedMedia(texts.NotJson));
        try
        {
            var draft = await request.ReadFromJsonAsync<ChatDraft>(cancellation);
            return draft is null
                ? (null, ApiErrors.BadRequest("content", texts.NotJson))
                : (draft, null);
        }
        catch (JsonException error)
        {
            var field = error.Path is { Length: > 2 } path ? path[2..] : "content";
            return (null, ApiErrors.BadRequest(field, texts.NotJson));
        }
        catch (BadHttpRequestException error)
            when (error.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            return (null, ApiErrors.TooLarge(texts.Of(ChatRefusal.TooLong)));
        }
        catch (BadHttpRequestException)
        {
            return (null, ApiErrors.BadRequest("content", texts.NotJson));
        }
    }

    private static IResult Refused(ChatRefusal refusal, ChatTexts texts)
    {
        var detail = texts.Of(refusal);
        return refusal switch
        {
            ChatRefusal.UnknownType => ApiErrors.BadRequest("type", detail),
            ChatRefusal.UnknownReply => ApiErrors.BadRequest("reply_to", detail),
            ChatRefusal.BadClientId => ApiErrors.BadRequest("client_id", detail),
            ChatRefusal.UnknownLive => ApiErrors.NotFound(detail),
            ChatRefusal.Ended => ApiErrors.Conflict(detail),
            ChatRefusal.UnknownMember => ApiErrors.Unauthorized(detail),
            ChatRefusal.TooFast => Problem(StatusCodes.Status429TooManyRequests, detail),
            ChatRefusal.Unavailable => Problem(StatusCodes.Status503ServiceUnavailable, detail),
            _ => ApiErrors.BadRequest("content", detail),
        };
    }

    private static ProblemHttpResult Problem(int status, string detail) =>
        TypedResults.Problem(
            detail,
            statusCode: status,
            extensions: new Dictionary<string, object?> { ["error"] = detail }
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
