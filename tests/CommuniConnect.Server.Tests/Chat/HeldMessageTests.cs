using System.Net;
using CommuniConnect.Server.Tests.Support;
using Xunit;

namespace CommuniConnect.Server.Tests.Chat;

public sealed class HeldMessageTests(ChatServer server) : IClassFixture<ChatServer>
{
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
    public async Task Change_that_would_have_waited_is_refused_for_that_reason()
    {
        var (live, owner, member) = await server.NewRoomAsync();
        var id = await member.SayAsync(live, "bonjour");
        await HoldAsync(owner, live, new { hold_links = true });

        var refused = await member.Client.PutAsync(
            $"{ChatClient.Chat(live)}/messages/{id}/",
            new { content = "voir https://exemple.gn" },
            HttpStatusCode.Conflict
        );

        Assert.Contains("doit d'abord être relu", refused.Text("error"), StringComparison.Ordinal);
        Assert.Equal("bonjour", Assert.Single(await member.MessagesAsync(live)).Content());
    }

    [Fact]
    public async Task What_waits_is_not_shown_when_its_author_was_banned_meanwhile()
    {
        var (live, owner, member) = await server.NewRoomAsync();
        await HoldAsync(owner, live, new { hold_first = true });
        var held = await WaitingAsync(member, live, new { content = "bonjour" });
        await owner.Client.PostAsync(
            $"{ChatClient.Chat(live)}/sanctions/",
            new { member_id = member.Id, kind = "ban" },
            HttpStatusCode.Created
        );

        var refused = await owner.Client.PostAsync(
            Approve(live, held),
            new { },
            HttpStatusCode.Conflict
        );

        Assert.Contains("exclu du chat", refused.Text("error"), StringComparison.Ordinal);
        Assert.Empty(await owner.MessagesAsync(live));
        await owner.Client.DeleteAsync(
            $"{ChatClient.Chat(live)}/sanctions/{member.Id}/",
            HttpStatusCode.NoContent
        );
        await owner.Client.PostAsync(Approve(live, held), new { }, HttpStatusCode.OK);
    }

    [Fact]
    public async Task What_waits_is_not_shown_when_what_it_answers_was_removed_meanwhile()
    {
        var (live, owner, member) = await server.NewRoomAsync();
        await HoldAsync(owner, live, new { hold_first = true });
        var question = await owner.SayAsync(live, "qui vient ?");
        var held = await WaitingAsync(member, live, new { content = "moi", reply_to = question });
        await owner.Client.DeleteAsync(
            $"{ChatClient.Chat(live)}/messages/{question}/",
            HttpStatusCode.NoContent
        );

        var refused = await owner.Client.PostAsync(
            Approve(live, held),
            new { },
            HttpStatusCode.Conflict
        );

        Assert.Contains("a été retiré", refused.Text("error"), StringComparison.Ordinal);
        Assert.Empty(await member.MessagesAsync(live));
    }

    private static string Approve(int live, int held) =>
        $"{ChatClient.Chat(live)}/held/{held}/approve/";

    private static Task HoldAsync(Member owner, int live, object rules) =>
        owner.Client.PutAsync($"{ChatClient.Chat(live)}/settings/", rules, HttpStatusCode.OK);

    private static async Task<int> WaitingAsync(Member member, int live, object message) =>
        (await member.PostAsync(live, message, HttpStatusCode.Accepted)).Int("held_id");
}
