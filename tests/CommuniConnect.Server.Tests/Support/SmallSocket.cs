using System.Net.WebSockets;

namespace CommuniConnect.Server.Tests.Support;

/// <summary>Sends the small picture of a take as the studio page does.</summary>
internal sealed class SmallSocket : IAsyncDisposable
{
    private readonly ClientWebSocket _socket = new();
    private readonly TaskCompletionSource _closed = new();

    private SmallSocket() { }

    public WebSocketCloseStatus? CloseStatus => _socket.CloseStatus;

    /// <summary>Completes when the server has closed.</summary>
    public Task Closed => _closed.Task;

    public static Uri AddressOf(StartedLive live, Guid take) =>
        new UriBuilder(live.Ingest)
        {
            Scheme = "ws",
            Path = $"{live.Ingest.AbsolutePath}/small",
            Query = $"take={take}",
        }.Uri;

    public static async Task<SmallSocket> ConnectAsync(StartedLive live, Guid take)
    {
        var small = new SmallSocket();
        await small
            ._socket.ConnectAsync(AddressOf(live, take), CancellationToken.None)
            .WithinAsync();
        _ = small.ReadAsync();
        return small;
    }

    public async Task SendAsync(
        ReadOnlyMemory<byte> bytes,
        WebSocketMessageType type = WebSocketMessageType.Binary
    )
    {
        const int messageBytes = 4 << 10;
        for (var at = 0; at < bytes.Length; at += messageBytes)
        {
            var message = bytes.Slice(at, Math.Min(messageBytes, bytes.Length - at));
            await _socket.SendAsync(message, type, true, default).AsTask().WithinAsync();
        }
    }

    /// <summary>Sends to a server that may close over it.</summary>
    public async Task SendUntilClosedAsync(
        ReadOnlyMemory<byte> bytes,
        WebSocketMessageType type = WebSocketMessageType.Binary
    )
    {
        try
        {
            await SendAsync(bytes, type);
        }
        catch (WebSocketException)
        {
            // It has.
        }
        await Closed.WithinAsync();
    }

    public ValueTask DisposeAsync()
    {
        _socket.Abort();
        _socket.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task ReadAsync()
    {
        try
        {
            while ((await _socket.ReceiveAsync(new byte[256].AsMemory(), default)) is var received)
            {
                if (received.MessageType == WebSocketMessageType.Close)
                {
                    await _socket.CloseOutputAsync(
                        WebSocketCloseStatus.NormalClosure,
                        null,
                        default
                    );
                    break;
                }
            }
        }
        catch (Exception error) when (error is WebSocketException or ObjectDisposedException)
        {
            // The connection is gone.
        }
        _closed.TrySetResult();
    }
}
