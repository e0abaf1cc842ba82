using System.Net;
using System.Net.WebSockets;
using System.Text;
using CommuniConnect.Server.Community.Chat;
using CommuniConnect.Server.Tests.Support;
using Microsoft.AspNetCore.SignalR;
using Xunit;

namespace CommuniConnect.Server.Tests.Chat;

/// <summary>What people, and programs that are not ours, send: a clear answer, nothing lost, nobody else disturbed.</summary>
public sealed class ChatBadInputTests(ChatServer server) : IClassFixture<ChatServer>
{
    public static TheoryData<string> Odd =>
        [
            "<script>alert('x')</script><img src=x onerror=alert(1)>",
            "\u202Etxt.exe\u202C \u2066isolé\u2069",
            "Z" + string.Concat(Enumerable.Range(0, 400).Select(i => (char)(0x300 + i % 112))),
            "👨‍👩‍👧‍👦🏳️‍🌈🇬🇳",
            "'; DROP TABLE ChatMessages; --",
            "{{7*7}} ${7*7} %s %n {0}",
            "une\r\nligne\tet une autre",
        ];

    [Theory]
    [MemberData(nameof(Odd))]
    public async Task Any_text_is_stored_as_it_was_written(string text)
    {
        var (live, _, member) = await server.NewRoomAsync();

        var said = await member.PostAsync(live, new { content = text }, HttpStatusCode.Created);

        var kept = Assert.Single(await member.MessagesAsync(live));
        Assert.Equal(said.ToString(), kept.ToString());
        Assert.Equal(text.Normalize(NormalizationForm.FormC), kept.Content());
    }

    [Fact]
    public async Task A_thousand_emoji_and_a_hundred_thousand_characters_are_too_long_also_over_the_hub()
    {
        var (live, _, member) = await server.NewRoomAsync();
        await using var hub = await member.ConnectAsync();
        var emoji = string.Concat(Enumerable.Repeat("🎉", 1000));

        await member.PostAsync(live, new { content = emoji }, HttpStatusCode.BadRequest);
        var refused = await Assert.ThrowsAsync<HubException>(() =>
            hub.SendAsync(live, new { content = emoji })
        );
        Assert.Contains("dépasse 500", refused.Message, StringComparison.Ordinal);
        // So long a message of the hub ends that connection, and no other.
        await using var other = await member.ConnectAsync();
        await Assert.ThrowsAnyAsync<Exception>(() =>
            hub.SendAsync(live, new { content = new string('a', 100_000) })
        );
        Assert.Equal(1, (await other.SendAsync(live, new { content = "encore là" })).Id());
    }

    [Fact]
    public async Task Bytes_that_are_no_characters_are_refused_and_the_server_goes_on()
    {
        var (live, _, member) = await server.NewRoomAsync();
        using var body = new ByteArrayContent([
            .. "{\"content\":\""u8,
            0xC3,
            0x28,
            0xFF,
            .. "\"}"u8,
        ]);
        body.Headers.ContentType = new("application/json");

        using var answer = await member.Client.PostAsync(
            $"{ChatClient.Chat(live)}/",
            body,
            ChatServer.Cancellation
        );
        await Json.ReadAsync(answer, HttpStatusCode.BadRequest);
        using var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader("Authorization", $"Bearer {member.Access}");
        var address = new UriBuilder(server.BaseAddress) { Scheme = "ws", Path = "/hubs/chat" }.Uri;
        await socket.ConnectAsync(address, ChatServer.Cancellation);
        foreach (
            var frame in (byte[][])
                [
                    [.. "{\"protocol\":\"json\",\"version\":1}\u001e"u8],
                    [.. "{\"type\":1,\"target\":\"Send\",\"arguments\":["u8, 0xFF, 0xFE, 0x1E],
                ]
        )
            await socket.SendAsync(frame, WebSocketMessageType.Text, true, ChatServer.Cancellation);

        await UntilClosedAsync(socket);
        Assert.Equal(1, await member.SayAsync(live, "encore là"));
    }

    [Fact]
    public async Task Replies_go_to_messages_of_the_same_live_that_are_still_shown()
    {
        var (live, owner, member) = await server.NewRoomAsync();
        var (elsewhere, _, _) = await server.NewRoomAsync();
        await member.SayAsync(elsewhere, "un");
        var foreign = await member.SayAsync(elsewhere, "deux");
        var first = await owner.SayAsync(live, "un");

        await member.PostAsync(
            live,
            new { content = "re", reply_to = foreign },
            HttpStatusCode.BadRequest
        );
        await member.PostAsync(
            live,
            new { content = "re", reply_to = first },
            HttpStatusCode.Created
        );
        await owner.Client.DeleteAsync(
            $"{ChatClient.Chat(live)}/messages/{first}/",
            HttpStatusCode.NoContent
        );
        await member.PostAsync(
            live,
            new { content = "re", reply_to = first },
            HttpStatusCode.BadRequest
        );
    }

    [Fact]
    public async Task Same_name_for_another_message_is_the_first_message()
    {
        var (live, _, member) = await server.NewRoomAsync();

        var first = await member.SayAsync(live, "un", clientId: "même");
        var other = await member.SayAsync(live, "tout autre chose", clientId: "même");

        Assert.Equal(first, other);
        Assert.Equal("un", Assert.Single(await member.MessagesAsync(live)).Content());
    }

    [Fact]
    public async Task Clock_that_jumps_back_lengthens_no_wait_and_ends_no_silence()
    {
        await using var jumping = new ChatServer();
        await jumping.InitializeAsync();
        var (live, owner, member) = await jumping.NewRoomAsync();
        var chat = ChatClient.Chat(live);
        await owner.Client.PostAsync(
            $"{chat}/sanctions/",
            new
            {
                member_id = member.Id,
                kind = "silence",
                seconds = 120,
            },
            HttpStatusCode.Created
        );
        await owner.Client.PutAsync(
            $"{chat}/settings/",
            new { slow_seconds = 60 },
            HttpStatusCode.OK
        );
        using var visit = await jumping.Rooms.EnterAsync(live, ChatServer.Cancellation);
        async Task<ChatRefusal?> SayAsync() =>
            (await visit!.Room.SendAsync(member.Id, new("?", "text"))).Refused?.Why;

        jumping.Time.Advance(TimeSpan.FromHours(-1));
        Assert.Equal(ChatRefusal.Silenced, await SayAsync());
        jumping.Time.Advance(TimeSpan.FromHours(1) + TimeSpan.FromSeconds(121));
        Assert.Null(await SayAsync());
        Assert.Equal(ChatRefusal.Slowed, await SayAsync());
        await owner.Client.DeleteAsync($"{chat}/sanctions/{member.Id}/", HttpStatusCode.NoContent);
        // By a clock that was set back: slowed no longer than the rule says.
        jumping.Time.Advance(TimeSpan.FromDays(-1));
        Assert.Null(await SayAsync());
        jumping.Time.Advance(TimeSpan.FromDays(1));
        var view = visit!.Room.View;
        Assert.Equal([1, 2], view.Newest.Select(m => m.Id));
    }

    [Fact]
    public async Task Room_that_is_closed_in_mid_message_keeps_what_it_answered_and_says_so_to_the_rest()
    {
        var (live, _, member) = await server.NewRoomAsync();
        using var visit = await server.Rooms.EnterAsync(live, ChatServer.Cancellation);
        var sending = Enumerable
            .Range(0, 400)
            .Select(i => visit!.Room.SendAsync(member.Id, new($"{i}", "text")))
            .ToList();

        var ending = server.EndAsync(live);
        sending.AddRange(
            Enumerable
                .Range(400, 400)
                .Select(i => visit!.Room.SendAsync(member.Id, new($"{i}", "text")))
        );
        var outcomes = await Task.WhenAll(sending);
        var count = await ending;

        var saved = outcomes.Count(o => o.Message is not null);
        Assert.Equal(saved, await server.Rooms.CountAsync(live, ChatServer.Cancellation));
        Assert.InRange(count, 1, saved);
        Assert.All(
            outcomes.Where(o => o.Message is null),
            o => Assert.NotNull(o.Refused) // ended, or too much at once: both say so
        );
        var after = await visit!.Room.SendAsync(member.Id, new("trop tard", "text"));
        Assert.Equal(ChatRefusal.Ended, after.Refused!.Why);
    }

    private static async Task UntilClosedAsync(ClientWebSocket socket)
    {
        var buffer = new byte[4096];
        try
        {
            while (
                (await socket.ReceiveAsync(buffer, ChatServer.Cancellation)).MessageType
                != WebSocketMessageType.Close
            ) { }
        }
        catch (WebSocketException)
        {
            // Cut instead of closed: as good.
        }
    }
}
