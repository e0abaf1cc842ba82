using CommuniConnect.Server.Community.Chat;
using CommuniConnect.Server.Community.Users;
using CommuniConnect.Server.Platform.Database;
using CommuniConnect.Server.Platform.Http;
using CommuniConnect.Server.Platform.Localization;
using Microsoft.AspNetCore.Authorization;
using Microsoft.EntityFrameworkCore;

namespace CommuniConnect.Server.Community.Moderation;

/// <summary>What owner, helpers and moderators do in the chat of one live.</summary>
internal static class RoomModerationEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var chat = ChatEndpoints.Group(routes, "Moderation").AddEndpointFilter(OnlyModeratorsAsync);
        chat.MapPost(
                "/messages/{id:int}/restore",
                (int liveId, int id, CurrentUser me, ChatRooms rooms, CancellationToken stop) =>
                    AskAsync(
                        rooms,
                        liveId,
                        desk => desk.Messages.RestoreAsync(me.AsAsker(), id),
                        stop
                    )
            )
            .WithSummary("Remontre un message retiré");
        chat.MapPut(
                "/pin",
                (
                    int liveId,
                    PinForm form,
                    CurrentUser me,
                    ChatRooms rooms,
                    CancellationToken stop
                ) =>
                    AskAsync(
                        rooms,
                        liveId,
                        desk => desk.Rules.PinAsync(me.AsAsker(), form.MessageId),
                        stop
                    )
            )
            .WithSummary("Épingle un message, ou aucun");
        chat.MapGet(
                "/settings",
                (int liveId, CurrentUser me, ChatRooms rooms, CancellationToken stop) =>
                    AskAsync(
                        rooms,
                        liveId,
                        desk => Task.FromResult(SettingsView.Of(desk.Rules.Settings(me.AsAsker()))),
                        stop
                    )
            )
            .WithSummary("Les règles du chat");
        chat.MapPut("/settings", ChangeAsync).WithSummary("Change les règles du chat");
        chat.MapPost("/sanctions", SanctionAsync).WithSummary("Fait taire ou exclut un membre");
        chat.MapGet("/sanctions", SanctionsAsync).WithSummary("Les membres sanctionnés");
        chat.MapDelete(
                "/sanctions/{memberId:int}",
                (
                    int liveId,
                    int memberId,
                    CurrentUser me,
                    ChatRooms rooms,
                    CancellationToken stop
                ) =>
                    AskAsync(
                        rooms,
                        liveId,
                        desk => desk.Members.LiftAsync(me.AsAsker(), memberId),
                        stop
                    )
            )
            .WithSummary("Lève une sanction");
        chat.MapGet("/held", (int liveId, ChatStore store) => store.HeldAsync(liveId))
            .WithSummary("Les messages qui attendent");
        chat.MapPost(
                "/held/{heldId:int}/approve",
                (int liveId, int heldId, CurrentUser me, ChatRooms rooms, CancellationToken stop) =>
                    AskAsync(
                        rooms,
                        liveId,
                        desk => desk.Held.ApproveAsync(me.AsAsker(), heldId),
                        stop
                    )
            )
            .WithSummary("Montre un message qui attend");
        chat.MapPost(
                "/held/{heldId:int}/refuse",
                (
                    int liveId,
                    int heldId,
                    string? reason,
                    CurrentUser me,
                    ChatRooms rooms,
                    CancellationToken stop
                ) =>
                    AskAsync(
                        rooms,
                        liveId,
                        desk =>
                            desk.Held.RefuseAsync(me.AsAsker(), heldId, ChatTexts.Reason(reason)),
                        stop
                    )
            )
            .WithSummary("Refuse un message qui attend");
        chat.MapGet("/helpers", HelpersAsync).WithSummary("Ceux qui aident à modérer");
        chat.MapPut("/helpers/{memberId:int}", HelpAsync(true)).WithSummary("Ajoute une aide");
        chat.MapDelete("/helpers/{memberId:int}", HelpAsync(false)).WithSummary("Retire une aide");
    }

    private static async Task<IResult> AskAsync<T>(
        ChatRooms rooms,
        int liveId,
        Func<RoomDesk, Task<Outcome<T>>> what,
        CancellationToken cancellation
    )
        where T : class => ChatAnswers.Of(await rooms.AskAsync(liveId, what, cancellation));

    private static async ValueTask<object?> OnlyModeratorsAsync(
        EndpointFilterInvocationContext context,
        EndpointFilterDelegate next
    )
    {
        var http = context.HttpContext;
        var services = http.RequestServices;
        using var visit = await services
            .GetRequiredService<ChatRooms>()
            .EnterAsync(ChatEndpoints.LiveIdOf(http), http.RequestAborted);
        if (visit is null)
            return ChatAnswers.Of(ChatRefusal.UnknownLive);
        var allowed = await services
            .GetRequiredService<IAuthorizationService>()
            .AuthorizeAsync(http.User, visit.Room.View.People, ModerationPolicies.Room);
        return allowed.Succeeded ? await next(context) : ChatAnswers.Of(ChatRefusal.NotModerator);
    }

    private static Delegate HelpAsync(bool helps) =>
        (int liveId, int memberId, CurrentUser me, ChatRooms rooms, CancellationToken stop) =>
            AskAsync(
                rooms,
                liveId,
                desk => desk.Members.HelpAsync(me.AsAsker(), memberId, helps),
                stop
            );

    private static async Task<IResult> ChangeAsync(
        int liveId,
        SettingsForm form,
        CurrentUser me,
        ChatRooms rooms,
        CancellationToken cancellation
    )
    {
        if (form.Check() is { } error)
            return ApiErrors.BadRequest(error);
        return await AskAsync(
            rooms,
            liveId,
            async desk => SettingsView.Of(await desk.Rules.ChangeAsync(me.AsAsker(), form.Apply)),
            cancellation
        );
    }

    private static async Task<IResult> SanctionAsync(
        int liveId,
        SanctionForm form,
        CurrentUser me,
        AppDb db,
        ChatRooms rooms,
        CancellationToken cancellation
    )
    {
        if (form.Kind is not ("silence" or "ban"))
            return ApiErrors.BadRequest("kind", "La sanction est silence ou ban.");
        if (form.Seconds is < 1 or > SanctionForm.MostSeconds)
            return ApiErrors.BadRequest("seconds", ChatTexts.NotANumber("seconds", 1));
        var kind = form.Kind == "ban" ? SanctionKind.Ban : SanctionKind.Silence;
        TimeSpan? time = form.Seconds is { } seconds ? TimeSpan.FromSeconds(seconds) : null;
        var reason = ChatTexts.Reason(form.Reason);
        var outcome = await rooms.AskAsync(
            liveId,
            desk => desk.Members.SanctionAsync(me.AsAsker(), form.MemberId, kind, time, reason),
            cancellation
        );
        if (outcome.Refused is { } refused)
            return ChatAnswers.Of(refused);
        var views = await ViewsAsync(db, liveId, form.MemberId);
        return TypedResults.Json(views.Single(), statusCode: StatusCodes.Status201Created);
    }

    private static async Task<IResult> SanctionsAsync(int liveId, AppDb db) =>
        TypedResults.Ok(await ViewsAsync(db, liveId, memberId: null));

    private static Task<List<SanctionView>> ViewsAsync(AppDb db, int liveId, int? memberId) =>
        db
            .ChatSanctions.Where(s =>
                s.LiveId == liveId && (memberId == null || s.MemberId == memberId)
            )
            .OrderByDescending(s => s.CreatedAt)
            .Select(s => new SanctionView(
                new ChatAuthor(
                    s.MemberId,
                    s.Member!.FirstName,
                    s.Member.LastName,
                    s.Member.ProfilePicture
                ),
                s.Kind,
                s.Until,
                s.Reason,
                db.Users.Where(u => u.Id == s.ById)
                    .Select(u => new ChatAuthor(u.Id, u.FirstName, u.LastName, u.ProfilePicture))
                    .FirstOrDefault(),
                s.CreatedAt
            ))
            .ToListAsync();

    private static async Task<IResult> HelpersAsync(
        int liveId,
        CurrentUser me,
        ChatRooms rooms,
        AppDb db,
        CancellationToken cancellation
    )
    {
        using var visit = await rooms.EnterAsync(liveId, cancellation);
        if (!me.IsModerator && visit?.Room.View.People.OwnerId != me.Id)
            return ChatAnswers.Of(ChatRefusal.NotModerator);
        return TypedResults.Ok(
            await db
                .LiveHelpers.Where(h => h.LiveId == liveId)
                .Select(h => new ChatAuthor(
                    h.MemberId,
                    h.Member!.FirstName,
                    h.Member.LastName,
                    h.Member.ProfilePicture
                ))
                .ToListAsync(cancellation)
        );
    }
}

/// <summary>Which message is to be pinned; null is none.</summary>
internal sealed record PinForm(int? MessageId);

/// <param name="Kind">"silence" or "ban".</param>
/// <param name="Seconds">How long; for the live when missing.</param>
internal sealed record SanctionForm(int MemberId, string? Kind, int? Seconds, string? Reason)
{
    public const int MostSeconds = 365 * 24 * 3600;
}

internal sealed record SanctionView(
    ChatAuthor Member,
    SanctionKind Kind,
    DateTimeOffset? Until,
    string Reason,
    ChatAuthor? By,
    DateTimeOffset CreatedAt
);

/// <summary>The rules of a chat to be changed: what is missing stays.</summary>
internal sealed record SettingsForm(
    bool? Closed,
    int? SlowSeconds,
    string? Audience,
    bool? HoldFirst,
    bool? HoldLinks,
    IReadOnlyList<string?>? ForbiddenWords
)
{
    /// <summary>What is wrong, or null.</summary>
    public FieldError? Check()
    {
        if (SlowSeconds is < 0 or > ChatSettings.MostSlowSeconds)
            return new(
                "slow_seconds",
                Texts.Of("slow_seconds va de 0 à {0}.", ChatSettings.MostSlowSeconds)
            );
        if (Audience is not (null or "everyone" or "quartier" or "followers"))
            return new("audience", Texts.Of("audience vaut everyone, quartier ou followers."));
        return ForbiddenWords is null ? null : CheckWords(ForbiddenWords, ChatSettings.MostWords);
    }

    public static FieldError? CheckWords(IReadOnlyList<string?> words, int most) =>
        words.Count > most
            ? new("forbidden_words", Texts.Of("La liste dépasse {0} mots.", most))
            : words
                .Select(w => TextField.Check("forbidden_words", w, ChatSettings.WordLength))
                .FirstOrDefault(error => error is not null);

    public ChatSettings Apply(ChatSettings old) =>
        old with
        {
            Closed = Closed ?? old.Closed,
            SlowSeconds = SlowSeconds ?? old.SlowSeconds,
            Audience = Audience is null
                ? old.Audience
                : Enum.Parse<ChatAudience>(Audience, ignoreCase: true),
            HoldFirst = HoldFirst ?? old.HoldFirst,
            HoldLinks = HoldLinks ?? old.HoldLinks,
            ForbiddenWords = ForbiddenWords is null
                ? old.ForbiddenWords
                :
                [
                    .. ForbiddenWords
                        .Select(w => w!.Trim())
                        .Distinct(StringComparer.OrdinalIgnoreCase),
                ],
        };
}

/// <summary>The rules of a chat, as its moderators see them.</summary>
internal sealed record SettingsView(
    bool Closed,
    int SlowSeconds,
    ChatAudience Audience,
    bool HoldFirst,
    bool HoldLinks,
    IReadOnlyList<string> ForbiddenWords
)
{
    public static Outcome<SettingsView> Of(Outcome<ChatSettings> outcome) =>
        outcome.Value is { } s
            ? new SettingsView(
                s.Closed,
                s.SlowSeconds,
                s.Audience,
                s.HoldFirst,
                s.HoldLinks,
                s.ForbiddenWords
            )
            : outcome.Refused!;
}
