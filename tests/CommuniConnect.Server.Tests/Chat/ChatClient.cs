using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using CommuniConnect.Server.Tests.Support;
using Microsoft.AspNetCore.Http.Connections;
using Microsoft.AspNetCore.SignalR.Client;
using Xunit;

namespace CommuniConnect.Server.Tests.Chat;

/// <summary>The ways to talk in a room, with what the wire says as JSON.</summary>
internal static class ChatClient
{
    /// <summary>Where the chat of a live is.</summary>
    public static string Chat(int live) => $"/api/posts/live/{live}/chat";

    public static async Task<HubConnection> ConnectAsync(
        this Member member,
        string? language = null
    )
    {
        var hub = new HubConnectionBuilder()
            .WithUrl(
                new Uri(member.Client.BaseAddress!, "/hubs/chat"),
                options =>
                {
                    options.Headers["Authorization"] = $"Bearer {member.Access}";
                    options.Headers["Accept-Language"] = language ?? "fr";
                    options.Transports = HttpTransportType.WebSockets;
                    options.SkipNegotiation = true;
                }
            )
            .Build();
        await hub.StartAsync(ChatServer.Cancellation);
        return hub;
    }

    public static Task<HttpResponseMessage> PostAsync(
        this Member member,
        int liveId,
        object message
    ) =>
        member.Client.PostAsJsonAsync(
            $"/api/posts/live/{liveId}/chat/",
            message,
            ChatServer.Cancellation
        );

    public static async Task<JsonElement> PostAsync(
        this Member member,
        int liveId,
        object message,
        HttpStatusCode expected
    )
    {
        using var answer = await member.PostAsync(liveId, message);
        return await Json.ReadAsync(answer, expected);
    }

    /// <summary>Says something that is taken, and gives its id.</summary>
    public static async Task<int> SayAsync(
        this Member member,
        int liveId,
        string content,
        string? clientId = null
    )
    {
        var message = new { content, client_id = clientId };
        return (await member.PostAsync(liveId, message, HttpStatusCode.Created)).Id();
    }

    public static async Task<IReadOnlyList<JsonElement>> MessagesAsync(
        this Member member,
        int liveId,
        string query = ""
    )
    {
        var path = $"/api/posts/live/{liveId}/chat/messages/{query}";
        return [.. (await member.Client.GetAsync(path, HttpStatusCode.OK)).EnumerateArray()];
    }

    public static int Id(this JsonElement message) => message.Int("id");

    public static string Content(this JsonElement message) => message.Text("content")!;

    public static IAsyncEnumerable<JsonElement> Follow(
        this HubConnection hub,
        int liveId,
        int after = 0
    ) => hub.StreamAsync<JsonElement>("Follow", liveId, after, ChatServer.Cancellation);

    public static Task<JsonElement> SendAsync(this HubConnection hub, int liveId, object message) =>
        hub.InvokeAsync<JsonElement>("Send", liveId, message, ChatServer.Cancellation);

    /// <summary>Follows until a message number was shown: everything shown until then.</summary>
    public static async Task<IReadOnlyList<JsonElement>> ReadToAsync(
        this IAsyncEnumerable<JsonElement> updates,
        int number
    )
    {
        var shown = new List<JsonElement>();
        await foreach (var update in updates)
        {
            if (update.Text("type") == "messages")
                shown.AddRange(update.GetProperty("messages").EnumerateArray());
            if (shown.Count > 0 && shown[^1].Id() >= number)
                break;
        }
        return shown;
    }

    /// <summary>The next update of a type; those before it are passed over.</summary>
    public static async Task<JsonElement> NextAsync(
        this IAsyncEnumerator<JsonElement> updates,
        string type
    )
    {
        do Assert.True(await updates.MoveNextAsync(), $"the stream ended before {type}");
        while (updates.Current.Text("type") != type);
        return updates.Current;
    }
}
