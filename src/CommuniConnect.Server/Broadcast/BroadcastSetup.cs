using CommuniConnect.Server.Broadcast.OnAir;

namespace CommuniConnect.Server.Broadcast;

internal static class BroadcastSetup
{
    public static IServiceCollection AddBroadcast(this IServiceCollection services)
    {
        services.AddSingleton<LiveDirectory>();
        return services;
    }
}
