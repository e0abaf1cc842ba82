using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using System.Threading.Channels;
using Xunit;

namespace CommuniConnect.Server.Tests.Support;

/// <summary>A frame as the watch socket sent it.</summary>
internal sealed record WatchedPacket(int Track, bool IsKeyframe, long Microseconds, byte[] Payload);

/// <summary>Watches over the watch socket as the Direct player does.</summary>
internal sealed class WatchClient : IAsyncDisposable
{
    private const int HeadBytes = 14;
    private const int FrameHeadBytes = 4;
    private const int SegmentHeadBytes = 52;
    private const int LargestSegment = 1_448;

    /// <summary>The number of the picture's track in everything the tests publish.</summary>
    private const int VideoTrack = 1;

    private readonly ClientWebSocket _socket = new();
    private HttpMessageInvoker? _http2;
    private readonly Channel<object> _messages = Channel.CreateUnbounded<object>();
    private readonly TaskCompletionSource _closed = new();
    private long _newest;
    private long _wireBytes;
    private readonly ConcurrentDictionary<int, bool> _tracks = new();

    private WatchClient() { }

    public WebSocketCloseStatus? CloseStatus => _socket.CloseStatus;

    /// <summary>The latest timestamp received, in microseconds.</summary>
    public long NewestMicroseconds => Volatile.Read(ref _newest);

    /// <summary>
    /// What came over the line: each message with the head of its WebSocket frame, and those of TCP (with timestamps) and IPv4
    /// for each of the segments it takes.
    /// </summary>
    public long WireBytes => Volatile.Read(ref _wireBytes);

    /// <summary>The tracks of which something was received.</summary>
    public IEnumerable<int> Tracks => _tracks.Keys;

    /// <summary>The picture on this viewer's screen: the last one received.</summary>
    public WatchedPacket? Picture { get; private set; }

    /// <summary>Completes when the server has closed.</summary>
    public Task Closed => _closed.Task;

    public static Uri AddressOf(StartedLive live) =>
        new UriBuilder(live.Watch)
        {
            Scheme = "ws",
            Path = live.Watch.AbsolutePath.Replace(".webm", "", StringComparison.Ordinal),
        }.Uri;

    /// <param name="reads">Whether it takes what it is sent; else it is a viewer whose link is stuck until <see cref="Read"/>.</param>
    /// <param name="query">Behind the address.</param>
    /// <param name="header">Who watches, as a request says it.</param>
    /// <param name="through">What stands between the viewer and the server.</param>
    /// <param name="overHttp2">As a browser does on an https page.</param>
    public static async Task<WatchClient> ConnectAsync(
        StartedLive live,
        bool reads = true,
        string query = "",
        (string Name, string Value)? header = null,
        Uri? through = null,
        bool overHttp2 = false
    )
    {
        var client = new WatchClient();
        if (header is { } sent)
        {
            client._socket.Options.SetRequestHeader(sent.Name, sent.Value);
        }
        var address = new UriBuilder(new Uri(AddressOf(live), query));
        address.Port = through?.Port ?? address.Port;
        if (overHttp2)
        {
            client._http2 = new HttpMessageInvoker(new SocketsHttpHandler());
            client._socket.Options.HttpVersion = HttpVersion.Version20;
            client._socket.Options.HttpVersionPolicy = HttpVersionPolicy.RequestVersionExact;
        }
        await client
            ._socket.ConnectAsync(address.Uri, client._http2, CancellationToken.None)
            .WithinAsync();
        if (reads)
        {
            client.Read();
        }
        return client;
    }

    public void Read() => _ = ReadAsync();

    public Task SayAsync(string text) =>
        _socket
            .SendAsync(
                Encoding.UTF8.GetBytes(text),
                WebSocketMessageType.Text,
                true,
                CancellationToken.None
            )
            .WithinAsync();

    /// <summary>The next text message of a type; whatever comes before it is passed over.</summary>
    public async Task<JsonElement> NextAsync(string type)
    {
        while (await NextAsync() is { } message)
        {
            if (message is JsonElement json && json.Text("type") == type)
            {
                return json;
            }
        }
        Assert.Fail($"no {type}; closed with {CloseStatus}");
        return default;
    }

    /// <summary>The next packet that is as wanted; whatever comes before it is passed over.</summary>
    public async Task<WatchedPacket> PacketAsync(Func<WatchedPacket, bool> wanted)
    {
        while (await NextAsync() is { } message)
        {
            if (message is WatchedPacket packet && wanted(packet))
            {
                return packet;
            }
        }
        Assert.Fail($"no such packet; closed with {CloseStatus}");
        return null!;
    }

    /// <summary>The next message: a <see cref="JsonElement"/>, a <see cref="WatchedPacket"/>, or null when the server has closed.</summary>
    public async Task<object?> NextAsync()
    {
        using var deadline = new CancellationTokenSource(Patience.Deadline);
        return
            await _messages.Reader.WaitToReadAsync(deadline.Token)
            && _messages.Reader.TryRead(out var message)
            ? message
            : null;
    }

    /// <summary>Everything up to the close.</summary>
    public async Task<List<object>> RestAsync()
    {
        var rest = new List<object>();
        while (await NextAsync() is { } message)
        {
            rest.Add(message);
        }
        return rest;
    }

    public ValueTask DisposeAsync()
    {
        _socket.Abort();
        _socket.Dispose();
        _http2?.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task ReadAsync()
    {
        var buffer = new byte[1 << 20];
        try
        {
            while (true)
            {
                var length = 0;
                ValueWebSocketReceiveResult received;
                do
                {
                    received = await _socket.ReceiveAsync(buffer.AsMemory(length), default);
                    length += received.Count;
                } while (!received.EndOfMessage);
                var segments = (length / LargestSegment) + 1;
                Volatile.Write(
                    ref _wireBytes,
                    _wireBytes + length + FrameHeadBytes + (segments * SegmentHeadBytes)
                );
                if (received.MessageType == WebSocketMessageType.Close)
                {
                    break;
                }
                if (received.MessageType == WebSocketMessageType.Text)
                {
                    var text = JsonSerializer.Deserialize<JsonElement>(buffer.AsSpan(0, length));
                    await _messages.Writer.WriteAsync(text);
                    continue;
                }
                foreach (var packet in PacketsOf(buffer.AsMemory(0, length)))
                {
                    _tracks[packet.Track] = true;
                    Picture = packet.Track == VideoTrack ? packet : Picture;
                    Volatile.Write(ref _newest, Math.Max(_newest, packet.Microseconds));
                    await _messages.Writer.WriteAsync(packet);
                }
            }
        }
        catch (Exception error) when (error is WebSocketException or ObjectDisposedException)
        {
            // The connection is gone: whoever waits is told what never came.
        }
        _messages.Writer.TryComplete();
        _closed.TrySetResult();
    }

    private static IEnumerable<WatchedPacket> PacketsOf(ReadOnlyMemory<byte> left)
    {
        while (left.Length > 0)
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(left.Span[2..]);
            yield return new(
                left.Span[0],
                (left.Span[1] & 1) != 0,
                BinaryPrimitives.ReadInt64BigEndian(left.Span[6..]),
                left.Slice(HeadBytes, length).ToArray()
            );
            left = left[(HeadBytes + length)..];
        }
    }
}
