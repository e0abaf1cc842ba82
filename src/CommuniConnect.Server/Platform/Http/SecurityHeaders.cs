namespace CommuniConnect.Server.Platform.Http;

/// <summary>What a browser may do with our answers.</summary>
internal sealed class SecurityHeaders(RequestDelegate next)
{
    private const string PagePolicy =
        "default-src 'self'; media-src 'self' blob:; img-src 'self' data: blob:; connect-src 'self' ws: wss:; "
        + "frame-ancestors 'none'; base-uri 'self'; form-action 'self'";

    // The reference page carries its configuration and its styles within itself.
    private const string ReferencePolicy =
        "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; "
        + "img-src 'self' data: blob:; font-src 'self' data:; frame-ancestors 'none'";

    public Task InvokeAsync(HttpContext context)
    {
        context.Response.OnStarting(Add, context);
        return next(context);
    }

    private static Task Add(object state)
    {
        var context = (HttpContext)state;
        var headers = context.Response.Headers;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "strict-origin-when-cross-origin";
        if (context.Response.ContentType?.StartsWith("text/html", StringComparison.Ordinal) == true)
        {
            headers["Permissions-Policy"] =
                "camera=(self), microphone=(self), display-capture=(self), geolocation=()";
            headers.ContentSecurityPolicy = context.Request.Path.StartsWithSegments(
                "/docs",
                StringComparison.OrdinalIgnoreCase
            )
                ? ReferencePolicy
                : PagePolicy;
        }
        return Task.CompletedTask;
    }
}
