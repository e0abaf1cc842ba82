namespace CommuniConnect.Bench.Support;

/// <summary>A live with so much recorded, whose camera still sends: ready to be stopped as a member stops it.</summary>
internal sealed class RecordedLive : IAsyncDisposable
{
    /// <summary>The last part goes in real time, so that the server is as calm as it is in a live.</summary>
    private static readonly TimeSpan Timely = TimeSpan.FromSeconds(3);

    /// <summary>What was handed to the system has reached the server.</summary>
    private static readonly TimeSpan Settled = TimeSpan.FromMilliseconds(500);
    private readonly Publisher _publisher;

    private RecordedLive(int id, Publisher publisher) => (Id, _publisher) = (id, publisher);

    public int Id { get; }

    /// <param name="takes">How often the camera's connection broke off, and one more.</param>
    public static async Task<RecordedLive> MakeAsync(
        Member member,
        Footage footage,
        TimeSpan length,
        CancellationToken cancellation,
        int takes = 1
    )
    {
        var live = await member.StartLiveAsync(cancellation);
        for (var i = 1; i < takes; i++)
        {
            await using var broken = new Publisher(live.IngestUrl, footage, length / takes);
            await broken.CaughtUp.WaitAsync(cancellation);
            await Task.Delay(Settled, cancellation);
        }
        var publisher = new Publisher(live.IngestUrl, footage, (length / takes) - Timely);
        try
        {
            await publisher.CaughtUp.WaitAsync(cancellation);
            await Task.Delay(Timely, cancellation);
            return new RecordedLive(live.Id, publisher);
        }
        catch
        {
            await publisher.DisposeAsync();
            throw;
        }
    }

    /// <summary>A figure for a recording that is not as long as it is said to be would be a lie; a busy machine adds seconds.</summary>
    /// <param name="seconds">As the stop answered.</param>
    public static void CheckLength(double seconds, TimeSpan expected)
    {
        if (seconds < expected.TotalSeconds - 2 || seconds > expected.TotalSeconds + 30)
        {
            throw new InvalidOperationException(
                $"{seconds:0.0} s were recorded instead of {expected.TotalSeconds:0.0} s"
            );
        }
    }

    public ValueTask DisposeAsync() => _publisher.DisposeAsync();
}
