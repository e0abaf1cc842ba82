using CommuniConnect.Server.Community.Chat;
using CommuniConnect.Server.Community.Users;
using CommuniConnect.Server.Platform.Database;
using CommuniConnect.Server.Platform.Http;
using Microsoft.EntityFrameworkCore;

namespace CommuniConnect.Server.Community.Moderation;

/// <summary>Members say what should not be here.</summary>
internal static class ReportEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        ChatEndpoints
            .Group(routes, "Moderation")
            .MapPost(
                "/messages/{id:int}/report",
                (
                    int liveId,
                    int id,
                    ReportForm form,
                    CurrentUser me,
                    AppDb db,
                    ChatPace pace,
                    TimeProvider time
                ) => ReportAsync(liveId, id, form, me, db, pace, time)
            )
            .WithSummary("Signale un message");
        routes
            .MapPost(
                "/api/posts/{id:int}/report",
                (
                    int id,
                    ReportForm form,
                    CurrentUser me,
                    AppDb db,
                    ChatPace pace,
                    TimeProvider time
                ) => ReportAsync(id, 0, form, me, db, pace, time)
            )
            .RequireAuthorization()
            .WithTags("Moderation")
            .WithSummary("Signale un live ou sa relecture");
    }

    private static async Task<IResult> ReportAsync(
        int postId,
        int message,
        ReportForm form,
        CurrentUser me,
        AppDb db,
        ChatPace pace,
        TimeProvider time
    )
    {
        if (pace.OfReport(me.Id) is { } tooFast)
            return ChatAnswers.Of(tooFast);
        if (TextField.Check("reason", form.Reason, ModerationEntry.ReasonLength) is { } error)
            return ApiErrors.BadRequest(error);
        var exists =
            message == 0
                ? await db.Posts.AnyAsync(p => p.Id == postId)
                : await ChatStore.Visible(db, postId).AnyAsync(m => m.Number == message);
        if (!exists)
            return ApiErrors.NotFound(
                message == 0 ? "Cette publication n'existe pas." : "Ce message n'existe pas."
            );
        var known = db.Reports.Where(r =>
            r.PostId == postId && r.MessageNumber == message && r.ReporterId == me.Id
        );
        if (await known.SingleOrDefaultAsync() is { } before)
            return TypedResults.Ok(new Reported(before.Id));
        var report = new Report
        {
            PostId = postId,
            MessageNumber = message,
            ReporterId = me.Id,
            Reason = form.Reason!.Trim(),
            CreatedAt = time.GetUtcNow(),
        };
        db.Reports.Add(report);
        try
        {
            await db.SaveChangesAsync();
        }
        catch (DbUpdateException conflict) when (conflict.IsConflict())
        {
            return TypedResults.Ok(new Reported(await known.Select(r => r.Id).SingleAsync()));
        }
        return TypedResults.Json(new Reported(report.Id), statusCode: StatusCodes.Status201Created);
    }

    private sealed record Reported(int Id);
}

/// <summary>Why something is reported.</summary>
internal sealed record ReportForm(string? Reason);
