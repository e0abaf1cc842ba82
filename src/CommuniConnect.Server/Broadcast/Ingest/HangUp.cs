namespace CommuniConnect.Server.Broadcast.Ingest;

/// <summary>
/// A publisher that has hung up, as FFmpeg does with its last byte. The request counts as aborted from then on, with up to a
/// megabyte of its body still to be read: it is read on, as long as that takes a live that is well.
/// </summary>
internal sealed class HangUp : IDisposable
{
    private static readonly TimeSpan LongestReading = TimeSpan.FromSeconds(10);

    private readonly CancellationTokenSource _over = new();
    private readonly CancellationTokenRegistration _hungUp;

    public HangUp(HttpContext context) =>
        _hungUp = context.RequestAborted.Register(() => _over.CancelAfter(LongestReading));

    /// <summary>Cancelled when it is too late for what is left of the body.</summary>
    public CancellationToken Over => _over.Token;

    public void Dispose()
    {
        _hungUp.Dispose();
        _over.Dispose();
    }
}
