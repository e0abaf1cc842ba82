namespace CommuniConnect.Server.Community.Moderation;

internal static class ModerationSetup
{
    public static IServiceCollection AddModeration(this IServiceCollection services)
    {
        services.AddSingleton<SiteWords>();
        services.AddSingleton<BlockLists>();
        services.AddScoped<ReportQueue>();
        services.AddScoped<ModerationLog>();
        services.AddAuthorization(ModerationPolicies.Add);
        return services;
    }

    public static void MapModeration(this IEndpointRouteBuilder routes)
    {
        RoomModerationEndpoints.Map(routes);
        MemberTieEndpoints.Map(routes);
        ReportEndpoints.Map(routes);
        SiteModerationEndpoints.Map(routes);
    }
}
