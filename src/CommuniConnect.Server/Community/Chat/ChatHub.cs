using System.Runtime.CompilerServices;
using CommuniConnect.Server.Community.Users;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.SignalR;

namespace CommuniConnect.Server.Community.Chat;

/// <summary>
/// The chat over SignalR. Rooms are told through streams, one cursor a follower, and not through groups: a group's send
/// waits for every connection in it, so one phone that stopped reading would hold up everybody else.
/// </summary>
[Authorize]
internal sealed class ChatHub(ChatRooms rooms) : Hub
{
    /// <summary>The room of a live, without a revision: see <see cref="Join"/>.</summary>
    /// <param name="after">The id of the last message the follower has; 0 for the last ones.</param>
    public IAsyncEnumerable<RoomFrame> Follow(
        int liveId,
        int after,
        CancellationToken cancellation
    ) => Join(liveId, new RoomPlace(after), cancellation);

    /// <summary>The room of a live: first what the follower missed and the state, then what comes.</summary>
    public async IAsyncEnumerable<RoomFrame> Join(
        int liveId,
        RoomPlace? from,
        [EnumeratorCancellation] CancellationToken cancellation
    )
    {
        using var visit =
            await rooms.EnterAsync(liveId, cancellation) ?? throw Error(ChatRefusal.UnknownLive);
        var reader = await rooms.ReaderAsync(Me);
        await using var updates = visit
            .Room.Follow(from ?? new RoomPlace(0), reader)
            .UpdatesAsync(cancellation)
            .GetAsyncEnumerator(cancellation);
        while (await NextAsync(updates))
            yield return new RoomFrame(updates.Current);
    }

    /// <summary>For who was sent out: tells nothing, and ends when the member may join again.</summary>
    public async IAsyncEnumerable<RoomFrame> WaitOutside(
        int liveId,
        [EnumeratorCancellation] CancellationToken cancellation
    )
    {
        using var visit =
            await rooms.EnterAsync(liveId, cancellation) ?? throw Error(ChatRefusal.UnknownLive);
        await visit.Room.AdmittedAsync(await rooms.ReaderAsync(Me), cancellation);
        yield break;
    }

    /// <summary>Answers once the message is saved: with the message, or with what waits for a moderator.</summary>
    public async Task<object> Send(int liveId, ChatDraft? message)
    {
        var outcome = await rooms.SendAsync(
            Me,
            Context.GetHttpContext()?.Connection.RemoteIpAddress,
            liveId,
            message ?? new ChatDraft(Content: null),
            Context.ConnectionAborted
        );
        return (object?)outcome.Message ?? outcome.Held ?? throw Error(outcome.Refused!);
    }

    /// <summary>Changes the words of one's own message.</summary>
    public async Task<ShownMessage> Edit(int liveId, int id, string? content)
    {
        var outcome = await rooms.EditAsync(Me, liveId, id, content, Context.ConnectionAborted);
        return outcome.Value ?? throw Error(outcome.Refused!);
    }

    /// <summary>Takes a message away: one's own, or anybody's for who moderates.</summary>
    public async Task Remove(int liveId, int id, string? reason)
    {
        var me = Me;
        var outcome = await rooms.AskAsync(
            liveId,
            desk => desk.Messages.RemoveAsync(me, id, ChatTexts.Reason(reason)),
            Context.ConnectionAborted
        );
        if (outcome.Refused is { } refused)
            throw Error(refused);
    }

    /// <summary>Counts one reaction.</summary>
    public async Task React(int liveId, string? emoji)
    {
        var refused = await rooms.ReactAsync(
            Me,
            Context.GetHttpContext()?.Connection.RemoteIpAddress,
            liveId,
            emoji,
            Context.ConnectionAborted
        );
        if (refused is not null)
            throw Error(refused);
    }

    private Asker Me => CurrentUser.From(Context.User)!.AsAsker();

    private static async Task<bool> NextAsync(IAsyncEnumerator<RoomUpdate> updates)
    {
        try
        {
            return await updates.MoveNextAsync();
        }
        catch (BannedException)
        {
            throw Error(ChatRefusal.Banned);
        }
    }

    private static HubException Error(Refused refused) => new(ChatTexts.Of(refused));
}
