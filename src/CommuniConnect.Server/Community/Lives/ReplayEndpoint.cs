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
    public static void Map(IEndpointRouteBuilder routes) =>
        routes
            .MapMethods("/media/{id:int}-{token}.{extension}", ["GET", "HEAD"], GetAsync)
            .AllowAnonymous()
            .ExcludeFromDescription();

    private static async Task<IResult> GetAsync(
        int id,
        string token,
        string extension,
        AppDb db,
        DataFolder data,
        SplicedReplays spliced,
        HttpResponse response,
        CancellationToken cancellation
    )
    {
        var media = await db
            .Media.AsNoTracking()
            .SingleOrDefaultAsync(m => m.Id == id && m.Token == token, cancellation);
        var path = media is null ? null : Path.Combine(data.Live(media.PostId), media.File);
        if (
            media is null
            || !MediaAddress.PathOf(media).EndsWith('.' + extension, StringComparison.Ordinal)
            || !File.Exists(path)
        )
        {
            return ApiErrors.NotFound("Cette vidéo n'existe pas.");
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
            spliced.Find(media, data.Live(media.PostId)).Open(),
            media.ContentType,
            lastModified: modified,
            entityTag: tag,
            enableRangeProcessing: true
        );
    }
}
