using CommuniConnect.Server.Community.Moderation;
using CommuniConnect.Server.Community.Users;
using CommuniConnect.Server.Platform.Http;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace CommuniConnect.Server.Community.Chat;

/// <summary>What the replay shows beside the messages, who may be named, and the chat as a file.</summary>
internal static class ChatReplayEndpoints
{
    private const int DefaultBuckets = 100;
    private const int MostReactions = 1000;
    private const int MostNames = 8;

    public static void Map(IEndpointRouteBuilder routes)
    {
        var chat = ChatEndpoints.Group(routes, "Chat");
        chat.MapGet("/density", DensityAsync)
            .AddEndpointFilter<ReadersOnly>()
            .Produces<DensityView>()
            .WithSummary("Où, dans le live, on a écrit et réagi");
        chat.MapGet("/reactions", ReactionsAsync)
            .AddEndpointFilter<ReadersOnly>()
            .Produces<IReadOnlyList<ReactionView>>()
            .WithSummary("Les réactions, par seconde du live");
        chat.MapGet("/members", MembersAsync)
            .AddEndpointFilter<ReadersOnly>()
            .Produces<IReadOnlyList<NameView>>()
            .WithSummary("Ceux que l'on peut mentionner");
        chat.MapGet("/export", ExportAsync).WithSummary("Tout le chat, en json, csv ou vtt");
    }

    private static async Task<IResult> DensityAsync(
        int liveId,
        string? buckets,
        ChatRooms rooms,
        ChatDensity density,
        CancellationToken cancellation
    )
    {
        if (
            !ChatAnswers.TryReadNumber(buckets, least: 1, out var asked)
            || asked > ChatDensity.MostBuckets
        )
            return ApiErrors.BadRequest(
                "buckets",
                "buckets va de 1 à {0}.",
                ChatDensity.MostBuckets
            );
        using var visit = await rooms.EnterAsync(liveId, cancellation);
        if (visit is null)
            return ChatAnswers.Of(ChatRefusal.UnknownLive);
        return TypedResults.Ok(
            await density.OfAsync(liveId, visit.Room.View, asked ?? DefaultBuckets, cancellation)
        );
    }

    private static async Task<IResult> ReactionsAsync(
        int liveId,
        string? from,
        string? to,
        ChatStore store,
        CancellationToken cancellation
    )
    {
        if (!ChatAnswers.TryReadSeconds(from, out var first))
            return ApiErrors.BadRequest("from", ChatTexts.NotSeconds("from"));
        if (!ChatAnswers.TryReadSeconds(to, out var last))
            return ApiErrors.BadRequest("to", ChatTexts.NotSeconds("to"));
        var begin = (int)(first?.TotalSeconds ?? 0);
        var end = (int)(last?.TotalSeconds ?? int.MaxValue);
        return TypedResults.Ok(
            await store.WithAsync(db =>
                db.ReactionCounts.Where(r =>
                        r.LiveId == liveId && r.Second >= begin && r.Second <= end
                    )
                    .OrderBy(r => r.Second)
                    .ThenBy(r => r.Emoji)
                    .Take(MostReactions)
                    .Select(r => new ReactionView(r.Second, r.Emoji, r.Count))
                    .ToListAsync(cancellation)
            )
        );
    }

    private static async Task<IResult> MembersAsync(
        int liveId,
        string? search,
        ChatStore store,
        CancellationToken cancellation
    )
    {
        var term = (search ?? "").Trim().TrimStart('@').ToUpperInvariant();
        if (term.Length > User.NameLength)
            return TypedResults.Ok(Array.Empty<NameView>());
        return TypedResults.Ok(
            await store.WithAsync(db =>
                db.Users.Where(u =>
                        db.ChatMessages.Any(m => m.LiveId == liveId && m.AuthorId == u.Id)
                        || db.Posts.Any(p => p.Id == liveId && p.AuthorId == u.Id)
                    )
                    .Where(u =>
                        u.NormalizedUserName!.StartsWith(term)
                        || u.FirstName.ToUpper().StartsWith(term)
                        || u.LastName.ToUpper().StartsWith(term)
                    )
                    .OrderBy(u => u.NormalizedUserName)
                    .Take(MostNames)
                    .Select(u => new NameView(
                        u.Id,
                        u.UserName!,
                        u.FirstName,
                        u.LastName,
                        u.ProfilePicture
                    ))
                    .ToListAsync(cancellation)
            )
        );
    }

    private static async Task<IResult> ExportAsync(
        int liveId,
        string? format,
        ChatRooms rooms,
        ChatStore store,
        IAuthorizationService authorization,
        IOptions<JsonOptions> json,
        HttpContext context
    )
    {
        using var visit = await rooms.EnterAsync(liveId, context.RequestAborted);
        if (visit is null)
            return ChatAnswers.Of(ChatRefusal.UnknownLive);
        var people = visit.Room.View.People;
        var allowed = await authorization.AuthorizeAsync(
            context.User,
            people,
            ModerationPolicies.Room
        );
        if (!allowed.Succeeded)
            return ChatAnswers.Of(ChatRefusal.NotModerator);
        var name = format ?? "json";
        return ChatExport.TypeOf(name) is { } type
            ? TypedResults.Stream(
                to =>
                    ChatExport.WriteAsync(
                        name,
                        store,
                        liveId,
                        json.Value.SerializerOptions,
                        to,
                        context.RequestAborted
                    ),
                type,
                $"chat-{liveId}.{name}"
            )
            : ApiErrors.BadRequest("format", "format vaut json, csv ou vtt.");
    }

    private sealed record ReactionView(int MediaTime, string Emoji, int Count);

    private sealed record NameView(
        int Id,
        string Username,
        string FirstName,
        string LastName,
        string? ProfilePicture
    );
}
