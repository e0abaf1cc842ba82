using CommuniConnect.Server.Community.Chat;
using CommuniConnect.Server.Community.Users;
using CommuniConnect.Server.Platform.Database;
using CommuniConnect.Server.Platform.Http;
using Microsoft.AspNetCore.Authorization;

namespace CommuniConnect.Server.Community.Moderation;

/// <summary>What moderators of the site decide, and what was decided.</summary>
internal static class SiteModerationEndpoints
{
    public const int PageSize = 20;

    public static void Map(IEndpointRouteBuilder routes)
    {
        var site = routes
            .MapGroup("/api/moderation")
            .RequireAuthorization(ModerationPolicies.Site)
            .WithTags("Moderation");
        site.MapGet("/reports", ReportsAsync).WithSummary("Ce que les membres signalent");
        site.MapPost("/reports/{id:int}/close", CloseAsync).WithSummary("Clôt un signalement");
        site.MapGet(
                "/log",
                (string? page, ModerationLog log, HttpRequest request) =>
                    LogAsync(null, page, log, request)
            )
            .WithSummary("Qui a décidé quoi");
        site.MapGet("/words", (AppDb db, SiteWords words) => words.ReadAsync(db))
            .WithSummary("Les mots interdits du site");
        site.MapPut("/words", ReplaceWordsAsync).WithSummary("Remplace les mots interdits du site");
        ChatEndpoints
            .Group(routes, "Moderation")
            .MapGet("/log", RoomLogAsync)
            .WithSummary("Qui a décidé quoi dans le chat de ce live");
    }

    private static async Task<IResult> ReportsAsync(
        string? page,
        string? state,
        ReportQueue queue,
        HttpRequest request,
        CancellationToken cancellation
    )
    {
        if (Paging.Parse(page) is not { } number)
            return ApiErrors.BadRequest("page", ChatTexts.NotANumber("page", 1));
        if (state is not (null or "" or "open" or "closed"))
            return ApiErrors.BadRequest("state", "state vaut open ou closed.");
        var (reports, count) = await queue.PageAsync(
            open: state != "closed",
            Paging.Skip(number, PageSize),
            PageSize,
            cancellation
        );
        return TypedResults.Ok(Paging.Page(reports, count, number, PageSize, request));
    }

    private static async Task<IResult> CloseAsync(
        int id,
        ReportClosing? form,
        CurrentUser me,
        ReportQueue queue
    ) =>
        await queue.CloseAsync(id, me.Id, ChatTexts.Reason(form?.Note))
            ? TypedResults.NoContent()
            : ApiErrors.NotFound("Ce signalement n'existe pas.");

    private static async Task<IResult> RoomLogAsync(
        int liveId,
        string? page,
        ModerationLog log,
        ChatRooms rooms,
        IAuthorizationService authorization,
        HttpContext context
    )
    {
        using var visit = await rooms.EnterAsync(liveId, context.RequestAborted);
        if (visit is null)
            return ChatAnswers.Of(ChatRefusal.UnknownLive);
        var allowed = await authorization.AuthorizeAsync(
            context.User,
            visit.Room.View.People,
            ModerationPolicies.Room
        );
        return allowed.Succeeded
            ? await LogAsync(liveId, page, log, context.Request)
            : ChatAnswers.Of(ChatRefusal.NotModerator);
    }

    private static async Task<IResult> LogAsync(
        int? liveId,
        string? page,
        ModerationLog log,
        HttpRequest request
    )
    {
        if (Paging.Parse(page) is not { } number)
            return ApiErrors.BadRequest("page", ChatTexts.NotANumber("page", 1));
        var (entries, count) = await log.PageAsync(
            liveId,
            Paging.Skip(number, PageSize),
            PageSize,
            request.HttpContext.RequestAborted
        );
        return TypedResults.Ok(Paging.Page(entries, count, number, PageSize, request));
    }

    private static async Task<IResult> ReplaceWordsAsync(WordsForm form, AppDb db, SiteWords words)
    {
        if (form.Words is null)
            return ApiErrors.BadRequest("words", "La liste des mots est obligatoire.");
        if (SettingsForm.CheckWords(form.Words, SiteWords.Most) is { } error)
            return ApiErrors.BadRequest(error with { Field = "words" });
        await words.ReplaceAsync(
            db,
            [.. form.Words.Select(w => w!.Trim()).Distinct(StringComparer.OrdinalIgnoreCase)]
        );
        return TypedResults.Ok(words.Known);
    }

    private sealed record WordsForm(IReadOnlyList<string?>? Words);

    private sealed record ReportClosing(string? Note);
}
