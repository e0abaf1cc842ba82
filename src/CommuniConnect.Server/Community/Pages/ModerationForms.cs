using CommuniConnect.Server.Community.Chat;
using CommuniConnect.Server.Community.Moderation;
using CommuniConnect.Server.Community.Users;
using CommuniConnect.Server.Platform.Localization;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace CommuniConnect.Server.Community.Pages;

/// <summary>
/// The buttons of the moderators' pages: each acts and leads back, with what was done in the address. Each takes a form
/// field, so that its antiforgery token is checked.
/// </summary>
internal static class ModerationForms
{
    public const string ReportsPage = "/moderation";
    public const string LogPage = "/moderation/journal";
    public const string WordsPage = "/moderation/mots";

    public static void Map(IEndpointRouteBuilder app)
    {
        var forms = app.MapGroup("/moderation")
            .RequireAuthorization(ModerationPolicies.Site)
            .ExcludeFromDescription();
        forms.MapPost("/signalements/{id:int}/classer", DismissAsync);
        forms.MapPost("/lives/{liveId:int}/messages/{number:int}/retirer", RemoveAsync);
        forms.MapPost("/lives/{liveId:int}/messages/{number:int}/retablir", RestoreAsync);
    }

    /// <summary>What an address says was done, as a sentence, or null.</summary>
    public static string? Done(HttpRequest request) =>
        (string?)request.Query["fait"] switch
        {
            "classe" => Texts.Of("Le signalement est classé."),
            "retire" => Texts.Of("Le message est retiré."),
            "retabli" => Texts.Of("Le message est rétabli."),
            _ => null,
        };

    private static async Task<IResult> DismissAsync(
        int id,
        [FromForm] string? note,
        CurrentUser me,
        ReportQueue queue
    ) =>
        await queue.CloseAsync(id, me.Id, ChatTexts.Reason(note))
            ? Back(ReportsPage, "classe")
            : TypedResults.NotFound();

    private static async Task<IResult> RemoveAsync(
        int liveId,
        int number,
        [FromForm] string? reason,
        CurrentUser me,
        ChatRooms rooms,
        ReportQueue queue,
        CancellationToken cancellation
    )
    {
        var why = ChatTexts.Reason(reason);
        var removed = await rooms.AskAsync(
            liveId,
            desk => desk.Messages.RemoveAsync(me.AsAsker(), number, why),
            cancellation
        );
        if (removed.Refused is { } refused)
            return Failed(refused);
        await queue.CloseOfAsync(liveId, number, me.Id, Texts.Of("Message retiré."));
        return Back(ReportsPage, "retire");
    }

    private static async Task<IResult> RestoreAsync(
        int liveId,
        int number,
        [FromForm] string? reason,
        CurrentUser me,
        ChatRooms rooms,
        CancellationToken cancellation
    )
    {
        var restored = await rooms.AskAsync(
            liveId,
            desk => desk.Messages.RestoreAsync(me.AsAsker(), number),
            cancellation
        );
        return restored.Refused is { } refused ? Failed(refused) : Back(LogPage, "retabli");
    }

    private static StatusCodeHttpResult Failed(Refused refused) =>
        TypedResults.StatusCode(
            refused.Why == ChatRefusal.Unavailable
                ? StatusCodes.Status503ServiceUnavailable
                : StatusCodes.Status404NotFound
        );

    private static RedirectHttpResult Back(string page, string done) =>
        TypedResults.LocalRedirect($"{page}?fait={done}");
}
