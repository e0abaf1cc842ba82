namespace CommuniConnect.Bench.Support;

/// <summary>Viewers who take everything the server sends and look at nothing.</summary>
internal sealed class Audience : IAsyncDisposable
{
    private readonly HttpClient _client = new() { Timeout = Timeout.InfiniteTimeSpan };
    private readonly CancellationTokenSource _leave = new();
    private readonly Task[] _watching;
    private long _bytes;

    public Audience(Uri watchUrl, int viewers) =>
        _watching = [.. Enumerable.Range(0, viewers).Select(_ => WatchAsync(watchUrl))];

    /// <summary>What all of them received so far.</summary>
    public long Bytes => Interlocked.Read(ref _bytes);

    /// <exception cref="InvalidOperationException">Somebody was let down.</exception>
    public void CheckAllWatching()
    {
        var gone = _watching.Count(w => w.IsCompleted);
        if (gone > 0)
        {
            throw new InvalidOperationException(
                $"{gone} of {_watching.Length} viewers lost the live"
            );
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _leave.CancelAsync();
        await Task.WhenAll(_watching);
        _client.Dispose();
        _leave.Dispose();
    }

    private async Task WatchAsync(Uri watchUrl)
    {
        try
        {
            await using var stream = await _client.GetStreamAsync(watchUrl, _leave.Token);
            var buffer = new byte[16 << 10];
            while (await stream.ReadAsync(buffer, _leave.Token) is > 0 and var count)
            {
                Interlocked.Add(ref _bytes, count);
            }
        }
        catch (Exception error)
            when (error is HttpRequestException or IOException or OperationCanceledException)
        {
            // Told by CheckAllWatching.
        }
    }
}
