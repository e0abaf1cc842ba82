namespace CommuniConnect.Bench.Support;

/// <summary>A live with so much recorded, whose camera still sends: ready to be stopped as a member stops it.</summary>
internal sealed class RecordedLive : IAsyncDisposable
{
    /// <summary>The last part goes in real time, so that the server is as calm as it is in a live.</summary>
    private static readonly TimeSpan Timely = TimeSpan.FromSeconds(3);
    private readonly Publisher _publisher;

    private RecordedLive(int id, Publisher publisher) => (Id, _publisher) = (id, publisher);

    public int Id { get; }

    public static async Task<RecordedLive> MakeAsync(
        Member member,
        Footage footage,
        TimeSpan length,
        CancellationToken cancellation
    )
    {
        var live = await member.StartLiveAsync(cancellation);
        var publisher = new Publisher(live.IngestUrl, footage, length - Timely);
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
