using System.Net;
using CommuniConnect.Server.Tests.Support;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Client;
using Xunit;

namespace CommuniConnect.Server.Tests.Chat;

/// <summary>Who may no longer write, or read, and until when.</summary>
public sealed class SanctionTests(ChatServer server) : IClassFixture<ChatServer>
{
    [Fact]
    public async Task Banned_member_neither_reads_nor_writes_also_over_an_old_connection_and_after_a_restart()
    {
        var (live, owner, member) = await server.NewRoomAsync();
        await owner.SayAsync(live, "bonjour");
        await using var hub = await member.ConnectAsync();
        await using var updates = hub.Follow(live).GetAsyncEnumerator(ChatServer.Cancellation);
        await updates.NextAsync("member");

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

        var cut = await Assert.ThrowsAsync<HubException>(() => updates.NextAsync("never"));
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

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Banned_member_may_come_back_at_once_when_the_ban_is_lifted_or_over(
        bool isOver
    )
    {
        var (live, owner, member) = await server.NewRoomAsync();
        var sanctions = $"{ChatClient.Chat(live)}/sanctions/";
        await owner.SayAsync(live, "bonjour");
        await owner.Client.PostAsync(
            sanctions,
            new
            {
                member_id = member.Id,
                kind = "ban",
                seconds = 600,
            },
            HttpStatusCode.Created
        );
        await using var hub = await member.ConnectAsync();
        await using var outside = hub.StreamAsync<object>(
                "WaitOutside",
                live,
                ChatServer.Cancellation
            )
            .GetAsyncEnumerator(ChatServer.Cancellation);

        var admitted = outside.MoveNextAsync().AsTask();
        await Assert.ThrowsAsync<HubException>(() => hub.Follow(live).ReadToAsync(1));
        Assert.False(admitted.IsCompleted);
        if (isOver)
            server.Time.Advance(TimeSpan.FromSeconds(600));
        else
            await owner.Client.DeleteAsync($"{sanctions}{member.Id}/", HttpStatusCode.NoContent);

        Assert.False(await admitted.WithinAsync()); // tells nothing, only that it is over
        Assert.Equal("bonjour", Assert.Single(await hub.Follow(live).ReadToAsync(1)).Content());
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
}
