using System.Globalization;
using CommuniConnect.Media;
using CommuniConnect.Server.Broadcast.Ingest;
using CommuniConnect.Server.Broadcast.OnAir;
using CommuniConnect.Server.Platform.Http;
using Microsoft.AspNetCore.Http.Features;

namespace CommuniConnect.Server.Broadcast.Watch;

/// <summary>
/// The progressive stream: one chunked response that begins at the newest keyframe and never ends while the live runs.
/// Each viewer copies shared bytes to its own connection at its own pace. With <c>?from=</c> it is <see cref="RewoundStream"/>.
/// </summary>
internal static class WatchEndpoint
{
    /// <summary>What all addresses of a live's media begin with.</summary>
    public const string Prefix = "/watch";

    private const string Gone = "Ce live n'existe pas ou est terminé.";

    public static string Path(int liveId, string token) =>
        string.Create(CultureInfo.InvariantCulture, $"{Prefix}/{liveId}-{token}.webm");

    public static void Map(IEndpointRouteBuilder routes)
    {
        // Whoever has the address may watch: ffplay and curl carry no token.
        var group = routes.MapGroup(Prefix).AllowAnonymous().ExcludeFromDescription();
        group.MapGet("/{name}.webm", WatchAsync); // a token has dashes of its own: a route would split at the last
        // A WebSocket over HTTP/2 is opened by CONNECT. Spec: RFC 8441 §4.
        group.MapMethods("/{name}", ["GET", "CONNECT"], WatchSocketAsync);
        group.MapGet("/{name}/still", StillAsync);
        group.MapGet("/{name}/clock", Clock);
    }

    private static async Task<IResult> WatchAsync(
        string name,
        string? from,
        LiveDirectory directory,
        StreamKeys keys,
        Turnstile turnstile,
        HttpContext context
    )
    {
        if (Find(name, directory, keys) is not { } found)
        {
            return ApiErrors.NotFound(Gone);
        }
        var begin = MediaTime.Zero;
        if (from is not null && !MediaMoment.TryRead(from, out begin))
        {
            return ApiErrors.BadRequest("from", MediaMoment.Refusal);
        }
        var viewer = Visitor.Of(context);
        using var place = turnstile.Enter(viewer, context, out var refusal);
        if (refusal is not null)
        {
            return refusal;
        }
        context.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        using var attendance = Attendance.OfResponse(found, viewer, context);
        if (from is null)
        {
            found.WantKeyframe();
        }
        var (response, cancellation) = (context.Response, context.RequestAborted);
        try
        {
            await (
                from is null
                    ? CopyAsync(new TimelineCursor(found.Timeline), response, cancellation)
                    : RewoundStream.CopyAsync(found, begin, response, cancellation)
            );
        }
        catch (OperationCanceledException)
        {
            // The viewer has left.
        }
        return context.Response.HasStarted ? Results.Empty
            : found.Ended.IsCompleted ? ApiErrors.NotFound(Gone)
            : ApiErrors.OfStatus(StatusCodes.Status503ServiceUnavailable);
    }

    private static async Task<IResult> WatchSocketAsync(
        string name,
        string? rendition,
        LiveDirectory directory,
        StreamKeys keys,
        Turnstile turnstile,
        HttpContext context
    )
    {
        if (Find(name, directory, keys) is not { } found)
        {
            return ApiErrors.NotFound(Gone);
        }
        if (!context.WebSockets.IsWebSocketRequest)
        {
            return ApiErrors.BadRequest("upgrade", "Cette adresse attend une connexion WebSocket.");
        }
        var viewer = Visitor.Of(context);
        using var place = turnstile.Enter(viewer, context, out var refusal);
        if (refusal is not null)
        {
            return refusal;
        }
        using var attendance = Attendance.OfSocket(found, viewer, context);
        found.WantKeyframe();
        await WatchSocket.RunAsync(
            found,
            WatchSocket.RenditionOf(rendition),
            attendance.KernelTells,
            context
        );
        return Results.Empty;
    }

    private static async Task<IResult> StillAsync(
        string name,
        string? at,
        LiveDirectory directory,
        StreamKeys keys,
        StillAnswer stills,
        HttpContext context
    ) =>
        Find(name, directory, keys) is { } found
            ? await stills.ToAsync(context, at, mayBeKept: true, found.StillAsync)
            : ApiErrors.NotFound(Gone);

    /// <summary>What the watch socket says by itself, for players that have none.</summary>
    private static IResult Clock(
        string name,
        LiveDirectory directory,
        StreamKeys keys,
        HttpResponse response
    )
    {
        if (Find(name, directory, keys) is not { } found)
        {
            return ApiErrors.NotFound(Gone);
        }
        response.Headers.CacheControl = "no-store";
        return found.Timeline.Clock is { } clock
            ? Results.Bytes(WatchMessage.Of(clock).ToBytes(), "application/json")
            : Results.NoContent();
    }

    private static Live? Find(string name, LiveDirectory directory, StreamKeys keys)
    {
        var dash = name.IndexOf('-', StringComparison.Ordinal);
        return
            dash > 0
            && int.TryParse(
                name.AsSpan(0, dash),
                NumberStyles.None,
                CultureInfo.InvariantCulture,
                out var live
            )
            && keys.IsWatchToken(live, name[(dash + 1)..])
            ? directory.FindLive(live)
            : null;
    }

    private static async Task CopyAsync(
        TimelineCursor cursor,
        HttpResponse response,
        CancellationToken cancellation
    )
    {
        StreamPart? part = null;
        while (await cursor.NextAsync(cancellation) is { } fragment)
        {
            if (part != fragment.Part)
            {
                part = fragment.Part;
                await BeginStreamAsync(response, part, cancellation);
            }
            var left = fragment.Cluster;
            while (left.Length > WatchConnection.SliceBytes)
            {
                await response.BodyWriter.WriteAsync(
                    left[..WatchConnection.SliceBytes],
                    cancellation
                );
                left = left[WatchConnection.SliceBytes..];
            }
            await response.BodyWriter.WriteAsync(left, cancellation);
        }
    }

    /// <summary>
    /// Announces the tracks of what follows. Other codecs begin a stream of their own behind the one before. Spec: RFC 8794
    /// §6.2 ends an unknown-size Segment at a new EBML header.
    /// </summary>
    internal static async ValueTask BeginStreamAsync(
        HttpResponse response,
        StreamPart part,
        CancellationToken cancellation
    )
    {
        if (!response.HasStarted)
        {
            response.ContentType = part.ContentType;
            response.Headers.CacheControl = "no-store";
        }
        await response.BodyWriter.WriteAsync(part.Header, cancellation);
    }
}
