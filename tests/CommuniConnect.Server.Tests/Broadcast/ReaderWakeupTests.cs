using CommuniConnect.Server.Broadcast.OnAir;
using CommuniConnect.Server.Tests.Support;
using Xunit;

namespace CommuniConnect.Server.Tests.Broadcast;

/// <summary>A ring that is missed is a picture that stands until the next frame.</summary>
public sealed class ReaderWakeupTests
{
    [Fact]
    public async Task No_ring_is_lost_however_it_meets_the_wait()
    {
        const int Changes = 300_000;
        var wakeup = new ReaderWakeup();
        var (written, seen) = (0, 0);
        var reading = Task.Run(async () =>
        {
            while (seen < Changes)
            {
                await wakeup.RungAsync();
                Volatile.Write(ref seen, Volatile.Read(ref written));
            }
        });
        var writing = Task.Run(() =>
        {
            for (var change = 1; change <= Changes && !reading.IsCompleted; change++)
            {
                Volatile.Write(ref written, change);
                wakeup.Ring();
                // No later ring makes up for this one.
                Assert.True(
                    SpinWait.SpinUntil(() => Volatile.Read(ref seen) >= change, Patience.Deadline)
                );
            }
        });

        await Task.WhenAll(reading, writing).WithinAsync();
    }

    [Fact]
    public async Task First_wait_ends_at_once_and_rings_while_nobody_waits_are_one()
    {
        var wakeup = new ReaderWakeup();
        wakeup.Ring();
        wakeup.Ring();

        Assert.True(await wakeup.RungAsync());
        var second = wakeup.RungAsync().AsTask();

        Assert.False(second.IsCompleted);
        wakeup.Ring();
        await second;
    }
}
