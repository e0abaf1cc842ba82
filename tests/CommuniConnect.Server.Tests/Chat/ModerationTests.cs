using System.Net;
using System.Text.Json;
using CommuniConnect.Server.Tests.Support;
using Xunit;

namespace CommuniConnect.Server.Tests.Chat;

/// <summary>The rules of a room, who gives them, and what is written down of it.</summary>
public sealed class ModerationTests(ChatServer server) : IClassFixture<ChatServer>
{
    [Fact]
    public async Task Rules_pin_sanctions_and_words_are_the_same_after_a_restart()
    {
        var (live, owner, member) = await server.NewRoomAsync();
        var moderator = await server.NewModeratorAsync();
        var chat = ChatClient.Chat(live);
        var pinned = await owner.SayAsync(live, "à lire");
        await owner.Client.PutAsync($"{chat}/pin/", new { message_id = pinned }, HttpStatusCode.OK);
        await owner.Client.PutAsync(
            $"{chat}/settings/",
            new { slow_seconds = 7, forbidden_words = (string[])["navet"] },
            HttpStatusCode.OK
        );
        await moderator.Client.PutAsync(
            "/api/moderation/words/",
            new { words = (string[])["citrouille"] },
            HttpStatusCode.OK
        );
        var silenced = await server.NewMemberAsync();
        await owner.Client.PostAsync(
            $"{chat}/sanctions/",
            new { member_id = silenced.Id, kind = "silence" },
            HttpStatusCode.Created
        );

        await server.RestartAsync();
        (member, silenced, moderator) = (
            await server.SignInAsync(member.Name),
            await server.SignInAsync(silenced.Name),
            await server.SignInAsync(moderator.Name)
        );

        var room = (await member.Client.GetAsync($"{chat}/", HttpStatusCode.OK)).GetProperty(
            "room"
        );
        Assert.Equal(pinned, room.GetProperty("pinned").Id());
        Assert.Equal(7, room.Int("slow_seconds"));
        foreach (var word in (string[])["Navet", "CITROUILLE"])
            await member.PostAsync(live, new { content = word }, HttpStatusCode.BadRequest);
        await silenced.PostAsync(live, new { content = "moi" }, HttpStatusCode.Forbidden);
        await moderator.Client.PutAsync(
            "/api/moderation/words/",
            new { words = Array.Empty<string>() },
            HttpStatusCode.OK
        );
        await member.SayAsync(live, "citrouille"); // at once, without another restart
    }

    [Fact]
    public async Task Helpers_moderate_but_do_not_see_who_else_does()
    {
        var (live, owner, helper) = await server.NewRoomAsync();
        var helpers = $"{ChatClient.Chat(live)}/helpers/";
        await owner.Client.PutAsync($"{helpers}{helper.Id}/", new { }, HttpStatusCode.NoContent);

        await helper.Client.GetAsync($"{ChatClient.Chat(live)}/settings/", HttpStatusCode.OK);
        await helper.Client.GetAsync(helpers, HttpStatusCode.Forbidden);
        var listed = await owner.Client.GetAsync(helpers, HttpStatusCode.OK);
        Assert.Equal(helper.Id, Assert.Single(listed.EnumerateArray()).Id());
        var moderator = await server.NewModeratorAsync();
        await moderator.Client.GetAsync(helpers, HttpStatusCode.OK);
    }

    [Fact]
    public async Task Each_rule_of_a_room_refuses_with_its_own_sentence_and_not_whoever_moderates()
    {
        var (live, owner, member) = await server.NewRoomAsync();
        var helper = await server.NewMemberAsync("Aide");
        await owner.Client.PutAsync(
            $"{ChatClient.Chat(live)}/helpers/{helper.Id}/",
            new { },
            HttpStatusCode.NoContent
        );
        var said = new List<string>();

        (object, HttpStatusCode)[] cases =
        [
            (new { closed = true }, HttpStatusCode.Forbidden),
            (new { closed = false, audience = "quartier" }, HttpStatusCode.Forbidden),
            (new { audience = "followers" }, HttpStatusCode.Forbidden),
            (
                new { audience = "everyone", forbidden_words = (string[])["méchant"] },
                HttpStatusCode.BadRequest
            ),
            (
                new { slow_seconds = 600, forbidden_words = Array.Empty<string>() },
                HttpStatusCode.TooManyRequests
            ),
        ];

        foreach (var (rules, status) in cases)
        {
            await owner.Client.PutAsync(
                $"{ChatClient.Chat(live)}/settings/",
                rules,
                HttpStatusCode.OK
            );
            if (status == HttpStatusCode.TooManyRequests)
                await member.SayAsync(live, "une fois");
            using var answer = await member.PostAsync(
                live,
                new { content = "Très M.é.c.h.4.n.t !" }
            );
            said.Add((await Json.ReadAsync(answer, status)).Text("error")!);
            Assert.Equal(
                status == HttpStatusCode.TooManyRequests,
                answer.Headers.RetryAfter is not null
            );
            await helper.SayAsync(live, "méchant");
        }

        Assert.Equal(5, said.Distinct(StringComparer.Ordinal).Count());
        await member.Client.PutAsync(
            $"{ChatClient.Chat(live)}/settings/",
            new { closed = true },
            HttpStatusCode.Forbidden
        );
        await owner.Client.PostAsync(
            $"{ChatClient.Chat(live)}/sanctions/",
            new { member_id = helper.Id, kind = "ban" },
            HttpStatusCode.Conflict
        );
    }

    [Fact]
    public async Task Followers_write_where_only_followers_may()
    {
        var (live, owner, member) = await server.NewRoomAsync();
        await owner.Client.PutAsync(
            $"{ChatClient.Chat(live)}/settings/",
            new { audience = "followers" },
            HttpStatusCode.OK
        );

        await member.PostAsync(live, new { content = "moi ?" }, HttpStatusCode.Forbidden);
        await member.Client.PutAsync(
            $"/api/users/follows/{owner.Id}/",
            new { },
            HttpStatusCode.NoContent
        );

        await member.SayAsync(live, "moi !");
    }

    [Fact]
    public async Task Blocked_members_are_not_read_by_whoever_blocks_them()
    {
        var (live, owner, member) = await server.NewRoomAsync();
        await owner.SayAsync(live, "un");
        await member.Client.PutAsync(
            $"/api/users/blocks/{owner.Id}/",
            new { },
            HttpStatusCode.NoContent
        );

        Assert.Empty(await member.MessagesAsync(live));
        Assert.Single(await owner.MessagesAsync(live));
        await member.Client.DeleteAsync($"/api/users/blocks/{owner.Id}/", HttpStatusCode.NoContent);
        Assert.Single(await member.MessagesAsync(live));
    }

    [Fact]
    public async Task Reports_reach_the_queue_of_moderators_only()
    {
        var (live, _, member) = await server.NewRoomAsync();
        var moderator = await server.NewModeratorAsync();
        var id = await member.SayAsync(live, "à signaler");

        var report = await member.Client.PostAsync(
            $"{ChatClient.Chat(live)}/messages/{id}/report/",
            new { reason = "insulte" },
            HttpStatusCode.Created
        );
        await member.Client.PostAsync(
            $"{ChatClient.Chat(live)}/messages/{id}/report/",
            new { reason = "insulte" },
            HttpStatusCode.OK
        );
        await member.Client.PostAsync(
            $"/api/posts/{live}/report/",
            new { reason = "" },
            HttpStatusCode.BadRequest
        );
        await member.Client.GetAsync("/api/moderation/reports/", HttpStatusCode.Forbidden);
        var queue = await moderator.Client.GetAsync("/api/moderation/reports/", HttpStatusCode.OK);
        Assert.Contains(
            Log(queue),
            r => r.Int("id") == report.Int("id") && r.Text("content") == "à signaler"
        );
        await moderator.Client.PostAsync(
            $"/api/moderation/reports/{report.Int("id")}/close/",
            new { note = "vu" },
            HttpStatusCode.NoContent
        );

        queue = await moderator.Client.GetAsync(
            "/api/moderation/reports/?state=closed",
            HttpStatusCode.OK
        );
        Assert.Contains(Log(queue), r => r.Int("id") == report.Int("id"));
    }

    private static JsonElement[] Log(JsonElement page) =>
        [.. page.GetProperty("results").EnumerateArray()];
}
