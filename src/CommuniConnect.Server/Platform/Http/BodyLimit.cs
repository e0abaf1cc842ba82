using Microsoft.AspNetCore.Http.Features;

namespace CommuniConnect.Server.Platform.Http;

/// <summary>
/// No JSON of this API is large: one that is gets 413 before anything of it is kept. What remains of it is read and
/// thrown away, for a client that is still sending would otherwise see a cut connection instead of the answer.
/// </summary>
internal sealed class BodyLimit(RequestDelegate next)
{
    public const int JsonBytes = 64 * 1024;

    public async Task InvokeAsync(HttpContext context)
    {
        if (!context.Request.HasJsonContentType())
        {
            await next(context);
            return;
        }
        if (context.Request.ContentLength > JsonBytes)
        {
            await ApiErrors.OfStatus(StatusCodes.Status413PayloadTooLarge).ExecuteAsync(context);
            await context.Response.CompleteAsync();
            await DrainAsync(context);
            return;
        }
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            size.MaxRequestBodySize = JsonBytes;
        }
        await next(context);
    }

    private static async Task DrainAsync(HttpContext context)
    {
        try
        {
            await context.Request.Body.CopyToAsync(Stream.Null, context.RequestAborted);
        }
        catch (Exception e)
            when (e is IOException or OperationCanceledException or BadHttpRequestException)
        {
            // The client gave up, or sends more than the server takes at all: it has its answer.
        }
    }
}
