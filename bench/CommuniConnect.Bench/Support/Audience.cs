using System.Net.WebSockets;

namespace CommuniConnect.Bench.Support;

/// <summary>Viewers who take everything the server sends and look at nothing.</summary>
internal sealed class Audience : IAsyncDisposable
{
    /// <summary>With the cookie that the first is given, the others would be tabs of the same viewer.</summary>
    private readonly HttpClient _client = new(new SocketsHttpHandler { UseCookies = false })
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };
    private readonly CancellationTokenSource _leave = new();
    private readonly Task[] _watching;
    private long _bytes;
    private bool _isOver;

    /// <param name="direct">Whether they take packets over a WebSocket, as Direct does, and not the progressive stream.</param>
    public Audience(Uri watchUrl, int viewers, bool direct = false) =>
        _watching = [
            .. Enumerable
                .Range(0, viewers)
                .Select(_ => TakeAsync(direct ? PacketsAsync(watchUrl) : StreamAsync(watchUrl))),
        ];

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

    /// <summary>Has all of them leave; more than once does no harm.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_isOver)
        {
            return;
        }
        _isOver = true;
        await _leave.CancelAsync();
        await Task.WhenAll(_watching);
        _client.Dispose();
        _leave.Dispose();
    }

    private static async Task TakeAsync(Task watching)
    {
        try
        {
            await watching;
        }
        catch (Exception error)
            when (error
                    is HttpRequestException
                        or WebSocketException
                        or IOException
                        or OperationCanceledException
            )
        {
            // Told by CheckAllWatching.
        }
    }

    private async Task StreamAsync(Uri watchUrl)
    {
        await using var stream = await _client.GetStreamAsync(watchUrl, _leave.Token);
        var buffer = new byte[16 << 10];
        while (await stream.ReadAsync(buffer, _leave.Token) is > 0 and var count)
        {
            Interlocked.Add(ref _bytes, count);
        }
    }

    private async Task PacketsAsync(Uri watchUrl)
    {
        using var socket = new ClientWebSocket();
        var path = watchUrl.AbsolutePath.Replace(".webm", "", StringComparison.Ordinal);
        var address = new UriBuilder(watchUrl) { Scheme = "ws", Path = path }.Uri;
        await socket.ConnectAsync(address, _leave.Token);
        var buffer = new byte[16 << 10];
        while (socket.State == WebSocketState.Open)
        {
            var received = await socket.ReceiveAsync(buffer.AsMemory(), _leave.Token);
            Interlocked.Add(ref _bytes, received.Count);
        }
    }
}
