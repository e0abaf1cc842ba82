using CommuniConnect.Server.Broadcast.Watch;
using CommuniConnect.Server.Community.Posts;
using CommuniConnect.Server.Platform.Database;
using CommuniConnect.Server.Platform.Http;
using CommuniConnect.Server.Platform.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Net.Http.Headers;

namespace CommuniConnect.Server.Community.Lives;

/// <summary>Serves replays: with ranges, an entity tag and the right type. Whoever has the address may watch, as with the live itself.</summary>
internal static class ReplayEndpoint
{
    private const string Gone = "Cette vidéo n'existe pas.";

    public static void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/media").AllowAnonymous().ExcludeFromDescription();
        group.MapMethods("/{id:int}-{token}.{extension}", ["GET", "HEAD"], GetAsync);
        group.MapGet("/{id:int}-{token}/still", StillAsync);
    }

    private static async Task<IResult> GetAsync(
        int id,
        string token,
        string extension,
        AppDb db,
        DataFolder data,
        OpenedReplays opened,
        HttpResponse response,
        CancellationToken cancellation
    )
    {
        var media = await FindAsync(id, token, db, cancellation);
        var path = media is null ? null : Path.Combine(data.Live(media.PostId), media.File);
        if (
            media is null
            || !MediaAddress.PathOf(media).EndsWith('.' + extension, StringComparison.Ordinal)
            || !File.Exists(path)
        )
        {
            return ApiErrors.NotFound(Gone);
        }
        // A tail that comes later changes the replay: nobody may go on with what was cached of the shorter one.
        response.Headers.CacheControl = "private, no-cache";
        var modified = new DateTimeOffset(File.GetLastWriteTimeUtc(path));
        var tag = new EntityTagHeaderValue($"\"{media.Token}-{media.SizeBytes:x}\"");
        if (!media.IsSpliced)
        {
            return Results.File(
                path,
                media.ContentType,
                lastModified: modified,
                entityTag: tag,
                enableRangeProcessing: true
            );
        }
        return Results.Stream(
            opened.Find(media, data.Live(media.PostId)).Spliced.Open(),
            media.ContentType,
            lastModified: modified,
            entityTag: tag,
            enableRangeProcessing: true
        );
    }

    /// <summary>The keyframe at or before a moment of the replay. Its address tells the size of the replay where the answer is to be kept.</summary>
    private static async Task<IResult> StillAsync(
        int id,
        string token,
        string? at,
        string? bytes,
        AppDb db,
        DataFolder data,
        OpenedReplays opened,
        StillAnswer stills,
        HttpContext context,
        CancellationToken cancellation
    )
    {
        if (await FindAsync(id, token, db, cancellation) is not { } media)
        {
            return ApiErrors.NotFound(Gone);
        }
        var isOfThisSize =
            bytes == media.SizeBytes.ToString(System.Globalization.CultureInfo.InvariantCulture);
        return await stills.ToAsync(
            context,
            at,
            isOfThisSize,
            (moment, stop) => opened.Find(media, data.Live(media.PostId)).StillAsync(moment, stop)
        );
    }

    private static Task<ReplayMedia?> FindAsync(
        int id,
        string token,
        AppDb db,
        CancellationToken cancellation
    ) =>
        db
            .Media.AsNoTracking()
            .SingleOrDefaultAsync(m => m.Id == id && m.Token == token, cancellation);
}
