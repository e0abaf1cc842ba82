using Microsoft.AspNetCore.SignalR;

namespace CommuniConnect.Bench.Support;

/// <summary>What the chat is held against: a hub that sends each message to everybody and does nothing else. A process of its own.</summary>
internal static class PlainSignalR
{
    /// <summary>The argument that makes this program one.</summary>
    public const string Argument = "plain-signalr";

    public static async Task RunAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddSignalR();
        await using var app = builder.Build();
        app.MapHub<Everybody>("/hub");
        app.MapPost(
            "/say",
            async (Said said, IHubContext<Everybody> hub) =>
                await hub.Clients.All.SendAsync("said", said)
        );
        await app.RunAsync();
    }

    private sealed record Said(string Content);

    private sealed class Everybody : Hub;
}
