using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using CommuniConnect.Server.Tests.Support;
using Microsoft.AspNetCore.SignalR.Client;
using Xunit;

namespace CommuniConnect.Server.Tests.Chat;

/// <summary>What was removed is nowhere, for nobody, from its acknowledgement on.</summary>
public sealed class RemovalTests(ChatServer server) : IClassFixture<ChatServer>
{
    [Fact]
    public async Task Removed_message_disappears_everywhere_and_comes_back_when_restored()
    {
        var (live, owner, member) = await server.NewRoomAsync();
        var (kept, gone) = (await member.SayAsync(live, "un"), await member.SayAsync(live, "deux"));
        await using var hub = await member.ConnectAsync();
        await using var updates = hub.Follow(live).GetAsyncEnumerator(ChatServer.Cancellation);
        await updates.NextAsync("member");

        using (
            var answer = await owner.Client.DeleteAsync(
                $"{ChatClient.Chat(live)}/messages/{gone}/?reason=insulte"
            )
        )
            await Json.ReadAsync(answer, HttpStatusCode.NoContent);
        var removed = await updates.NextAsync("removed");

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
        var changed = await updates.NextAsync("changed");
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
        // Who joins later is shown the last messages only.
        var joined = await Task.WhenAll(
            hubs.Select(async hub =>
            {
                var updates = hub.Follow(live).GetAsyncEnumerator(ChatServer.Cancellation);
                await updates.NextAsync("member");
                return updates;
            })
        );
        var followers = joined.Select(updates => FollowAsync(updates, Messages)).ToList();
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
        var removed = await reading.NextAsync("removed");
        var changed = await reading.NextAsync("changed");

        Assert.Equal(
            [ids[0]],
            removed.GetProperty("ids").EnumerateArray().Select(i => i.GetInt32())
        );
        Assert.Equal(2, changed.Int("revision"));
        Assert.Equal("deux !", changed.GetProperty("messages")[0].Content());
        Assert.NotNull(changed.GetProperty("messages")[0].Text("edited_at"));
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
        IAsyncEnumerator<JsonElement> updates,
        int after
    )
    {
        var (shown, gone) = (new SortedSet<int>(), new HashSet<int>());
        await using var _ = updates;
        while (await updates.MoveNextAsync())
        {
            var update = updates.Current;
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
}
