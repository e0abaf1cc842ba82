using System.Diagnostics;

namespace CommuniConnect.Server.Community.Chat;

/// <summary>
/// Wakes the followers of a room once, a few after the other. Thousands that are woken together stand in the queue of the
/// thread pool before everything else: the next message would wait, at each step of its way to the disk, until all of them
/// have been told of the last one.
/// </summary>
internal sealed class RoomBell
{
    /// <summary>Followers are told in so many groups; those of one, one after the other.</summary>
    private const int Groups = 64;

    /// <summary>After so long others have their turn.</summary>
    private static readonly TimeSpan Turn = TimeSpan.FromMilliseconds(1);

    // Whoever waits goes on within Wake, and not in a work item of its own.
    private readonly TaskCompletionSource[] _groups =
    [
        .. Enumerable.Range(0, Groups).Select(_ => new TaskCompletionSource()),
    ];
    private int _woken;

    /// <summary>Ends when the bell has rung. Who goes on may not block there: others of the group are still waiting.</summary>
    /// <param name="seat">Spreads the followers: any number.</param>
    public Task HeardAt(int seat) => _groups[(uint)seat % Groups].Task;

    /// <summary>Rings, once. Returns at once.</summary>
    public void Ring()
    {
        for (var worker = 0; worker < Environment.ProcessorCount; worker++)
            ThreadPool.UnsafeQueueUserWorkItem(bell => bell.Wake(), this, preferLocal: false);
    }

    private void Wake()
    {
        var began = Stopwatch.GetTimestamp();
        while (Interlocked.Increment(ref _woken) is var next && next <= Groups)
        {
            _groups[next - 1].SetResult();
            if (Stopwatch.GetElapsedTime(began) < Turn)
                continue;
            ThreadPool.UnsafeQueueUserWorkItem(bell => bell.Wake(), this, preferLocal: false);
            return;
        }
    }
}
