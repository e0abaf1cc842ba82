using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using System.Threading.Channels;
using Xunit;

namespace CommuniConnect.Server.Tests.Support;

/// <summary>Publishes over WebSocket as the studio page does.</summary>
internal sealed class StudioSocket : IAsyncDisposable
{
    private readonly ClientWebSocket _socket = new();
    private readonly Channel<JsonElement> _messages = Channel.CreateUnbounded<JsonElement>();
    private readonly TaskCompletionSource _closed = new();
    private long _durable;
    private int _keyframesAsked;

    private StudioSocket() { }

    /// <summary>Where the server asked to go on.</summary>
    public long ReadyOffset { get; private set; }

    /// <summary>The newest acknowledged offset.</summary>
    public long DurableOffset => Volatile.Read(ref _durable);

    /// <summary>How often a keyframe was asked for.</summary>
    public int KeyframesAsked => Volatile.Read(ref _keyframesAsked);

    public Guid Take { get; private init; }
    public WebSocketCloseStatus? CloseStatus => _socket.CloseStatus;

    /// <summary>Completes when the server has closed.</summary>
    public Task Closed => _closed.Task;

    /// <summary>The first thing the server said.</summary>
    public JsonElement First { get; private set; }

    /// <summary>Connects and waits for <c>ready</c>, or another first message.</summary>
    public static async Task<StudioSocket> ConnectAsync(
        Uri ingest,
        Guid? take = null,
        string first = "ready"
    )
    {
        var studio = new StudioSocket { Take = take ?? Guid.NewGuid() };
        var address = new UriBuilder(ingest) { Scheme = "ws", Query = $"take={studio.Take}" };
        await studio._socket.ConnectAsync(address.Uri, CancellationToken.None).WithinAsync();
        _ = studio.ReadAsync();
        studio.First = await studio.NextAsync(first);
        studio.ReadyOffset = first == "ready" ? studio.First.GetProperty("offset").GetInt64() : 0;
        return studio;
    }

    public async Task SendAsync(ReadOnlyMemory<byte> bytes, int messageBytes = 16 << 10)
    {
        for (var at = 0; at < bytes.Length; at += messageBytes)
        {
            await SendMessageAsync(bytes.Slice(at, Math.Min(messageBytes, bytes.Length - at)));
        }
    }

    public Task SendMessageAsync(
        ReadOnlyMemory<byte> message,
        WebSocketMessageType type = WebSocketMessageType.Binary
    ) =>
        _socket
            .SendAsync(message, type, endOfMessage: true, CancellationToken.None)
            .AsTask()
            .WithinAsync();

    public Task SendTextAsync(string text) =>
        SendMessageAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text);

    /// <summary>Says that the take is complete and waits until it is safe.</summary>
    public async Task<long> CompleteAsync()
    {
        await SendTextAsync("""{"type":"complete"}""");
        return (await NextAsync("completed")).GetProperty("offset").GetInt64();
    }

    /// <summary>Says that the take is complete, to a live that may end over it.</summary>
    public async Task CompleteAsyncOrEndedAsync()
    {
        try
        {
            await SendTextAsync("""{"type":"complete"}""");
        }
        catch (WebSocketException)
        {
            return; // closed already
        }
        await Closed.WithinAsync();
    }

    /// <summary>The next message of a type; those before it are passed over.</summary>
    public async Task<JsonElement> NextAsync(string type)
    {
        using var deadline = new CancellationTokenSource(Patience.Deadline);
        var seen = new List<string>();
        try
        {
            await foreach (var message in _messages.Reader.ReadAllAsync(deadline.Token))
            {
                if (message.Text("type") == type)
                {
                    return message;
                }
                seen.Add($"{message}");
            }
        }
        catch (OperationCanceledException)
        {
            // said below
        }
        Assert.Fail($"no {type}; closed with {CloseStatus}; before it: {string.Join(' ', seen)}");
        return default;
    }

    /// <summary>Waits until the server has acknowledged so much.</summary>
    public Task UntilDurableAsync(long offset) =>
        Patience.UntilAsync(() => Task.FromResult(DurableOffset >= offset), $"durable {offset}");

    /// <summary>Is gone without a word, as a phone without network is.</summary>
    public void Abort() => _socket.Abort();

    public ValueTask DisposeAsync()
    {
        _socket.Abort();
        _socket.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task ReadAsync()
    {
        var buffer = new byte[8 << 10];
        try
        {
            while (true)
            {
                var received = await _socket.ReceiveAsync(
                    buffer.AsMemory(),
                    CancellationToken.None
                );
                if (received.MessageType == WebSocketMessageType.Close)
                {
                    break;
                }
                var message = JsonSerializer.Deserialize<JsonElement>(
                    buffer.AsSpan(0, received.Count)
                );
                if (message.Text("type") == "durable")
                {
                    var offset = message.GetProperty("offset").GetInt64();
                    Assert.True(offset >= DurableOffset, "an acknowledged offset went back");
                    Volatile.Write(ref _durable, offset);
                }
                if (message.Text("type") == "keyframe")
                {
                    Interlocked.Increment(ref _keyframesAsked);
                }
                await _messages.Writer.WriteAsync(message);
            }
        }
        catch (Exception error) when (error is WebSocketException or ObjectDisposedException)
        {
            // The connection is gone: whoever waits is told which message never came.
        }
        _messages.Writer.TryComplete();
        _closed.TrySetResult();
    }
}
