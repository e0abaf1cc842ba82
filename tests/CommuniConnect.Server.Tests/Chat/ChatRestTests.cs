using System.Net;
using System.Text;
using System.Text.Json;
using CommuniConnect.Server.Tests.Support;
using Microsoft.AspNetCore.SignalR;
using Xunit;

namespace CommuniConnect.Server.Tests.Chat;

public sealed class ChatRestTests(ChatServer server) : IClassFixture<ChatServer>
{
    [Fact]
    public async Task Rest_and_hub_are_one_room()
    {
        var live = await server.NewLiveAsync();
        var (scripted, browsing) = (
            await server.NewMemberAsync("Alpha"),
            await server.NewMemberAsync()
        );
        await using var hub = await browsing.ConnectAsync();
        var reading = hub.Follow(live).ReadToAsync(2);

        var first = await scripted.SayAsync(live, "par REST", clientId: "secret");
        var second = await hub.SendAsync(
            live,
            new
            {
                content = "par le hub",
                type = "text",
                reply_to = first,
            }
        );

        var listed = await browsing.MessagesAsync(live);
        Assert.Equal((await reading).Select(m => m.ToString()), listed.Select(m => m.ToString()));
        Assert.Equal(second.ToString(), listed[1].ToString());
        Assert.Equal(first, listed[1].GetProperty("reply_to").GetInt32());
        Assert.False(listed[0].TryGetProperty("client_id", out _)); // its sender's own business
    }

    [Fact]
    public async Task Message_has_the_members_of_the_contract()
    {
        var live = await server.NewLiveAsync();
        var member = await server.NewMemberAsync();

        var message = await member.PostAsync(
            live,
            new { content = "  I ni sogoma 👋🏿  " },
            HttpStatusCode.Created
        );

        Assert.Equal("I ni sogoma 👋🏿", message.Content());
        Assert.Equal("text", message.GetProperty("type").GetString());
        Assert.Equal(JsonValueKind.Null, message.GetProperty("reply_to").ValueKind);
        Assert.EndsWith(
            "Z",
            message.GetProperty("timestamp").GetString(),
            StringComparison.Ordinal
        );
        Assert.Equal(0, message.GetProperty("media_time").GetDecimal());
        var author = message.GetProperty("author");
        Assert.Equal(member.Id, author.Id());
        Assert.Equal("Mariam", author.GetProperty("first_name").GetString());
        Assert.Equal("Diallo", author.GetProperty("last_name").GetString());
        Assert.Equal(JsonValueKind.Null, author.GetProperty("profile_picture").ValueKind);
    }

    [Theory]
    [InlineData("?limit=3", new[] { 248, 249, 250 })]
    [InlineData("?after=0&limit=3", new[] { 1, 2, 3 })]
    [InlineData("?after=3&limit=2", new[] { 4, 5 })]
    [InlineData("?after=248", new[] { 249, 250 })]
    [InlineData("?after=250", new int[0])]
    [InlineData("?after=2147483647", new int[0])]
    public async Task Pages_are_oldest_first_and_go_on_after_an_id(string query, int[] ids)
    {
        var live = await server.NewLiveAsync();
        var member = await server.NewMemberAsync();
        await server.FillAsync(live, member, 250);

        Assert.Equal(ids, (await member.MessagesAsync(live, query)).Select(m => m.Id()));
    }

    [Theory]
    [InlineData("""{"content":""}""", "content")]
    [InlineData("""{"content":" \t\n​ "}""", "content")]
    [InlineData("""{"content":null}""", "content")]
    [InlineData("""{"content":5}""", "content")]
    [InlineData("""{"content":["a"]}""", "content")]
    [InlineData("""{}""", "content")]
    [InlineData("""[]""", "body")]
    [InlineData("""null""", "content")]
    [InlineData("""{"content":"a""", "content")]
    [InlineData("", "content")]
    [InlineData("""{"content":"a\u0000b"}""", "content")]
    [InlineData("""{"content":"a\u001bb"}""", "content")]
    [InlineData("""{"content":"a\u0085b"}""", "content")]
    [InlineData("""{"content":"a\ud83db"}""", "content")]
    [InlineData("""{"content":"a\uffffb"}""", "content")]
    [InlineData("""{"content":"a","type":"video"}""", "type")]
    [InlineData("""{"content":"a","type":7}""", "type")]
    [InlineData("""{"content":"a","reply_to":1}""", "reply_to")]
    [InlineData("""{"content":"a","reply_to":0}""", "reply_to")]
    [InlineData("""{"content":"a","reply_to":-1}""", "reply_to")]
    [InlineData("""{"content":"a","reply_to":99999999999}""", "reply_to")]
    [InlineData("""{"content":"a","reply_to":"x"}""", "reply_to")]
    [InlineData("""{"content":"a","client_id":"a\u0000"}""", "client_id")]
    public async Task Bad_message_is_refused_naming_the_field(string body, string field)
    {
        var live = await server.NewLiveAsync();
        var member = await server.NewMemberAsync();

        using var answer = await member.Client.PostAsync(
            $"/api/posts/live/{live}/chat/",
            new StringContent(body, Encoding.UTF8, "application/json"),
            ChatServer.Cancellation
        );

        var problem = await Json.ReadAsync(answer, HttpStatusCode.BadRequest);
        Assert.Equal(field, problem.Text("field"));
        Assert.Empty(await member.MessagesAsync(live));
    }

    [Fact]
    public async Task Content_is_counted_in_characters_people_see_typed_up_to_five_hundred()
    {
        var live = await server.NewLiveAsync();
        var member = await server.NewMemberAsync();
        var decomposed = string.Concat(Enumerable.Repeat("e\u0301", 500));

        await member.SayAsync(live, new string('a', 500));
        await member.SayAsync(live, string.Concat(Enumerable.Repeat("🎉", 500)));
        await member.SayAsync(live, decomposed);
        using var tooLong = await member.PostAsync(live, new { content = new string('a', 501) });
        using var tooLongId = await member.PostAsync(
            live,
            new { content = "a", client_id = new string('a', 65) }
        );

        Assert.Equal(
            "content",
            (await Json.ReadAsync(tooLong, HttpStatusCode.BadRequest)).Text("field")
        );
        Assert.Equal(HttpStatusCode.BadRequest, tooLongId.StatusCode);
        Assert.Equal(new string('é', 500), (await member.MessagesAsync(live))[2].Content());
    }

    [Fact]
    public async Task What_is_no_message_at_all_has_its_own_status()
    {
        var live = await server.NewLiveAsync();
        var member = await server.NewMemberAsync();
        var nobody = server.Anonymous();
        var chat = $"/api/posts/live/{live}/chat";

        Assert.Equal(
            HttpStatusCode.NotFound,
            await StatusAsync(
                member.Client.GetAsync(
                    "/api/posts/live/999/chat/messages/",
                    ChatServer.Cancellation
                )
            )
        );
        Assert.Equal(
            HttpStatusCode.NotFound,
            await StatusAsync(member.PostAsync(999, new { content = "a" }))
        );
        Assert.Equal(
            HttpStatusCode.NotFound,
            await StatusAsync(
                member.Client.GetAsync(
                    "/api/posts/live/99999999999/chat/messages/",
                    ChatServer.Cancellation
                )
            )
        );
        Assert.Equal(
            HttpStatusCode.BadRequest,
            await StatusAsync(
                member.Client.GetAsync($"{chat}/messages/?after=x", ChatServer.Cancellation)
            )
        );
        Assert.Equal(
            HttpStatusCode.BadRequest,
            await StatusAsync(
                member.Client.GetAsync($"{chat}/messages/?after=-1", ChatServer.Cancellation)
            )
        );
        Assert.Equal(
            HttpStatusCode.BadRequest,
            await StatusAsync(
                member.Client.GetAsync($"{chat}/messages/?limit=0", ChatServer.Cancellation)
            )
        );
        Assert.Equal(
            HttpStatusCode.OK,
            await StatusAsync(
                member.Client.GetAsync($"{chat}/messages?limit=9999", ChatServer.Cancellation)
            )
        );
        Assert.Equal(
            HttpStatusCode.Unauthorized,
            await StatusAsync(nobody.GetAsync($"{chat}/messages/", ChatServer.Cancellation))
        );
        Assert.Equal(
            HttpStatusCode.Unauthorized,
            await StatusAsync(nobody.GetAsync("/hubs/chat", ChatServer.Cancellation))
        );
        Assert.Equal(
            HttpStatusCode.UnsupportedMediaType,
            await StatusAsync(
                member.Client.PostAsync(
                    chat,
                    new StringContent("content=a"),
                    ChatServer.Cancellation
                )
            )
        );
        Assert.Equal(
            HttpStatusCode.RequestEntityTooLarge,
            await StatusAsync(member.PostAsync(live, new { content = new string('a', 100_000) }))
        );
    }

    [Fact]
    public async Task Hub_refuses_with_a_sentence()
    {
        var live = await server.NewLiveAsync();
        var member = await server.NewMemberAsync();
        await using var hub = await member.ConnectAsync();

        async Task<string> ErrorAsync(int liveId, object message) =>
            (await Assert.ThrowsAsync<HubException>(() => hub.SendAsync(liveId, message))).Message;

        Assert.EndsWith(
            "Le message est vide.",
            await ErrorAsync(live, new { content = " " }),
            StringComparison.Ordinal
        );
        Assert.EndsWith(
            "Ce live n'existe pas.",
            await ErrorAsync(999, new { content = "a" }),
            StringComparison.Ordinal
        );
        var unknown = await Assert.ThrowsAsync<HubException>(() => hub.Follow(999).ReadToAsync(1));
        Assert.EndsWith("Ce live n'existe pas.", unknown.Message, StringComparison.Ordinal);
        Assert.Equal(1, (await hub.SendAsync(live, new { content = "a" })).Id());
    }

    [Fact]
    public async Task Refusals_are_in_the_language_of_the_connection()
    {
        var member = await server.NewMemberAsync();
        await using var hub = await member.ConnectAsync("en");

        var error = await Assert.ThrowsAsync<HubException>(() =>
            hub.SendAsync(999, new { content = "a" })
        );
        var unknown = await Assert.ThrowsAsync<HubException>(() => hub.Follow(999).ReadToAsync(1));

        Assert.EndsWith("This live does not exist.", error.Message, StringComparison.Ordinal);
        Assert.EndsWith("This live does not exist.", unknown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ended_live_takes_no_message_but_still_tells_what_was_said()
    {
        var live = await server.NewLiveAsync();
        var member = await server.NewMemberAsync();
        await member.SayAsync(live, "au revoir", clientId: "a1");
        await using var hub = await member.ConnectAsync();
        await using var updates = hub.Follow(live).GetAsyncEnumerator(ChatServer.Cancellation);

        var count = await server.EndAsync(live);
        var status = "";
        while (status != "ended" && await updates.MoveNextAsync())
        {
            status = updates.Current.TryGetProperty("state", out var state)
                ? state.GetProperty("status").GetString()
                : status;
        }
        using var refused = await member.PostAsync(live, new { content = "trop tard" });
        var error = await Assert.ThrowsAsync<HubException>(() =>
            hub.SendAsync(live, new { content = "trop tard" })
        );

        Assert.Equal(1, count);
        Assert.Equal(1, await server.EndAsync(live));
        Assert.Equal("ended", status);
        Assert.Equal(
            "Ce live est terminé.",
            (await Json.ReadAsync(refused, HttpStatusCode.Conflict)).Text("error")
        );
        Assert.EndsWith("Ce live est terminé.", error.Message, StringComparison.Ordinal);
        Assert.Equal("au revoir", Assert.Single(await member.MessagesAsync(live)).Content());
        // Its sender never got the answer and asks again: it was said while the live ran.
        Assert.Equal(1, await member.SayAsync(live, "au revoir", clientId: "a1"));
    }

    [Fact]
    public async Task Member_who_writes_too_fast_is_asked_to_wait_and_others_are_not()
    {
        var live = await server.NewLiveAsync();
        var (hasty, calm) = (await server.NewMemberAsync(), await server.NewMemberAsync());

        var answers = await Task.WhenAll(
            Enumerable.Range(0, 100).Select(i => hasty.PostAsync(live, new { content = $"{i}" }))
        );

        var refused = answers.Where(a => a.StatusCode == HttpStatusCode.TooManyRequests).ToList();
        Assert.NotEmpty(refused);
        Assert.All(refused, answer => Assert.NotNull(answer.Headers.RetryAfter?.Delta));
        Assert.All(
            answers.Except(refused),
            answer => Assert.Equal(HttpStatusCode.Created, answer.StatusCode)
        );
        await calm.SayAsync(live, "doucement");
    }

    private static async Task<HttpStatusCode> StatusAsync(Task<HttpResponseMessage> answering)
    {
        using var answer = await answering;
        return answer.StatusCode;
    }
}
