using CommuniConnect.Server.Broadcast;
using CommuniConnect.Server.Community.Chat;
using CommuniConnect.Server.Community.Demo;
using CommuniConnect.Server.Community.Geography;
using CommuniConnect.Server.Community.Lives;
using CommuniConnect.Server.Community.Moderation;
using CommuniConnect.Server.Community.Pages;
using CommuniConnect.Server.Community.Posts;
using CommuniConnect.Server.Community.Users;
using CommuniConnect.Server.Platform.Database;
using CommuniConnect.Server.Platform.Http;
using CommuniConnect.Server.Platform.Localization;
using CommuniConnect.Server.Platform.Storage;
using CommuniConnect.Server.Platform.Webhooks;

namespace CommuniConnect.Server;

/// <summary>Composition only: one Add and one Map for each folder.</summary>
internal static class ServerApp
{
    /// <summary>The server, ready to start: its database is up to date.</summary>
    /// <param name="replace">Changes what it is made of; a test gives it its own clock.</param>
    public static async Task<WebApplication> CreateAsync(
        string[] args,
        Action<IServiceCollection>? replace = null
    )
    {
        var builder = WebApplication.CreateSlimBuilder(
            new WebApplicationOptions
            {
                Args = CommandLine.WithFlagValues(args),
                ApplicationName = typeof(ServerApp).Assembly.GetName().Name,
                ContentRootPath = AppContext.BaseDirectory,
            }
        );
        var data = new DataFolder(builder.Configuration["data"] ?? "data");
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.AddHttps(data);
        builder.Services.AddStorage(data, builder.Configuration);
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddDatabase(data);
        builder.Services.AddWebhooks();
        builder.Services.AddLanguages();
        builder.Services.AddApi(builder.Configuration);
        builder.Services.AddBroadcast(builder.Configuration);
        builder.Services.AddUsers();
        builder.Services.AddGeography();
        builder.Services.AddPosts();
        builder.Services.AddChat();
        builder.Services.AddModeration();
        builder.Services.AddLives();
        builder.Services.AddPages();
        builder.Services.AddDemo();
        replace?.Invoke(builder.Services);

        var app = builder.Build();
        await DatabaseSetup.PrepareAsync(app.Services, CancellationToken.None);
        await app.Services.PrepareUsersAsync();
        await app.Services.PrepareGeographyAsync();
        await app.PrepareDemoAsync();

        app.UseRequestLocalization();
        app.UseApi();
        app.UseBroadcast();
        app.UseWebSockets();
        app.UsePageAssets();
        app.UseRouting();
        app.UseInstallation();
        app.UseRateLimiter();
        app.UseAuthentication();
        app.UseMiddleware<SameOrigin>();
        app.UseAuthorization();
        app.UseAntiforgery();

        app.MapHealth();
        app.MapClock();
        app.MapApiReference();
        app.MapUsers();
        app.MapGeography();
        app.MapPosts();
        app.MapChat();
        app.MapModeration();
        app.MapLives();
        app.MapBroadcast();
        app.MapPages();
        app.AnnounceHttps();
        GiveBackWhatStartingTook();
        return app;
    }

    /// <summary>Nobody is served yet: the one moment in which nobody waits for the collector.</summary>
    private static void GiveBackWhatStartingTook() =>
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
}
