using CommuniConnect.Server.Platform.Database;

namespace CommuniConnect.Server.Platform.Http;

internal static class HealthEndpoints
{
    /// <summary>For those who watch over the server: it answers (live), and it reaches its database (ready).</summary>
    public static void MapHealth(this IEndpointRouteBuilder app)
    {
        app.MapGet("/health/live", () => TypedResults.Text("ok"))
            .AllowAnonymous()
            .WithTags("Santé")
            .WithSummary("Le serveur répond");
        app.MapGet("/health/ready", ReadyAsync)
            .AllowAnonymous()
            .WithTags("Santé")
            .WithSummary("Le serveur est prêt");
    }

    private static async Task<IResult> ReadyAsync(AppDb db, CancellationToken cancellation) =>
        await db.Database.CanConnectAsync(cancellation)
            ? TypedResults.Text("ok")
            : ApiErrors.OfStatus(StatusCodes.Status503ServiceUnavailable);
}
