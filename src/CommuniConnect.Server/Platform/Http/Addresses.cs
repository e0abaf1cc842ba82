namespace CommuniConnect.Server.Platform.Http;

/// <summary>Addresses as the one who asked may use them.</summary>
internal static class Addresses
{
    /// <summary>The whole address of a path of this server.</summary>
    /// <param name="path">Begins with a slash; may have a query.</param>
    public static string Absolute(HttpRequest request, string path) =>
        $"{request.Scheme}://{request.Host}{request.PathBase}{path}";

    /// <summary>The address itself when it leads to a page of this server, else the home page: nobody is sent elsewhere.</summary>
    public static string LocalOrHome(string? path) =>
        path is ['/', ..] && path is not ['/', '/' or '\\', ..] && !path.Any(char.IsControl)
            ? path
            : "/";
}
