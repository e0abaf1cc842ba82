using CommuniConnect.Server.Platform.Http;

namespace CommuniConnect.Server.Community.Chat;

internal static class ChatSetup
{
    public static IServiceCollection AddChat(this IServiceCollection services)
    {
        services.AddSingleton<ChatStore>();
        services.AddSingleton<ChatPace>();
        services.AddSingleton<ChatDensity>();
        services.AddSingleton<ChatRooms>();
        services.AddHostedService(provider => provider.GetRequiredService<ChatRooms>());
        services
            .AddSignalR()
            .AddJsonProtocol(options => ApiSetup.ConfigureJson(options.PayloadSerializerOptions));
        // It logs every refused message as an error with its stack: anybody could fill the disk with an empty message.
        // What goes wrong with a message is caught, and logged, where it happens.
        services.AddLogging(logging =>
            logging.AddFilter(
                "Microsoft.AspNetCore.SignalR.Internal.DefaultHubDispatcher",
                LogLevel.None
            )
        );
        return services;
    }

    public static IEndpointRouteBuilder MapChat(this IEndpointRouteBuilder routes)
    {
        ChatEndpoints.Map(routes);
        ChatReplayEndpoints.Map(routes);
        // Whoever takes nothing for 10 s (the default TransportSendTimeout) is cut, and resumes after its last number.
        routes.MapHub<ChatHub>("/hubs/chat");
        return routes;
    }
}
