namespace CommuniConnect.Server.Community.Geography;

internal static class GeographySetup
{
    public static IServiceCollection AddGeography(this IServiceCollection services) =>
        services.AddScoped<Quartiers>();

    // Whoever registers chooses a quartier before being anybody: no token is asked for.
    public static void MapGeography(this IEndpointRouteBuilder app) =>
        app.MapGet(
                "/api/geography/quartiers",
                (string? search, Quartiers quartiers, CancellationToken cancellation) =>
                    quartiers.SearchAsync(search, cancellation)
            )
            .AllowAnonymous()
            .WithTags("Géographie")
            .WithSummary("Les quartiers, cherchés sans accents ni majuscules ; 200 au plus");

    /// <summary>Gives an empty server its starter list.</summary>
    public static async Task PrepareGeographyAsync(this IServiceProvider services)
    {
        await using var scope = services.CreateAsyncScope();
        await scope
            .ServiceProvider.GetRequiredService<Quartiers>()
            .SeedAsync(CancellationToken.None);
    }
}
