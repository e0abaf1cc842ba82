namespace CommuniConnect.Server.Platform.Http;

/// <summary>Who asks: a person in a browser, who is shown a page, or a program, which is told in JSON.</summary>
internal static class Audience
{
    public static bool IsApi(HttpRequest request) =>
        request.Path.StartsWithSegments("/api", StringComparison.OrdinalIgnoreCase)
        || request.Path.StartsWithSegments("/hubs", StringComparison.OrdinalIgnoreCase);

    public static bool WantsPage(HttpRequest request) =>
        !IsApi(request)
        && request.Headers.Accept.Any(value =>
            value?.Contains("text/html", StringComparison.OrdinalIgnoreCase) == true
        );
}
