using System.Globalization;
using CommuniConnect.Server.Community.Users;
using CommuniConnect.Server.Platform.Http;

namespace CommuniConnect.Server.Community.Chat;

/// <summary>The chat over plain HTTP: for scripts, and for the replay.</summary>
internal static class ChatEndpoints
{
    private const int DefaultLimit = 100;
    private const int MaxLimit = 500;

    public static void Map(IEndpointRouteBuilder routes)
    {
        var chat = Group(routes, "Chat");
        chat.MapPost("/", PostAsync)
            .Produces<ShownMessage>(StatusCodes.Status201Created)
            .Produces<HeldView>(StatusCodes.Status202Accepted)
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status403Forbidden)
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status409Conflict)
            .ProducesProblem(StatusCodes.Status429TooManyRequests)
            .WithSummary("Écrit dans le chat d'un live");
        chat.MapGet("/messages", ListAsync)
            .AddEndpointFilter<ReadersOnly>()
            .Produces<IReadOnlyList<ShownMessage>>()
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status403Forbidden)
            .ProducesProblem(StatusCodes.Status404NotFound)
            .WithSummary("Les messages d'un live, du plus ancien au plus récent")
            .WithDescription(
                "after (id) : ceux qui suivent, 0 pour le premier ; before (id) : ceux qui précèdent ; at (secondes) : "
                    + "ceux autour de ce moment du live ; sans eux, les derniers. limit : 100, au plus 500."
            );
        chat.MapPut("/messages/{id:int}", EditAsync)
            .Produces<ShownMessage>()
            .WithSummary("Modifie son propre message, pendant une minute");
        chat.MapDelete("/messages/{id:int}", RemoveAsync)
            .Produces(StatusCodes.Status204NoContent)
            .WithSummary("Retire un message : le sien, ou celui d'un autre quand on modère");
        chat.MapGet("/", GetAsync)
            .AddEndpointFilter<ReadersOnly>()
            .Produces<RoomAnswer>()
            .ProducesProblem(StatusCodes.Status403Forbidden)
            .WithSummary("Les règles du chat, et ce que l'on peut y faire");
    }

    /// <summary>What is below the address of the chat of a live.</summary>
    public static RouteGroupBuilder Group(IEndpointRouteBuilder routes, string tag) =>
        routes.MapGroup("/api/posts/live/{liveId:int}/chat").RequireAuthorization().WithTags(tag);

    /// <summary>The live whose chat is asked about, in a <see cref="Group"/>.</summary>
    public static int LiveIdOf(HttpContext context) =>
        int.Parse((string)context.Request.RouteValues["liveId"]!, CultureInfo.InvariantCulture);

    private static async Task<IResult> PostAsync(
        int liveId,
        ChatDraft? draft,
        CurrentUser me,
        ChatRooms rooms,
        HttpContext context,
        CancellationToken cancellation
    )
    {
        var outcome = await rooms.SendAsync(
            me.AsAsker(),
            context.Connection.RemoteIpAddress,
            liveId,
            draft ?? new ChatDraft(Content: null),
            cancellation
        );
        return outcome.Message is { } message
                ? TypedResults.Json(message, statusCode: StatusCodes.Status201Created)
            : outcome.Held is { } held
                ? TypedResults.Json(held, statusCode: StatusCodes.Status202Accepted)
            : ChatAnswers.Of(outcome.Refused!);
    }

    private static async Task<IResult> ListAsync(
        int liveId,
        string? after,
        string? before,
        string? at,
        string? limit,
        CurrentUser me,
        ChatRooms rooms,
        ChatStore store,
        CancellationToken cancellation
    )
    {
        if (!ChatAnswers.TryReadNumber(after, least: 0, out var from))
            return ApiErrors.BadRequest("after", ChatTexts.NotANumber("after", 0));
        if (!ChatAnswers.TryReadNumber(before, least: 1, out var below))
            return ApiErrors.BadRequest("before", ChatTexts.NotANumber("before", 1));
        if (!ChatAnswers.TryReadSeconds(at, out var moment))
            return ApiErrors.BadRequest("at", ChatTexts.NotSeconds("at"));
        if (!ChatAnswers.TryReadNumber(limit, least: 1, out var asked))
            return ApiErrors.BadRequest("limit", ChatTexts.NotANumber("limit", 1));
        var most = Math.Min(asked ?? DefaultLimit, MaxLimit);
        using var visit = await rooms.EnterAsync(liveId, cancellation);
        if (visit is null)
            return ChatAnswers.Of(ChatRefusal.UnknownLive);
        var reader = await rooms.ReaderAsync(me.AsAsker());
        IReadOnlyList<ShownMessage> page =
            moment is { } time ? await store.AroundAsync(liveId, time, most, cancellation)
            : below is { } number ? await store.LastAsync(liveId, most, cancellation, number)
            : await visit.Room.PageAsync(from, most, cancellation);
        return TypedResults.Ok(reader.Filter(page));
    }

    private static async Task<IResult> EditAsync(
        int liveId,
        int id,
        ChatDraft? draft,
        CurrentUser me,
        ChatRooms rooms,
        CancellationToken cancellation
    ) =>
        ChatAnswers.Of(
            await rooms.EditAsync(me.AsAsker(), liveId, id, draft?.Content, cancellation)
        );

    private static async Task<IResult> RemoveAsync(
        int liveId,
        int id,
        string? reason,
        CurrentUser me,
        ChatRooms rooms,
        CancellationToken cancellation
    ) =>
        ChatAnswers.Of(
            await rooms.AskAsync(
                liveId,
                desk => desk.Messages.RemoveAsync(me.AsAsker(), id, ChatTexts.Reason(reason)),
                cancellation
            )
        );

    private static async Task<IResult> GetAsync(
        int liveId,
        CurrentUser me,
        ChatRooms rooms,
        CancellationToken cancellation
    )
    {
        using var visit = await rooms.EnterAsync(liveId, cancellation);
        if (visit is null)
            return ChatAnswers.Of(ChatRefusal.UnknownLive);
        var reader = await rooms.ReaderAsync(me.AsAsker());
        var view = visit.Room.View;
        return TypedResults.Ok(
            new RoomAnswer(reader.Filter(view.Room), reader.Standing(view.People), view.Reactions)
        );
    }

    private sealed record RoomAnswer(
        RoomShown Room,
        MemberStanding Member,
        IReadOnlyDictionary<string, int> Reactions
    );
}
