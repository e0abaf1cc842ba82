using CommuniConnect.Server.Community.Posts;
using CommuniConnect.Server.Community.Users;
using CommuniConnect.Server.Platform.Database;
using CommuniConnect.Server.Platform.Http;
using CommuniConnect.Server.Platform.Storage;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.EntityFrameworkCore;
using Microsoft.Net.Http.Headers;

namespace CommuniConnect.Server.Community.Lives;

/// <summary>Attaches a recording made elsewhere to a live: streamed to disk, then read before it is believed.</summary>
internal static class UploadEndpoint
{
    /// <summary>Largest file: about seven hours at 1.2 Mbit/s.</summary>
    private const long LargestFile = 4L << 30;
    private const int LargestBoundary = 200;

    public static void Map(IEndpointRouteBuilder routes) =>
        routes
            .MapPost("/api/posts/live/{liveId:int}/upload-video", UploadAsync)
            .WithTags("Lives")
            .RequireAuthorization()
            .DisableAntiforgery()
            .WithSummary("Attache un enregistrement fait ailleurs (multipart, champ « video »)");

    private static async Task<Results<Created<MediaView>, ProblemHttpResult>> UploadAsync(
        int liveId,
        CurrentUser me,
        AppDb db,
        DataFolder data,
        FreeSpace free,
        TimeProvider time,
        ILogger<ReplayMedia> logger,
        HttpContext context,
        CancellationToken cancellation
    )
    {
        var live = await db
            .Posts.Where(p => p.Id == liveId && p.Live != null)
            .Select(p => new { p.AuthorId, Record = p.Live! })
            .AsNoTracking()
            .SingleOrDefaultAsync(cancellation);
        if (live is null)
        {
            return ApiErrors.NotFound("Ce live n'existe pas.");
        }
        if (live.AuthorId != me.Id && !me.IsModerator)
        {
            return ApiErrors.Forbidden(
                "Seuls l'auteur du live et les modérateurs peuvent y attacher une vidéo."
            );
        }
        if (!free.IsEnoughToStart(Math.Min(context.Request.ContentLength ?? 0, LargestFile)))
        {
            return ApiErrors.NoRoom();
        }
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = LargestFile + (1 << 20);
        }
        var name = $"upload-{Guid.NewGuid():N}";
        var folder = Path.Combine(data.Live(liveId), name);
        DurableFolder.Create(folder);
        var kept = false;
        try
        {
            var upload = Path.Combine(folder, "upload");
            if (await ReceiveAsync(context.Request, upload, cancellation) is { } error)
            {
                return error;
            }
            var (parts, refusal) = await UploadedVideo.ReadAsync(
                upload,
                folder,
                time,
                logger,
                cancellation
            );
            if (refusal is not null)
            {
                return ApiErrors.BadRequest(
                    "video",
                    "Cette vidéo ne peut pas être lue : {0}",
                    refusal
                );
            }
            var now = time.GetUtcNow();
            var media = parts
                .Select(part =>
                    LiveArchive.MediaOf(
                        liveId,
                        part with
                        {
                            Files =
                            [
                                .. part.Files.Select(file =>
                                    file with
                                    {
                                        Name = Path.Combine(name, file.Name),
                                    }
                                ),
                            ],
                        },
                        ReplayMedia.AttachedPosition,
                        now
                    )
                )
                .ToList();
            DurableFolder.Flush(folder);
            db.Media.AddRange(media);
            await db.SaveChangesAsync(CancellationToken.None);
            kept = true;
            var view = MediaAddress.View(
                media[0],
                MediaAddress.ThumbnailOf(live.Record, context.Request),
                context.Request
            );
            return TypedResults.Created(view.FileUrl, view);
        }
        finally
        {
            if (!kept)
            {
                Directory.Delete(folder, recursive: true);
            }
        }
    }

    /// <summary>Streams the field <c>video</c> to a file. Null, or what is wrong with the request.</summary>
    private static async Task<ProblemHttpResult?> ReceiveAsync(
        HttpRequest request,
        string file,
        CancellationToken cancellation
    )
    {
        var isForm = MediaTypeHeaderValue.TryParse(request.ContentType, out var type);
        var boundary = isForm ? HeaderUtilities.RemoveQuotes(type!.Boundary).Value : null;
        if (
            !request.HasFormContentType
            || string.IsNullOrEmpty(boundary)
            || boundary.Length > LargestBoundary
        )
        {
            return ApiErrors.UnsupportedMedia(
                "Envoyez la vidéo dans un formulaire multipart, champ « video »."
            );
        }
        var sections = new MultipartReader(boundary, request.Body);
        try
        {
            while (await sections.ReadNextSectionAsync(cancellation) is { } section)
            {
                if (section.AsFileSection() is not { Name: "video", FileStream: { } content })
                {
                    continue;
                }
                await using var target = File.Create(file);
                await content.CopyToAsync(target, cancellation);
                if (target.Length > LargestFile)
                {
                    return ApiErrors.TooLarge("Cette vidéo est trop volumineuse (4 Gio au plus).");
                }
                target.Flush(flushToDisk: true);
                return null;
            }
        }
        catch (InvalidDataException)
        {
            return ApiErrors.BadRequest("video", "Le formulaire envoyé est mal formé.");
        }
        catch (BadHttpRequestException error)
            when (error.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            return ApiErrors.TooLarge("Cette vidéo est trop volumineuse (4 Gio au plus).");
        }
        catch (IOException error) when (!DiskFailure.IsFull(error))
        {
            return ApiErrors.BadRequest("video", "Le formulaire envoyé est incomplet.");
        }
        return ApiErrors.BadRequest("video", "Le champ « video » manque.");
    }
}
