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
    /// <summary>
    /// The room of a live: first what the follower missed and the state, then what comes.
    /// </summary>
    /// <param name="after">The id of the last message the follower has; 0 for the last 50.</param>
    public async IAsyncEnumerable<RoomUpdate> Follow(
        int liveId,
        int after,
        [EnumeratorCancellation] CancellationToken cancellation
    )
    {
        var memberId = CurrentUser.From(Context.User)!.Id;
        using var visit =
            await rooms.EnterAsync(liveId, cancellation)
            ?? throw new HubException(ChatTexts.Of(ChatRefusal.UnknownLive));
        await foreach (var update in visit.Room.Follow(after).UpdatesAsync(cancellation))
        {
            yield return update.Messages is { } messages
                ? update with
                {
                    Messages = [.. messages.Select(m => m.For(memberId))],
                }
                : update;
        }
    }

    /// <summary>Answers with the message once it is saved.</summary>
    public async Task<ShownMessage> Send(int liveId, ChatDraft message)
    {
        var outcome = await rooms.SendAsync(
            CurrentUser.From(Context.User)!.Id,
            liveId,
            message ?? new ChatDraft(Content: null),
            Context.ConnectionAborted
        );
        return outcome.Message ?? throw new HubException(ChatTexts.Of(outcome.Refusal!.Value));
    }
}
