using System.Net;
using System.Text.Json;
using CommuniConnect.Server.Tests.Support;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Client;
using Xunit;

namespace CommuniConnect.Server.Tests.Chat;

public sealed class ReactionTests(ChatServer server) : IClassFixture<ChatServer>
{
    [Fact]
    public async Task Reaction_sent_again_under_its_client_id_counts_once()
    {
        var (live, _, member) = await server.NewRoomAsync();
        var reaction = new
        {
            content = "🎉",
            type = "reaction",
            client_id = "r1",
        };

        var first = await member.PostAsync(live, reaction, HttpStatusCode.Created);
        var again = await member.PostAsync(live, reaction, HttpStatusCode.Created);
        await member.PostAsync(
            live,
            new { content = "🎉", type = "reaction" },
            HttpStatusCode.Created
        );

        Assert.Equal(first.Id(), again.Id());
        Assert.Equal(2, (await TotalsAsync(member, live, 2)).Int("🎉"));
    }

    [Fact]
    public async Task Reaction_that_waited_for_a_moderator_counts_once_it_is_approved()
    {
        var (live, owner, member) = await server.NewRoomAsync();
        var chat = ChatClient.Chat(live);
        await owner.Client.PutAsync(
            $"{chat}/settings/",
            new { hold_first = true },
            HttpStatusCode.OK
        );
        var held = await member.PostAsync(
            live,
            new { content = "🎉", type = "reaction" },
            HttpStatusCode.Accepted
        );
        await using var hub = await owner.ConnectAsync();
        await hub.InvokeAsync("React", live, "❤️", ChatServer.Cancellation);
        Assert.False((await TotalsAsync(owner, live, 1)).TryGetProperty("🎉", out _));

        await owner.Client.PostAsync(
            $"{chat}/held/{held.Int("held_id")}/approve/",
            new { },
            HttpStatusCode.OK
        );

        Assert.Equal(1, (await TotalsAsync(member, live, 2)).Int("🎉"));
    }

    [Fact]
    public async Task Reactions_are_shown_together_counted_by_second_and_kept()
    {
        var (live, _, member) = await server.NewRoomAsync();
        var other = await server.NewMemberAsync();
        await using var hub = await member.ConnectAsync();
        await using var others = await other.ConnectAsync();
        await using var updates = others.Follow(live).GetAsyncEnumerator(ChatServer.Cancellation);

        foreach (var emoji in (string[])["❤️", "❤️", "👏🏿", "1️⃣"])
            await hub.InvokeAsync("React", live, emoji, ChatServer.Cancellation);
        var added = new Dictionary<string, int>(StringComparer.Ordinal);
        while (added.Values.Sum() < 4 && await updates.MoveNextAsync())
        {
            if (updates.Current.Text("type") != "reactions")
                continue;
            foreach (var one in updates.Current.GetProperty("added").EnumerateObject())
                added[one.Name] = added.GetValueOrDefault(one.Name) + one.Value.GetInt32();
        }
        await server.RestartAsync();
        member = await server.SignInAsync(member.Name);

        Assert.Equal((2, 1, 1), (added["❤️"], added["👏🏿"], added["1️⃣"]));
        Assert.Equal(2, (await TotalsAsync(member, live, 4)).Int("❤️"));
        var chat = ChatClient.Chat(live);
        var bySecond = await member.Client.GetAsync($"{chat}/reactions/", HttpStatusCode.OK);
        Assert.Equal(4, bySecond.EnumerateArray().Sum(r => r.Int("count")));
        Assert.All(bySecond.EnumerateArray(), r => Assert.Equal(0, r.Int("media_time")));
        var later = await member.Client.GetAsync(
            $"{chat}/reactions/?from=1&to=9",
            HttpStatusCode.OK
        );
        Assert.Empty(later.EnumerateArray());
        await member.Client.GetAsync($"{chat}/reactions/?from=x", HttpStatusCode.BadRequest);
        var density = await member.Client.GetAsync($"{chat}/density/?buckets=4", HttpStatusCode.OK);
        Assert.Equal(
            [4, 0, 0, 0],
            density.GetProperty("reactions").EnumerateArray().Select(n => n.GetInt32())
        );
    }

    [Theory]
    [InlineData("")]
    [InlineData("a")]
    [InlineData("❤️❤️")]
    [InlineData("<b>")]
    [InlineData("\ud83c")]
    public async Task Reaction_is_one_emoji(string text)
    {
        var (live, _, member) = await server.NewRoomAsync();
        await using var hub = await member.ConnectAsync();

        await Assert.ThrowsAsync<HubException>(() =>
            hub.InvokeAsync("React", live, text, ChatServer.Cancellation)
        );
    }

    [Fact]
    public async Task Member_who_reacts_without_end_is_asked_to_wait()
    {
        var (live, _, member) = await server.NewRoomAsync();
        await using var hub = await member.ConnectAsync();

        var answers = await Task.WhenAll(
            Enumerable
                .Range(0, 60)
                .Select(async _ =>
                {
                    try
                    {
                        await hub.InvokeAsync("React", live, "❤️", ChatServer.Cancellation);
                        return "";
                    }
                    catch (HubException refused)
                    {
                        return refused.Message;
                    }
                })
        );

        Assert.Contains(answers, a => a.Contains("trop vite", StringComparison.Ordinal));
        var taken = answers.Count(a => a.Length == 0);
        Assert.InRange(taken, 20, 59);
        Assert.Equal(taken, (await TotalsAsync(member, live, taken)).Int("❤️"));
    }

    /// <summary>The totals once there are that many: they are shown a little later.</summary>
    private static async Task<JsonElement> TotalsAsync(Member member, int live, int count)
    {
        JsonElement totals = default;
        await Patience.UntilAsync(
            async () =>
            {
                var room = await member.Client.GetAsync(
                    $"{ChatClient.Chat(live)}/",
                    HttpStatusCode.OK
                );
                totals = room.GetProperty("reactions");
                return totals.EnumerateObject().Sum(t => t.Value.GetInt32()) >= count;
            },
            $"{count} reactions are shown"
        );
        return totals;
    }
}
