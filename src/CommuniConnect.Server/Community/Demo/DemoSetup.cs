namespace CommuniConnect.Server.Community.Demo;

internal static class DemoSetup
{
    public static IServiceCollection AddDemo(this IServiceCollection services) =>
        services.AddScoped<DemoLive>().AddScoped<DemoCommunity>();

    /// <summary>Makes the demo community when the server was started with <c>--demo</c>; never else.</summary>
    public static async Task PrepareDemoAsync(this WebApplication app)
    {
        if (!app.Configuration.GetValue("demo", defaultValue: false))
        {
            return;
        }
        await using var scope = app.Services.CreateAsyncScope();
        await scope
            .ServiceProvider.GetRequiredService<DemoCommunity>()
            .CreateAsync(CancellationToken.None);
    }
}
