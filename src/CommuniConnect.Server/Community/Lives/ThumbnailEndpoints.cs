using System.Security.Cryptography;
using CommuniConnect.Media.Codecs;
using CommuniConnect.Server.Community.Users;
using CommuniConnect.Server.Platform.Database;
using CommuniConnect.Server.Platform.Http;
using CommuniConnect.Server.Platform.Storage;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.EntityFrameworkCore;

namespace CommuniConnect.Server.Community.Lives;

/// <summary>
/// The picture that stands for a live in the feed. The studio makes it from what the camera shows, so that the server
/// never has to decode anything. Whoever has its address may see it, as with the live itself.
/// </summary>
internal static class ThumbnailEndpoints
{
    private const int LargestFileBytes = 256 << 10;

    /// <summary>A file of a few bytes can say that it is enormous, and a phone would try to show it.</summary>
    private const int LargestSide = 1920;
    private const string ContentType = "image/jpeg";

    public static string PathOf(int liveId, string token) => $"/thumbnails/{liveId}-{token}.jpg";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes
            .MapPut("/api/posts/live/{liveId:int}/thumbnail", PutAsync)
            .WithTags("Lives")
            .RequireAuthorization()
            .DisableAntiforgery()
            .Accepts<IFormFile>(ContentType)
            .WithSummary("Remplace l'image du live dans le fil (JPEG, 256 Kio au plus)");
        routes
            .MapMethods("/thumbnails/{liveId:int}-{token}.jpg", ["GET", "HEAD"], GetAsync)
            .AllowAnonymous()
            .ExcludeFromDescription();
    }

    private static async Task<IResult> PutAsync(
        int liveId,
        CurrentUser me,
        AppDb db,
        DataFolder data,
        HttpContext context,
        CancellationToken cancellation
    )
    {
        var author = await db
            .Posts.Where(p => p.Id == liveId && p.Live != null)
            .Select(p => (int?)p.AuthorId)
            .SingleOrDefaultAsync(cancellation);
        if (author is null)
        {
            return ApiErrors.NotFound("Ce live n'existe pas.");
        }
        if (author != me.Id)
        {
            return ApiErrors.Forbidden("Seul l'auteur du live peut en changer l'image.");
        }
        var (bytes, refusal) = await ReceiveAsync(context, cancellation);
        if (bytes is null)
        {
            return refusal!;
        }
        var token = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(12));
        var folder = data.Live(liveId);
        Directory.CreateDirectory(folder);
        var arriving = Path.Combine(folder, $"thumbnail-{token}");
        await File.WriteAllBytesAsync(arriving, bytes, CancellationToken.None);
        File.Move(arriving, FileOf(folder), overwrite: true);
        await db
            .Lives.Where(l => l.PostId == liveId)
            .ExecuteUpdateAsync(
                set => set.SetProperty(l => l.ThumbnailToken, token),
                CancellationToken.None
            );
        return Results.NoContent();
    }

    private static async Task<IResult> GetAsync(
        int liveId,
        string token,
        AppDb db,
        DataFolder data,
        HttpResponse response,
        CancellationToken cancellation
    )
    {
        var known = await db.Lives.AnyAsync(
            l => l.PostId == liveId && l.ThumbnailToken == token,
            cancellation
        );
        var file = FileOf(data.Live(liveId));
        if (!known || !File.Exists(file))
        {
            return ApiErrors.NotFound("Cette image n'existe pas.");
        }
        response.Headers.CacheControl = "private, max-age=31536000, immutable"; // another picture has another address
        return Results.File(file, ContentType);
    }

    /// <summary>The picture, or what is wrong with it.</summary>
    private static async Task<(byte[]? Bytes, IResult? Refusal)> ReceiveAsync(
        HttpContext context,
        CancellationToken cancellation
    )
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = LargestFileBytes;
        }
        using var received = new MemoryStream();
        try
        {
            await context.Request.Body.CopyToAsync(received, cancellation);
        }
        catch (BadHttpRequestException error)
            when (error.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            return (
                null,
                ApiErrors.TooLarge("Cette image est trop volumineuse (256 Kio au plus).")
            );
        }
        var bytes = received.ToArray();
        if (!JpegHead.TryReadSize(bytes, out var width, out var height))
        {
            return (null, ApiErrors.UnsupportedMedia("Envoyez une image JPEG."));
        }
        return width > LargestSide || height > LargestSide
            ? (
                null,
                ApiErrors.BadRequest(
                    "image",
                    "Cette image est trop grande ({0} pixels de côté au plus).",
                    LargestSide
                )
            )
            : (bytes, null);
    }

    private static string FileOf(string folder) => Path.Combine(folder, "thumbnail.jpg");
}
