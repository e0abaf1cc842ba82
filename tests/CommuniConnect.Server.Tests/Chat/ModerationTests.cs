using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using CommuniConnect.Server.Tests.Support;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.EntityFrameworkCore;
using Xunit;

namespace CommuniConnect.Server.Tests.Chat;

public sealed class ModerationTests(ChatServer server) : IClassFixture<ChatServer>
{
    [Fact]
    public async Task Removed_message_disappears_everywhere_and_comes_back_when_restored()
    {
        var (live, owner, member) = await RoomAsync();
        var (kept, gone) = (await member.SayAsync(live, "un"), await member.SayAsync(live, "deux"));
        await using var hub = await member.ConnectAsync();
        await using var updates = hub.Follow(live).GetAsyncEnumerator(ChatServer.Cancellation);
        await NextAsync(updates, "member");

        using (
            var answer = await owner.Client.DeleteAsync(
                $"{Chat(live)}/messages/{gone}/?reason=insulte"
            )
        )
            await Json.ReadAsync(answer, HttpStatusCode.NoContent);
        var removed = await NextAsync(updates, "removed");

        Assert.Equal([gone], removed.GetProperty("ids").EnumerateArray().Select(i => i.GetInt32()));
        Assert.Equal(1, removed.Int("messages_count"));
        Assert.Equal([kept], (await member.MessagesAsync(live)).Select(m => m.Id()));
        Assert.Equal([kept], (await member.MessagesAsync(live, "?at=0")).Select(m => m.Id()));
        var export = await owner.Client.GetStringAsync($"{Chat(live)}/export/?format=vtt");
        Assert.DoesNotContain("deux", export, StringComparison.Ordinal);
        await member.PostAsync(
            live,
            new { content = "à quoi ?", reply_to = gone },
            HttpStatusCode.BadRequest
        );
        var entry = Log(await owner.Client.GetAsync($"{Chat(live)}/log/", HttpStatusCode.OK))[0];
        Assert.Equal(
            ("removed", "insulte", "deux"),
            (entry.Text("action"), entry.Text("reason"), entry.Text("content"))
        );

        await owner.Client.PostAsync(
            $"{Chat(live)}/messages/{gone}/restore/",
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
        var (live, owner, member) = await RoomAsync();
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
            using var answer = await owner.Client.DeleteAsync($"{Chat(live)}/messages/{number}/");
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
        var (live, owner, member) = await RoomAsync();
        var ids = new List<int>();
        foreach (var text in (string[])["un", "deux", "trois"])
            ids.Add(await member.SayAsync(live, text));
        await owner.Client.DeleteAsync(
            $"{Chat(live)}/messages/{ids[0]}/",
            HttpStatusCode.NoContent
        );
        await member.Client.PutAsync(
            $"{Chat(live)}/messages/{ids[1]}/",
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
        var (live, owner, member) = await RoomAsync();
        await owner.SayAsync(live, "bonjour");
        await using var hub = await member.ConnectAsync();
        await using var updates = hub.Follow(live).GetAsyncEnumerator(ChatServer.Cancellation);
        await NextAsync(updates, "member");

        await owner.Client.PostAsync(
            $"{Chat(live)}/sanctions/",
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
        await member.PostAsync(live, new { content = "encore" }, HttpStatusCode.Forbidden);
        await member.Client.GetAsync($"{Chat(live)}/messages/", HttpStatusCode.Forbidden);
        await owner.Client.DeleteAsync(
            $"{Chat(live)}/sanctions/{member.Id}/",
            HttpStatusCode.NoContent
        );
        await member.SayAsync(live, "merci");
    }

    [Fact]
    public async Task Each_rule_of_a_room_refuses_with_its_own_sentence_and_not_whoever_moderates()
    {
        var (live, owner, member) = await RoomAsync();
        var helper = await server.NewMemberAsync("Aide");
        await owner.Client.PutAsync(
            $"{Chat(live)}/helpers/{helper.Id}/",
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
            await owner.Client.PutAsync($"{Chat(live)}/settings/", rules, HttpStatusCode.OK);
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
            $"{Chat(live)}/settings/",
            new { closed = true },
            HttpStatusCode.Forbidden
        );
        await owner.Client.PostAsync(
            $"{Chat(live)}/sanctions/",
            new { member_id = helper.Id, kind = "ban" },
            HttpStatusCode.Conflict
        );
    }

    [Fact]
    public async Task Followers_write_where_only_followers_may()
    {
        var (live, owner, member) = await RoomAsync();
        await owner.Client.PutAsync(
            $"{Chat(live)}/settings/",
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
        var (live, owner, member) = await RoomAsync();
        await owner.Client.PutAsync(
            $"{Chat(live)}/settings/",
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
        await member.Client.GetAsync($"{Chat(live)}/held/", HttpStatusCode.Forbidden);
        var shown = await owner.Client.PostAsync(
            $"{Chat(live)}/held/{first.Int("held_id")}/approve/",
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
            $"{Chat(live)}/held/{link.Int("held_id")}/refuse/?reason=pub",
            new { },
            HttpStatusCode.NoContent
        );

        Assert.Equal(
            ["bonjour", "encore"],
            (await member.MessagesAsync(live)).Select(m => m.Content())
        );
        var room = await owner.Client.GetAsync($"{Chat(live)}/", HttpStatusCode.OK);
        Assert.Equal(0, room.GetProperty("member").Int("held_count"));
    }

    [Fact]
    public async Task Blocked_members_are_not_read_by_whoever_blocks_them()
    {
        var (live, owner, member) = await RoomAsync();
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
        var (live, _, member) = await RoomAsync();
        var moderator = await server.NewModeratorAsync();
        var id = await member.SayAsync(live, "à signaler");

        var report = await member.Client.PostAsync(
            $"{Chat(live)}/messages/{id}/report/",
            new { reason = "insulte" },
            HttpStatusCode.Created
        );
        await member.Client.PostAsync(
            $"{Chat(live)}/messages/{id}/report/",
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

    private static string Chat(int live) => $"/api/posts/live/{live}/chat";

    private static JsonElement[] Log(JsonElement page) =>
        [.. page.GetProperty("results").EnumerateArray()];

    private async Task<(int Live, Member Owner, Member Member)> RoomAsync()
    {
        var live = await server.NewLiveAsync();
        var name = await server.WithDbAsync(db =>
            db.Posts.Where(p => p.Id == live).Select(p => p.Author!.UserName!).SingleAsync()
        );
        return (live, await server.SignInAsync(name), await server.NewMemberAsync("Bountou"));
    }

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
