namespace CommuniConnect.Server.Platform.Http;

internal static class ClockEndpoint
{
    /// <summary>For pages that have to speak of the same instant as others: members' own clocks are often minutes off.</summary>
    public static void MapClock(this IEndpointRouteBuilder app) =>
        app.MapGet(
                "/api/clock/",
                (TimeProvider time) =>
                    TypedResults.Ok(
                        new ServerClock(
                            (time.GetUtcNow() - DateTimeOffset.UnixEpoch).TotalMilliseconds
                        )
                    )
            )
            .AllowAnonymous()
            .WithTags("Santé")
            .WithSummary("L'heure du serveur");
}

/// <summary>What the server's clock shows.</summary>
/// <param name="Now">Milliseconds since 1970.</param>
internal sealed record ServerClock(double Now);
