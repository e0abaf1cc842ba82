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
        response.Headers.CacheControl = "private, max-age=3600";
        return Results.File(
            path,
            media.ContentType,
            lastModified: new DateTimeOffset(File.GetLastWriteTimeUtc(path)),
            entityTag: new EntityTagHeaderValue($"\"{media.Token}-{media.SizeBytes:x}\""),
            enableRangeProcessing: true
        );
    }
}
