using CommuniConnect.Server.Broadcast;
using CommuniConnect.Server.Community.Chat;
using CommuniConnect.Server.Platform.Database;
using CommuniConnect.Server.Platform.Http;
using CommuniConnect.Server.Platform.Storage;

namespace CommuniConnect.Server;

/// <summary>Composition only: one Add and one Map for each folder.</summary>
internal static class ServerApp
{
    public static async Task<WebApplication> CreateAsync(string[] args)
    {
        var builder = WebApplication.CreateBuilder(
            new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory }
        );
        var data = new DataFolder(builder.Configuration["data"] ?? "data");
        builder.Services.AddSingleton(data);
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddDatabase(data);
        builder.Services.AddApi();
        builder.Services.AddBroadcast();
        builder.Services.AddChat();

        var app = builder.Build();
        app.MapChat();
        return app;
    }
}
