using CommuniConnect.Server.Broadcast.OnAir;
using CommuniConnect.Server.Platform.Http;

namespace CommuniConnect.Server.Broadcast.Ingest;

/// <summary>The ingest address of a live: a WebSocket from the studio page, or a chunked POST from any program.</summary>
internal static class IngestEndpoint
{
    private const string Route = "/ingest/{key}";

    public static string Path(string key) => $"/ingest/{key}";

    public static void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("").AllowAnonymous().ExcludeFromDescription(); // the key is the permission
        // A WebSocket over HTTP/2 is opened by CONNECT. Spec: RFC 8441 §4.
        group.MapMethods(Route, ["GET", "CONNECT"], WebSocketAsync);
        group.MapMethods($"{Route}/small", ["GET", "CONNECT"], SmallAsync);
        group.MapPost(Route, HttpAsync).DisableAntiforgery();
        group.MapPut(Route, HttpAsync).DisableAntiforgery();
        group.MapMethods(Route, ["HEAD"], HeadAsync);
        group.MapPatch(Route, PatchAsync).DisableAntiforgery();
    }

    private static async Task<IResult> WebSocketAsync(
        string key,
        Guid? take,
        StreamKeys keys,
        LiveDirectory directory,
        HttpContext context
    )
    {
        if (Find(key, keys, directory, out var refusal) is not { } live)
        {
            return refusal!;
        }
        if (!context.WebSockets.IsWebSocketRequest)
        {
            return ApiErrors.BadRequest(
                "upgrade",
                "Cette adresse attend un envoi (POST) ou une connexion WebSocket."
            );
        }
        await WebSocketIngest.RunAsync(live, take ?? Guid.NewGuid(), context);
        return Results.Empty;
    }

    private static async Task<IResult> SmallAsync(
        string key,
        Guid take,
        StreamKeys keys,
        LiveDirectory directory,
        HttpContext context
    )
    {
        if (Find(key, keys, directory, out var refusal) is not { } live)
        {
            return refusal!;
        }
        if (!context.WebSockets.IsWebSocketRequest)
        {
            return ApiErrors.BadRequest("upgrade", "Cette adresse attend une connexion WebSocket.");
        }
        await SmallIngest.RunAsync(live, take, context);
        return Results.Empty;
    }

    private static async Task<IResult> HttpAsync(
        string key,
        Guid? take,
        StreamKeys keys,
        LiveDirectory directory,
        HttpContext context
    ) =>
        Find(key, keys, directory, out var refusal) is { } live
            ? await HttpIngest.RunAsync(live, take ?? Guid.NewGuid(), context)
            : refusal!;

    private static async Task<IResult> HeadAsync(
        string key,
        Guid take,
        StreamKeys keys,
        LiveDirectory directory,
        ResumableIngest takes,
        HttpContext context
    ) =>
        Find(key, keys, directory, out var refusal) is { } live
            ? await takes.HeadAsync(live.Id, take, context)
            : refusal!;

    private static async Task<IResult> PatchAsync(
        string key,
        Guid take,
        Guid? after,
        StreamKeys keys,
        LiveDirectory directory,
        ResumableIngest takes,
        HttpContext context
    ) =>
        Find(key, keys, directory, out var refusal) is { } live
            ? await takes.PatchAsync(live.Id, take, after, context)
            : refusal!;

    private static Live? Find(
        string key,
        StreamKeys keys,
        LiveDirectory directory,
        out IResult? refusal
    )
    {
        refusal = null;
        if (keys.LiveOfPublishKey(key) is not { } liveId)
        {
            refusal = ApiErrors.NotFound("Cette adresse d'envoi n'existe pas.");
            return null;
        }
        var live = directory.FindLive(liveId);
        if (live is null || live.IsEnding || live.Ended.IsCompleted)
        {
            refusal = ApiErrors.Conflict("Ce live est terminé : il ne reçoit plus rien.");
            return null;
        }
        return live;
    }
}
