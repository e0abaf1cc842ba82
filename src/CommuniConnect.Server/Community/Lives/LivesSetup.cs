namespace CommuniConnect.Server.Community.Lives;

internal static class LivesSetup
{
    public static IServiceCollection AddLives(this IServiceCollection services)
    {
        services.AddSingleton<LiveArchive>();
        services.AddSingleton<OpenedReplays>();
        services.AddScoped<LiveWriter>();
        services.AddHostedService<LiveHistory>();
        services.AddHostedService<PeakHistory>();
        return services;
    }

    public static void MapLives(this IEndpointRouteBuilder routes)
    {
        LiveEndpoints.Map(routes);
        UploadEndpoint.Map(routes);
        TakeEndpoints.Map(routes);
        StopEndpoints.Map(routes);
        ReplayEndpoint.Map(routes);
        ThumbnailEndpoints.Map(routes);
    }
}
