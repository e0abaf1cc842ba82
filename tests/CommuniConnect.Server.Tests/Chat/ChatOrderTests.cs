using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using Xunit;

namespace CommuniConnect.Server.Tests.Chat;

public sealed class ChatOrderTests(ChatServer server) : IClassFixture<ChatServer>
{
    [Fact]
    public async Task Everybody_sees_one_order_when_twenty_members_write_at_once()
    {
        const int Each = 10;
        var live = await server.NewLiveAsync();
        var members = await server.NewMembersAsync(20);
        var hubs = await Task.WhenAll(members.Select(m => m.ConnectAsync()));
        // Whoever has a place is told all that follows it; without one, who joins late gets the last messages only.
        var place = await members[0].SayAsync(live, "avant");
        var readers = hubs.Select(hub =>
                hub.Follow(live, place).ReadToAsync(place + members.Count * Each)
            )
            .ToList();

        await Task.WhenAll(
            hubs.Select(
                async (hub, who) =>
                {
                    for (var i = 0; i < Each; i++)
                        await hub.SendAsync(live, new { content = $"{who}/{i}" });
                }
            )
        );

        var first = await readers[0];
        Assert.Equal(Enumerable.Range(place + 1, members.Count * Each), first.Select(m => m.Id()));
        Assert.Equal(members.Count * Each, first.Select(m => m.Content()).Distinct().Count());
        foreach (var reader in readers)
            Assert.Equal(first.Select(m => m.Content()), (await reader).Select(m => m.Content()));
        for (var who = 0; who < members.Count; who++)
        {
            // Each waited for its answer: its own messages stand in the order it sent them.
            var own = first
                .Select(m => m.Content())
                .Where(c => c.StartsWith($"{who}/", StringComparison.Ordinal));
            Assert.Equal(Enumerable.Range(0, Each).Select(i => $"{who}/{i}"), own);
        }
        foreach (var hub in hubs)
            await hub.DisposeAsync();
    }

    [Fact]
    public async Task Follower_whose_connection_dropped_resumes_after_its_last_number_with_nothing_lost_or_doubled()
    {
        var live = await server.NewLiveAsync();
        var (writer, reader) = (await server.NewMemberAsync(), await server.NewMemberAsync());
        await server.FillAsync(live, writer, 10);
        var before = await reader.ConnectAsync();
        var shown = (await before.Follow(live).ReadToAsync(10)).ToList();
        await before.DisposeAsync();

        // More than the room keeps in memory: the resumed follower reads pages from the database.
        await server.FillAsync(live, writer, 1000);
        await using var after = await reader.ConnectAsync();
        shown.AddRange(await after.Follow(live, shown[^1].Id()).ReadToAsync(1010));

        Assert.Equal(Enumerable.Range(1, 1010), shown.Select(m => m.Id()));
    }

    [Fact]
    public async Task Whoever_joins_gets_the_last_hundred_and_then_the_state()
    {
        var live = await server.NewLiveAsync();
        var member = await server.NewMemberAsync();
        await server.FillAsync(live, member, 120);
        await using var hub = await member.ConnectAsync();

        await using var updates = hub.Follow(live).GetAsyncEnumerator(ChatServer.Cancellation);
        await updates.MoveNextAsync();
        var messages = updates.Current;
        await updates.MoveNextAsync();
        var state = updates.Current.GetProperty("state");

        Assert.Equal(
            Enumerable.Range(21, 100),
            messages.GetProperty("messages").EnumerateArray().Select(m => m.Id())
        );
        Assert.Equal(120, messages.GetProperty("messages_count").GetInt32());
        Assert.Equal("waiting", state.GetProperty("status").GetString());
        Assert.Equal(live, state.GetProperty("live_id").GetInt32());
        Assert.Equal(120, state.GetProperty("messages_count").GetInt32());
        Assert.Equal(0, state.GetProperty("viewers").GetInt32());
        Assert.Equal(JsonValueKind.Null, state.GetProperty("started_at").ValueKind);
    }

    [Fact]
    public async Task Follower_that_stops_reading_delays_nobody_and_later_gets_everything()
    {
        const int Count = 3000; // 6 MB: more than any buffer between the room and a socket that is not read
        var live = await server.NewLiveAsync();
        var (writer, reader) = (await server.NewMemberAsync(), await server.NewMemberAsync());
        using var stopped = new ClientWebSocket();
        stopped.Options.SetRequestHeader("Authorization", $"Bearer {writer.Access}");
        var address = new UriBuilder(server.BaseAddress) { Scheme = "ws", Path = "/hubs/chat" }.Uri;
        await stopped.ConnectAsync(address, ChatServer.Cancellation);
        await SayAsync(stopped, """{"protocol":"json","version":1}""");
        var place = await writer.SayAsync(live, "avant");
        await SayAsync(
            stopped,
            $$"""{"type":4,"invocationId":"1","target":"Follow","arguments":[{{live}},{{place}}]}"""
        );
        await using var hub = await reader.ConnectAsync();
        var reading = hub.Follow(live, place).ReadToAsync(place + Count);

        await server.FillAsync(live, writer, Count, string.Concat(Enumerable.Repeat("🎉", 480)));
        var shown = await reading; // ends although the other reads nothing

        Assert.Equal(Enumerable.Range(place + 1, Count), shown.Select(m => m.Id()));
        var late = await NumbersAsync(stopped, place + Count);
        if (late[^1] < place + Count)
        {
            // It stood still for longer than the server waits: it was cut, and comes back.
            var rest = await hub.Follow(live, late[^1]).ReadToAsync(place + Count);
            late.AddRange(rest.Select(m => m.Id()));
        }
        Assert.Equal(Enumerable.Range(place + 1, Count), late);
    }

    private static Task SayAsync(WebSocket socket, string json) =>
        socket.SendAsync(
            Encoding.UTF8.GetBytes(json + "\u001e"),
            WebSocketMessageType.Text,
            endOfMessage: true,
            ChatServer.Cancellation
        );

    /// <summary>Reads frames of the hub until a number was shown or the server closes: all numbers in order of arrival.</summary>
    private static async Task<List<int>> NumbersAsync(WebSocket socket, int last)
    {
        var numbers = new List<int>();
        var buffer = new byte[64 * 1024];
        using var bytes = new MemoryStream();
        while (numbers.Count == 0 || numbers[^1] < last)
        {
            WebSocketReceiveResult received;
            try
            {
                received = await socket.ReceiveAsync(buffer, ChatServer.Cancellation);
            }
            catch (WebSocketException)
            {
                break;
            }
            if (received.MessageType == WebSocketMessageType.Close)
                break;
            bytes.Write(buffer, 0, received.Count);
            if (!received.EndOfMessage)
                continue;
            foreach (var frame in Encoding.UTF8.GetString(bytes.ToArray()).Split('\u001e'))
            {
                if (!frame.Contains("\"messages\":[", StringComparison.Ordinal))
                    continue;
                using var json = JsonDocument.Parse(frame);
                var item = json.RootElement.GetProperty("item");
                numbers.AddRange(item.GetProperty("messages").EnumerateArray().Select(m => m.Id()));
            }
            bytes.SetLength(0);
        }
        return numbers;
    }
}
