using System.Net;
using CommuniConnect.Server.Community.Chat;
using CommuniConnect.Server.Tests.Support;
using Microsoft.AspNetCore.SignalR;
using Xunit;

namespace CommuniConnect.Server.Tests.Chat;

public sealed class ChatDurabilityTests : IAsyncLifetime
{
    private readonly ChatServer _server = new();

    public ValueTask InitializeAsync() => _server.InitializeAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Message_sent_twice_under_one_client_id_is_stored_once_also_across_a_restart()
    {
        var live = await _server.NewLiveAsync();
        var (member, other) = (await _server.NewMemberAsync(), await _server.NewMemberAsync());

        var first = await member.SayAsync(live, "bonjour", clientId: "a1");
        var second = await member.SayAsync(live, "bonjour", clientId: "a1");
        var others = await other.SayAsync(live, "bonjour", clientId: "a1");
        await _server.RestartAsync();
        member = await _server.SignInAsync(member.Name);
        await using var hub = await member.ConnectAsync();
        var third = await hub.SendAsync(live, new { content = "bonjour", client_id = "a1" });

        Assert.Equal([1, 1, 2, 1], [first, second, others, third.Id()]);
        Assert.Equal(2, (await member.MessagesAsync(live)).Count);
    }

    [Fact]
    public async Task Copies_of_a_message_racing_each_other_are_one_message()
    {
        var live = await _server.NewLiveAsync();
        var member = await _server.NewMemberAsync();

        var ids = await Task.WhenAll(
            Enumerable.Range(0, 10).Select(_ => member.SayAsync(live, "bonjour", clientId: "a1"))
        );

        Assert.All(ids, id => Assert.Equal(1, id));
        Assert.Equal(
            "a1",
            Assert.Single(await member.MessagesAsync(live)).GetProperty("client_id").GetString()
        );
    }

    [Fact]
    public async Task Restart_keeps_every_message_and_goes_on_counting()
    {
        var live = await _server.NewLiveAsync();
        var member = await _server.NewMemberAsync();
        await _server.FillAsync(live, member, 300);
        var before = await member.MessagesAsync(live, "?after=0&limit=500");

        await _server.RestartAsync();
        member = await _server.SignInAsync(member.Name);

        var after = await member.MessagesAsync(live, "?after=0&limit=500");
        Assert.Equal(before.Select(m => m.ToString()), after.Select(m => m.ToString()));
        Assert.Equal(301, await member.SayAsync(live, "encore"));
        Assert.Equal(301, await _server.Rooms.CountAsync(live, ChatServer.Cancellation));
    }

    [Fact]
    public async Task Stopping_saves_what_was_queued_and_ends_the_followers()
    {
        var live = await _server.NewLiveAsync();
        var member = await _server.NewMemberAsync();
        using var visit = await _server.Rooms.EnterAsync(live, ChatServer.Cancellation);
        var following = Task.Run(
            () => FollowAsync(visit!.Room, member.Id, 0),
            ChatServer.Cancellation
        );
        var sending = Enumerable
            .Range(0, 500)
            .Select(i => visit!.Room.SendAsync(member.Id, new ChatDraft($"{i}", "text")))
            .ToList();

        await _server.RestartAsync();

        Assert.All(await Task.WhenAll(sending), outcome => Assert.NotNull(outcome.Message));
        // A follower that was far behind ends early; the next server gives it the rest.
        var last = await following;
        using var again = await _server.Rooms.EnterAsync(live, ChatServer.Cancellation);
        Assert.Equal(500, await FollowAsync(again!.Room, member.Id, last, until: 500));
        Assert.Equal(500, await _server.Rooms.CountAsync(live, ChatServer.Cancellation));
    }

    /// <summary>Follows a room and gives the number of the last message; each must come right after the one before.</summary>
    private async Task<int> FollowAsync(
        ChatRoom room,
        int memberId,
        int last,
        int until = int.MaxValue
    )
    {
        var reader = await _server.Rooms.ReaderAsync(new Asker(memberId, IsModerator: false));
        var updates = room.Follow(new RoomPlace(last), reader);
        await foreach (var update in updates.UpdatesAsync(ChatServer.Cancellation))
        {
            foreach (var message in update.Messages ?? [])
            {
                Assert.True(last == 0 || message.Id == last + 1, $"{message.Id} after {last}");
                last = message.Id;
            }
            if (last >= until)
                break;
        }
        return last;
    }

    [Fact]
    public async Task Failed_save_refuses_the_message_and_the_room_goes_on()
    {
        var live = await _server.NewLiveAsync();
        var member = await _server.NewMemberAsync();
        await member.SayAsync(live, "avant");
        await _server.ExecuteAsync(
            "CREATE TRIGGER full BEFORE INSERT ON ChatMessages BEGIN SELECT RAISE(ABORT, 'disk is full'); END"
        );

        var refused = await member.PostAsync(
            live,
            new { content = "perdu ?", client_id = "a1" },
            HttpStatusCode.ServiceUnavailable
        );
        await using var hub = await member.ConnectAsync();
        var error = await Assert.ThrowsAsync<HubException>(() =>
            hub.SendAsync(live, new { content = "perdu ?", client_id = "a1" })
        );
        await _server.ExecuteAsync("DROP TRIGGER full");
        var retried = await member.SayAsync(live, "perdu ?", clientId: "a1");

        Assert.EndsWith(refused.Text("detail")!, error.Message, StringComparison.Ordinal);
        Assert.Contains("n'a pas pu être enregistré", error.Message, StringComparison.Ordinal);
        Assert.Equal(2, retried);
        var kept = (await member.MessagesAsync(live)).Select(m => m.Content());
        Assert.Equal(["avant", "perdu ?"], kept);
    }

    [Fact]
    public async Task Rows_that_were_saved_although_the_save_seemed_to_fail_are_found_again()
    {
        var live = await _server.NewLiveAsync();
        var member = await _server.NewMemberAsync();
        await member.SayAsync(live, "un");
        // The next number is taken by a row the room has not seen, as after a commit whose answer was lost.
        await _server.ExecuteAsync(
            $"INSERT INTO ChatMessages (LiveId, Number, AuthorId, Content, Type, SentAt, MediaTime) VALUES ({live}, 2, {member.Id}, 'deux', 'text', 0, 0)"
        );

        await member.PostAsync(live, new { content = "trois" }, HttpStatusCode.ServiceUnavailable);
        var retried = await member.SayAsync(live, "trois");

        Assert.Equal(3, retried);
        var kept = (await member.MessagesAsync(live)).Select(m => m.Content());
        Assert.Equal(["un", "deux", "trois"], kept);
    }
}
