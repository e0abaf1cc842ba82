using CommuniConnect.Server.Broadcast.Ingest;
using CommuniConnect.Server.Broadcast.OnAir;
using CommuniConnect.Server.Broadcast.Record;
using CommuniConnect.Server.Broadcast.Watch;

namespace CommuniConnect.Server.Broadcast;

internal static class BroadcastSetup
{
    public static IServiceCollection AddBroadcast(
        this IServiceCollection services,
        IConfiguration configuration
    )
    {
        services.Configure<BroadcastOptions>(configuration.GetSection(BroadcastOptions.Section));
        services.AddSingleton<LiveDirectory>();
        services.AddSingleton<StreamKeys>();
        services.AddSingleton<StillAnswer>();
        services.AddSingleton<Turnstile>();
        services.AddSingleton<Tails>();
        services.AddSingleton<ResumableIngest>();
        services.AddHostedService<BroadcastShutdown>();
        services.Configure<HostOptions>(host => host.ShutdownTimeout = BroadcastShutdown.Longest);
        services.AddHostedService<DiskWatch>();
        return services;
    }

    /// <summary>Before the middleware that accepts WebSockets.</summary>
    public static void UseBroadcast(this IApplicationBuilder app) =>
        app.Use(
            (context, next) =>
            {
                var path = context.Request.Path;
                if (
                    path.StartsWithSegments(
                        WatchEndpoint.Prefix,
                        StringComparison.OrdinalIgnoreCase
                    )
                )
                {
                    WatchConnection.Prepare(context);
                }
                return next(context);
            }
        );

    public static void MapBroadcast(this IEndpointRouteBuilder routes)
    {
        IngestEndpoint.Map(routes);
        WatchEndpoint.Map(routes);
    }
}
