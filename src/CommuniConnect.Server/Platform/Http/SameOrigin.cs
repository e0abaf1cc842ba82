using Microsoft.AspNetCore.Authentication.Cookies;

namespace CommuniConnect.Server.Platform.Http;

/// <summary>
/// A browser sends the site's cookie along whoever made it ask. So a change by cookie, or a socket opened by cookie,
/// must prove that one of our own pages asked. Programs with a token send it on purpose and need no proof; forms carry
/// an antiforgery token of their own.
/// </summary>
internal sealed class SameOrigin(RequestDelegate next)
{
    public Task InvokeAsync(HttpContext context) =>
        NeedsProof(context) && !HasProof(context.Request)
            ? ApiErrors
                .Forbidden("Cette demande ne vient pas d'une page de ce site.")
                .ExecuteAsync(context)
            : next(context);

    private static bool NeedsProof(HttpContext context)
    {
        var request = context.Request;
        var changes =
            !HttpMethods.IsGet(request.Method)
            && !HttpMethods.IsHead(request.Method)
            && !HttpMethods.IsOptions(request.Method);
        return (changes && Audience.IsApi(request) || OpensSocket(request))
            && context.User.Identity?.AuthenticationType
                == CookieAuthenticationDefaults.AuthenticationScheme;
    }

    /// <summary>By HTTP/1.1 (RFC 6455) or HTTP/2 (RFC 8441), wherever in the pipeline sockets are accepted.</summary>
    private static bool OpensSocket(HttpRequest request) =>
        HttpMethods.IsConnect(request.Method)
        || request
            .Headers.Upgrade.ToString()
            .Contains("websocket", StringComparison.OrdinalIgnoreCase);

    private static bool HasProof(HttpRequest request)
    {
        // https://www.w3.org/TR/fetch-metadata/#sec-fetch-site-header: set by the browser, out of reach of scripts.
        var site = request.Headers["Sec-Fetch-Site"].ToString();
        if (site.Length > 0)
        {
            return site == "same-origin";
        }
        return Uri.TryCreate(request.Headers.Origin, UriKind.Absolute, out var origin)
            && origin.Authority.Equals(request.Host.Value, StringComparison.OrdinalIgnoreCase);
    }
}
