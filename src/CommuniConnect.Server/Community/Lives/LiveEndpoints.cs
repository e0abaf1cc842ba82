using System.Text.Json;
using CommuniConnect.Server.Broadcast.Ingest;
using CommuniConnect.Server.Broadcast.OnAir;
using CommuniConnect.Server.Broadcast.Watch;
using CommuniConnect.Server.Community.Posts;
using CommuniConnect.Server.Community.Users;
using CommuniConnect.Server.Platform.Database;
using CommuniConnect.Server.Platform.Http;
using CommuniConnect.Server.Platform.Localization;
using CommuniConnect.Server.Platform.Storage;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace CommuniConnect.Server.Community.Lives;

/// <param name="Content">The same as <paramref name="Description"/>, for older clients.</param>
internal sealed record LiveStart(string? Title, string? Description, string? Content);

/// <param name="StreamKey">Lets its bearer publish: shown to the owner only.</param>
/// <param name="IngestUrl">Takes WebM over WebSocket or by POST.</param>
/// <param name="RtmpUrl">Null: not served yet.</param>
/// <param name="WatchUrl">The progressive stream.</param>
/// <param name="HlsUrl">Null: not served yet.</param>
internal sealed record LiveStarted(
    int LiveId,
    int PostId,
    string StreamKey,
    string IngestUrl,
    string? RtmpUrl,
    string WatchUrl,
    string? HlsUrl,
    string Message
);

/// <param name="Force">Ends the live whatever state it is in, without waiting for anything.</param>
/// <param name="Reason">Why, for the audit trail; the owner of the live is told that of a moderator.</param>
internal sealed record LiveStop(bool? Force, string? Reason = null)
{
    /// <summary>Reads a body that may be missing or empty, whatever type it is said to have.</summary>
    public static async ValueTask<LiveStop?> BindAsync(HttpContext context)
    {
        var body = context.Features.Get<IHttpRequestBodyDetectionFeature>();
        if (body?.CanHaveBody == false || context.Request.ContentLength == 0)
        {
            return null;
        }
        if (!context.Request.HasJsonContentType())
        {
            throw new BadHttpRequestException(
                "not JSON",
                StatusCodes.Status415UnsupportedMediaType
            );
        }
        try
        {
            return await context.Request.ReadFromJsonAsync<LiveStop>(context.RequestAborted);
        }
        catch (JsonException error)
        {
            throw new BadHttpRequestException("not a stop", error);
        }
    }
}

/// <param name="Duration">Recorded seconds.</param>
internal sealed record LiveStopped(
    string Message,
    bool VideoSaved,
    int? VideoId,
    string? VideoUrl,
    decimal Duration
);

internal static class LiveEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var lives = routes.MapGroup("/api/posts/live").WithTags("Lives").RequireAuthorization();
        lives.MapPost("/start", StartAsync).WithSummary("Commence un live");
        lives.MapGet("/{liveId:int}", GetAsync).WithSummary("Un live, avec de quoi le regarder");
        lives
            .MapPut("/{liveId:int}/stop", StopAsync)
            .Accepts<LiveStop>(isOptional: true, "application/json", "*/*") // an empty body of any type is one
            .WithSummary("Arrête un live ; la relecture est prête dès la réponse");
    }

    private static async Task<Results<Created<LiveStarted>, ProblemHttpResult>> StartAsync(
        LiveStart form,
        CurrentUser me,
        AppDb db,
        LiveWriter lives,
        StreamKeys keys,
        FreeSpace free,
        HttpRequest request,
        CancellationToken cancellation
    )
    {
        var content = form.Description ?? form.Content ?? "";
        if (
            (
                TextField.Check("title", form.Title, Post.TitleLength)
                ?? TextField.Check("description", content, Post.ContentLength, required: false)
            ) is
            { } error
        )
        {
            return ApiErrors.BadRequest(error);
        }
        var quartier = await db
            .Users.Where(u => u.Id == me.Id)
            .Select(u => u.QuartierId)
            .SingleAsync(cancellation);
        if (quartier is null)
        {
            return ApiErrors.BadRequest(
                "quartier",
                "Choisissez votre quartier dans votre profil avant de lancer un live."
            );
        }
        if (!free.IsEnoughToStart())
        {
            return ApiErrors.NoRoom();
        }
        var id = await lives.StartAsync(
            me.Id,
            quartier.Value,
            form.Title!.Trim(),
            content,
            cancellation
        );
        var key = keys.PublishKey(me.Id, id);
        return TypedResults.Created(
            $"/api/posts/live/{id}/",
            new LiveStarted(
                id,
                id,
                key,
                Addresses.Absolute(request, IngestEndpoint.Path(key)),
                RtmpUrl: null,
                Addresses.Absolute(request, WatchEndpoint.Path(id, keys.WatchToken(id))),
                HlsUrl: null,
                Texts.Of("Live démarré avec succès")
            )
        );
    }

    private static async Task<Results<Ok<LivePostView>, ProblemHttpResult>> GetAsync(
        int liveId,
        CurrentUser me,
        AppDb db,
        PostReader posts,
        LiveDirectory directory,
        StreamKeys keys,
        HttpRequest request,
        CancellationToken cancellation
    )
    {
        var post = await posts.FindAsync(liveId, me.Id, request, cancellation);
        if (post?.Live is null)
        {
            return ApiErrors.NotFound("Ce live n'existe pas.");
        }
        var onAir = directory.Find(liveId);
        if (onAir is null or { Status: LiveStatus.Ended })
        {
            var replay = await ReplayAsync(liveId, db, cancellation);
            return TypedResults.Ok(
                new LivePostView(post) { ReplayTimeline = ReplayPieceView.Of(replay) }
            );
        }
        var key = post.Author.Id == me.Id ? keys.PublishKey(me.Id, liveId) : null;
        return TypedResults.Ok(
            new LivePostView(post)
            {
                WatchUrl = Addresses.Absolute(
                    request,
                    WatchEndpoint.Path(liveId, keys.WatchToken(liveId))
                ),
                StreamKey = key,
                IngestUrl = key is null
                    ? null
                    : Addresses.Absolute(request, IngestEndpoint.Path(key)),
                ReconnectUntil = onAir.ReconnectUntil,
                Delay = key is null ? null : ViewerDelayView.Of(directory.DelayOf(liveId)),
            }
        );
    }

    private static async Task<Results<Ok<LiveStopped>, ProblemHttpResult>> StopAsync(
        int liveId,
        LiveStop? form,
        CurrentUser me,
        AppDb db,
        LiveDirectory directory,
        LiveArchive archive,
        TimeProvider time,
        HttpRequest request,
        CancellationToken cancellation
    )
    {
        var said = form?.Reason?.Trim();
        if (TextField.Check("reason", said, StopRecord.ReasonLength, required: false) is { } error)
        {
            return ApiErrors.BadRequest(error);
        }
        var live = await db
            .Posts.Where(p => p.Id == liveId && p.Live != null)
            .Select(p => new
            {
                p.AuthorId,
                p.Title,
                p.Live!.EndedAt,
                p.Live.StartedAt,
            })
            .SingleOrDefaultAsync(cancellation);
        if (live is null)
        {
            return ApiErrors.NotFound("Ce live n'existe pas.");
        }
        if (live.AuthorId != me.Id && !me.IsModerator)
        {
            return ApiErrors.Forbidden(
                "Seuls l'auteur du live et les modérateurs peuvent l'arrêter."
            );
        }
        if (live.EndedAt is null)
        {
            // From here on the stop is carried out even if the one who asked does not wait for the answer.
            var stop = new StopRecord
            {
                LiveId = liveId,
                Title = live.Title,
                AuthorId = live.AuthorId,
                MemberId = me.Id,
                At = time.GetUtcNow(),
                Forced = form?.Force == true,
                Reason = string.IsNullOrEmpty(said) ? null : said,
            };
            var ended = directory.EndAsync(
                liveId,
                stop.Forced ? LiveEndReason.ForceStopped : LiveEndReason.Stopped,
                live.AuthorId == me.Id ? null : stop.Reason
            );
            if (await ended is { } ending)
            {
                var isSaved = await archive.TrySaveEndAsync(ending);
                await archive.SaveStopAsync(stop);
                if (!isSaved)
                {
                    return TypedResults.Ok(Unsaved(ending));
                }
            }
            else if (await db.Lives.AnyAsync(l => l.PostId == liveId && l.EndedAt == null))
            {
                return ApiErrors.OfStatus(StatusCodes.Status503ServiceUnavailable); // the server is going down
            }
        }
        return TypedResults.Ok(await AnswerAsync(liveId, db, request));
    }

    /// <summary>The recording is there, and its address will be once the database can be written.</summary>
    private static LiveStopped Unsaved(LiveEnding ending) =>
        new(
            Texts.Of("Live arrêté"),
            ending.Parts.Count > 0,
            VideoId: null,
            VideoUrl: null,
            MediaAddress.Seconds(ending.Duration)
        );

    private static async Task<LiveStopped> AnswerAsync(int liveId, AppDb db, HttpRequest request)
    {
        var parts = await ReplayAsync(liveId, db, CancellationToken.None);
        var duration = await db
            .Lives.Where(l => l.PostId == liveId)
            .Select(l => l.Duration)
            .SingleAsync();
        var first = parts.FirstOrDefault();
        return new LiveStopped(
            Texts.Of("Live arrêté"),
            first is not null,
            first?.Id,
            first is null ? null : Addresses.Absolute(request, MediaAddress.PathOf(first)),
            MediaAddress.Seconds(duration)
        );
    }

    private static Task<List<ReplayMedia>> ReplayAsync(
        int liveId,
        AppDb db,
        CancellationToken cancellation
    ) =>
        db
            .Media.AsNoTracking()
            .Where(m => m.PostId == liveId)
            .OrderBy(m => m.Position)
            .ThenBy(m => m.Id)
            .ToListAsync(cancellation);
}
