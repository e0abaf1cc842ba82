using System.Net;
using CommuniConnect.Server.Tests.Support;
using Xunit;

namespace CommuniConnect.Server.Tests.Chat;

public sealed class HeldMessageTests(ChatServer server) : IClassFixture<ChatServer>
{
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
