using CommuniConnect.Server.Platform.Http;

namespace CommuniConnect.Server.Community.Chat;

internal static class ChatSetup
{
    public static IServiceCollection AddChat(this IServiceCollection services)
    {
        services.AddSingleton<ChatTexts>();
        services.AddSingleton<ChatStore>();
        services.AddSingleton<ChatRooms>();
        services.AddHostedService(provider => provider.GetRequiredService<ChatRooms>());
        services
            .AddSignalR()
            .AddJsonProtocol(options => ApiSetup.ConfigureJson(options.PayloadSerializerOptions));
        return services;
    }

    public static IEndpointRouteBuilder MapChat(this IEndpointRouteBuilder routes)
    {
        ChatEndpoints.Map(routes);
        routes.MapHub<ChatHub>("/hubs/chat");
        return routes;
    }
}
