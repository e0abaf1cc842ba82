using System.Runtime.CompilerServices;

namespace CommuniConnect.Server.Community.Chat;

/// <summary>
/// One follower's place in a room. It reads at its own pace: whoever stops reading stops only this cursor, and goes on
/// later from the database with nothing lost and nothing twice.
/// </summary>
internal sealed class RoomCursor(RoomLog log, ChatStore store, int liveId, int after)
{
    /// <summary>How much of the past whoever joins is shown.</summary>
    public const int JoinLength = 50;

    /// <summary>Most messages in one update.</summary>
    public const int PageLength = 200;

    /// <summary>First the messages it missed (perhaps none) and the state, then what comes, until the room or the caller ends.</summary>
    public async IAsyncEnumerable<RoomUpdate> UpdatesAsync(
        [EnumeratorCancellation] CancellationToken cancellation = default
    )
    {
        var view = log.Latest;
        var at = after > 0 ? Math.Min(after, view.Last) : Math.Max(0, view.Last - JoinLength);
        if (at == view.Last)
            yield return RoomUpdate.Of([], view.Last);
        LiveState? told = null;
        while (true)
        {
            while (at < view.Last)
            {
                var page = await PageAsync(view, at, cancellation);
                if (page is null)
                    yield break;
                if (page.Count == 0)
                    at = view.Last; // they were removed meanwhile
                else
                {
                    at = page[^1].Id;
                    yield return RoomUpdate.Of(page, Math.Max(at, view.Last));
                }
            }
            if (view.State != told)
            {
                told = view.State;
                yield return RoomUpdate.Of(told with { MessagesCount = view.Last });
            }
            if (view.Over)
                yield break;
            await view.Changed.WaitAsync(cancellation);
            view = log.Current;
        }
    }

    /// <summary>What follows a number; null when the server went away meanwhile: the follower asks the next one from there.</summary>
    private async Task<IReadOnlyList<ShownMessage>?> PageAsync(
        RoomView view,
        int at,
        CancellationToken cancellation
    )
    {
        try
        {
            return view.After(at, PageLength)
                ?? (IReadOnlyList<ShownMessage>)
                    await store.AfterAsync(liveId, at, PageLength, cancellation);
        }
        catch (ObjectDisposedException)
        {
            return null;
        }
    }
}
