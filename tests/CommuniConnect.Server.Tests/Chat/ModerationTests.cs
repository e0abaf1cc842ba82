using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using CommuniConnect.Server.Tests.Support;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Client;
using Xunit;

namespace CommuniConnect.Server.Tests.Chat;

public sealed class ModerationTests(ChatServer server) : IClassFixture<ChatServer>
{
    [Fact]
    public async Task Removed_message_disappears_everywhere_and_comes_back_when_restored()
    {
        var (live, owner, member) = await server.NewRoomAsync();
        var (kept, gone) = (await member.SayAsync(live, "un"), await member.SayAsync(live, "deux"));
        await using var hub = await member.ConnectAsync();
        await using var updates = hub.Follow(live).GetAsyncEnumerator(ChatServer.Cancellation);
        await NextAsync(updates, "member");

        using (
            var answer = await owner.Client.DeleteAsync(
                $"{ChatClient.Chat(live)}/messages/{gone}/?reason=insulte"
            )
        )
            await Json.ReadAsync(answer, HttpStatusCode.NoContent);
        var removed = await NextAsync(updates, "removed");

        Assert.Equal([gone], removed.GetProperty("ids").EnumerateArray().Select(i => i.GetInt32()));
        Assert.Equal(1, removed.Int("messages_count"));
        Assert.Equal([kept], (await member.MessagesAsync(live)).Select(m => m.Id()));
        Assert.Equal([kept], (await member.MessagesAsync(live, "?at=0")).Select(m => m.Id()));
        var export = await owner.Client.GetStringAsync(
            $"{ChatClient.Chat(live)}/export/?format=vtt"
        );
        Assert.DoesNotContain("deux", export, StringComparison.Ordinal);
        await member.PostAsync(
            live,
            new { content = "à quoi ?", reply_to = gone },
            HttpStatusCode.BadRequest
        );
        var entry = Log(
            await owner.Client.GetAsync($"{ChatClient.Chat(live)}/log/", HttpStatusCode.OK)
        )[0];
        Assert.Equal(
            ("removed", "insulte", "deux"),
            (entry.Text("action"), entry.Text("reason"), entry.Text("content"))
        );

        await owner.Client.PostAsync(
            $"{ChatClient.Chat(live)}/messages/{gone}/restore/",
            new { },
            HttpStatusCode.OK
        );
        var changed = await NextAsync(updates, "changed");
        Assert.Equal("deux", changed.GetProperty("messages")[0].Content());
        Assert.Equal([kept, gone], (await member.MessagesAsync(live)).Select(m => m.Id()));
    }

    /// <summary>The checker: under fire, whoever begins to read after a removal was acknowledged never gets the message, and a stream never gives it after it said that it is gone.</summary>
    [Fact]
    public async Task Removed_message_is_never_delivered_after_its_removal_was_acknowledged()
    {
        const int Messages = 300; // more than a room keeps in memory
        var (live, owner, member) = await server.NewRoomAsync();
        var acknowledged = new ConcurrentDictionary<int, bool>();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ChatServer.Cancellation);
        var hubs = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => member.ConnectAsync()));
        var followers = hubs.Select(hub => FollowAsync(hub, live, Messages)).ToList();
        var readers = Enumerable
            .Range(0, 3)
            .Select(_ => ReadAsync(member, live, acknowledged, stop.Token))
            .ToList();
        var filling = server.FillAsync(live, member, Messages);

        foreach (var number in Enumerable.Range(1, Messages).Where(n => n % 3 == 0))
        {
            await Patience.UntilAsync(
                () => Task.FromResult(Count(live) >= 1 && Last(live) >= number),
                "it was said"
            );
            using var answer = await owner.Client.DeleteAsync(
                $"{ChatClient.Chat(live)}/messages/{number}/"
            );
            Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
            acknowledged[number] = true;
        }
        await filling;
        var end = await member.SayAsync(live, "fin");

        foreach (var shown in await Task.WhenAll(followers))
            Assert.Equal(Enumerable.Range(1, end).Where(n => n % 3 != 0 || n > Messages), shown);
        await stop.CancelAsync();
        Assert.All(await Task.WhenAll(readers), pages => Assert.True(pages > 0));
        foreach (var hub in hubs)
            await hub.DisposeAsync();
    }

    [Fact]
    public async Task Follower_that_was_away_is_told_what_was_removed_and_changed_meanwhile()
    {
        var (live, owner, member) = await server.NewRoomAsync();
        var ids = new List<int>();
        foreach (var text in (string[])["un", "deux", "trois"])
            ids.Add(await member.SayAsync(live, text));
        await owner.Client.DeleteAsync(
            $"{ChatClient.Chat(live)}/messages/{ids[0]}/",
            HttpStatusCode.NoContent
        );
        await member.Client.PutAsync(
            $"{ChatClient.Chat(live)}/messages/{ids[1]}/",
            new { content = "deux !" },
            HttpStatusCode.OK
        );
        await using var hub = await member.ConnectAsync();

        var updates = hub.StreamAsync<JsonElement>(
            "Join",
            live,
            new { after = 3, revision = 0 },
            ChatServer.Cancellation
        );
        await using var reading = updates.GetAsyncEnumerator(ChatServer.Cancellation);
        var removed = await NextAsync(reading, "removed");
        var changed = await NextAsync(reading, "changed");

        Assert.Equal(
            [ids[0]],
            removed.GetProperty("ids").EnumerateArray().Select(i => i.GetInt32())
        );
        Assert.Equal(2, changed.Int("revision"));
        Assert.Equal("deux !", changed.GetProperty("messages")[0].Content());
        Assert.NotNull(changed.GetProperty("messages")[0].Text("edited_at"));
    }

    [Fact]
    public async Task Banned_member_neither_reads_nor_writes_also_over_an_old_connection_and_after_a_restart()
    {
        var (live, owner, member) = await server.NewRoomAsync();
        await owner.SayAsync(live, "bonjour");
        await using var hub = await member.ConnectAsync();
        await using var updates = hub.Follow(live).GetAsyncEnumerator(ChatServer.Cancellation);
        await NextAsync(updates, "member");

        await owner.Client.PostAsync(
            $"{ChatClient.Chat(live)}/sanctions/",
            new
            {
                member_id = member.Id,
                kind = "ban",
                reason = "injures",
            },
            HttpStatusCode.Created
        );

        var cut = await Assert.ThrowsAsync<HubException>(() => NextAsync(updates, "never"));
        Assert.Contains("exclu du chat", cut.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<HubException>(() =>
            hub.SendAsync(live, new { content = "encore" })
        );
        await Assert.ThrowsAsync<HubException>(() =>
            hub.InvokeAsync("React", live, "❤️", ChatServer.Cancellation)
        );
        await AssertBannedAsync(member, live);
        await server.RestartAsync();
        (owner, member) = (
            await server.SignInAsync(owner.Name),
            await server.SignInAsync(member.Name)
        );
        await AssertBannedAsync(member, live);
        await owner.Client.DeleteAsync(
            $"{ChatClient.Chat(live)}/sanctions/{member.Id}/",
            HttpStatusCode.NoContent
        );
        await member.SayAsync(live, "merci");
    }

    private static async Task AssertBannedAsync(Member member, int live)
    {
        await member.PostAsync(live, new { content = "encore" }, HttpStatusCode.Forbidden);
        foreach (var path in (string[])["", "messages/", "density/", "reactions/", "members/"])
            await member.Client.GetAsync(
                $"{ChatClient.Chat(live)}/{path}",
                HttpStatusCode.Forbidden
            );
    }

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
    public async Task First_message_and_links_wait_for_a_moderator()
    {
        var (live, owner, member) = await server.NewRoomAsync();
        await owner.Client.PutAsync(
            $"{ChatClient.Chat(live)}/settings/",
            new { hold_first = true, hold_links = true },
            HttpStatusCode.OK
        );

        var first = await member.PostAsync(
            live,
            new { content = "bonjour", client_id = "a" },
            HttpStatusCode.Accepted
        );
        var again = await member.PostAsync(
            live,
            new { content = "bonjour", client_id = "a" },
            HttpStatusCode.Accepted
        );
        Assert.Equal(first.Int("held_id"), again.Int("held_id"));
        Assert.Empty(await member.MessagesAsync(live));
        await member.Client.GetAsync($"{ChatClient.Chat(live)}/held/", HttpStatusCode.Forbidden);
        var shown = await owner.Client.PostAsync(
            $"{ChatClient.Chat(live)}/held/{first.Int("held_id")}/approve/",
            new { },
            HttpStatusCode.OK
        );
        Assert.Equal(1, shown.Id());
        await member.SayAsync(live, "encore");
        var link = await member.PostAsync(
            live,
            new { content = "voir https://exemple.gn" },
            HttpStatusCode.Accepted
        );
        await owner.Client.PostAsync(
            $"{ChatClient.Chat(live)}/held/{link.Int("held_id")}/refuse/?reason=pub",
            new { },
            HttpStatusCode.NoContent
        );

        Assert.Equal(
            ["bonjour", "encore"],
            (await member.MessagesAsync(live)).Select(m => m.Content())
        );
        var room = await owner.Client.GetAsync($"{ChatClient.Chat(live)}/", HttpStatusCode.OK);
        Assert.Equal(0, room.GetProperty("member").Int("held_count"));
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

    private int Count(int live) => View(live)?.Count ?? 0;

    private int Last(int live) => View(live)?.Last ?? 0;

    private CommuniConnect.Server.Community.Chat.RoomView? View(int live)
    {
        using var visit = server
            .Rooms.EnterAsync(live, ChatServer.Cancellation)
            .GetAwaiter()
            .GetResult();
        return visit?.Room.View;
    }

    /// <summary>What a stream shows in the end; a message that comes after the stream said that it is gone fails.</summary>
    private static async Task<IReadOnlyList<int>> FollowAsync(
        HubConnection hub,
        int live,
        int after
    )
    {
        var (shown, gone) = (new SortedSet<int>(), new HashSet<int>());
        await foreach (var update in hub.Follow(live))
        {
            if (update.Text("type") == "removed")
            {
                foreach (var id in update.GetProperty("ids").EnumerateArray())
                {
                    gone.Add(id.GetInt32());
                    shown.Remove(id.GetInt32());
                }
            }
            if (update.Text("type") != "messages")
                continue;
            foreach (var message in update.GetProperty("messages").EnumerateArray())
            {
                Assert.DoesNotContain(message.Id(), gone);
                shown.Add(message.Id());
            }
            if (shown.Count > 0 && shown.Max > after)
                break;
        }
        return [.. shown];
    }

    private static async Task<int> ReadAsync(
        Member member,
        int live,
        ConcurrentDictionary<int, bool> acknowledged,
        CancellationToken stop
    )
    {
        var pages = 0;
        while (!stop.IsCancellationRequested)
        {
            var before = acknowledged.Keys.ToHashSet();
            var page = await member.MessagesAsync(live, "?after=0&limit=500");
            Assert.DoesNotContain(page, m => before.Contains(m.Id()));
            pages++;
        }
        return pages;
    }

    private static async Task<JsonElement> NextAsync(
        IAsyncEnumerator<JsonElement> updates,
        string type
    )
    {
        do Assert.True(await updates.MoveNextAsync(), $"the stream ended before {type}");
        while (updates.Current.Text("type") != type);
        return updates.Current;
    }
}
