using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.WebSockets;
using System.Text;

namespace CommuniConnect.Bench.Support;

/// <summary>
/// Many connections to a hub. All of them take what they are sent; some look into it for when it was posted: what the
/// whole crowd costs must not hide what the server does.
/// </summary>
internal sealed class ChatCrowd : IAsyncDisposable
{
    /// <summary>Stands before the time in every message that is measured.</summary>
    public const string Mark = "at=";

    /// <summary>One of so many connections looks.</summary>
    private const int LookingShare = 10;

    private const int AtOnce = 50;
    private const byte FrameEnd = 0x1E;

    private readonly List<ClientWebSocket> _sockets = [];
    private readonly List<Task> _reading = [];
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentQueue<double> _delays = new();
    private readonly ConcurrentDictionary<int, bool> _told = new();

    private ChatCrowd() { }

    /// <summary>From post to receipt, in ms, as the looking connections saw it.</summary>
    public IReadOnlyCollection<double> Delays => _delays;

    public static string Stamp() => $"{Mark}{Stopwatch.GetTimestamp()};";

    /// <param name="tokens">Who they are, in turn; empty when the hub asks nobody.</param>
    /// <param name="hello">What each connection says once it is there, without its end.</param>
    public static async Task<ChatCrowd> ConnectAsync(
        Uri hub,
        IReadOnlyList<string> tokens,
        int count,
        string? hello,
        CancellationToken cancellation
    )
    {
        var crowd = new ChatCrowd();
        foreach (var some in Enumerable.Range(0, count).Chunk(AtOnce))
        {
            var sockets = await Task.WhenAll(
                some.Select(i =>
                    OpenAsync(
                        hub,
                        tokens.Count == 0 ? null : tokens[i % tokens.Count],
                        hello,
                        cancellation
                    )
                )
            );
            foreach (var (at, socket) in some.Zip(sockets))
            {
                crowd._sockets.Add(socket);
                crowd._reading.Add(crowd.ReadAsync(at, socket));
            }
        }
        while (crowd._told.Count < count)
            await Task.Delay(50, cancellation);
        return crowd;
    }

    /// <summary>Forgets what was measured so far.</summary>
    public void Forget() => _delays.Clear();

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_reading);
        _sockets.ForEach(socket => socket.Dispose());
        _stop.Dispose();
    }

    private static async Task<ClientWebSocket> OpenAsync(
        Uri hub,
        string? token,
        string? hello,
        CancellationToken cancellation
    )
    {
        var socket = new ClientWebSocket();
        if (token is not null)
            socket.Options.SetRequestHeader("Authorization", $"Bearer {token}");
        socket.Options.SetBuffer(4096, 512);
        await socket.ConnectAsync(hub, cancellation);
        foreach (var text in (string?[])["{\"protocol\":\"json\",\"version\":1}", hello])
        {
            if (text is not null)
                await socket.SendAsync(
                    (byte[])[.. Encoding.UTF8.GetBytes(text), FrameEnd],
                    WebSocketMessageType.Text,
                    endOfMessage: true,
                    cancellation
                );
        }
        return socket;
    }

    private async Task ReadAsync(int at, ClientWebSocket socket)
    {
        var mark = Encoding.ASCII.GetBytes(Mark);
        var buffer = new byte[16 * 1024];
        try
        {
            while (socket.State == WebSocketState.Open)
            {
                var received = await socket.ReceiveAsync(buffer, _stop.Token);
                _told.TryAdd(at, true);
                if (at % LookingShare == 0)
                    Look(buffer.AsSpan(0, received.Count), mark);
            }
        }
        catch (OperationCanceledException)
        {
            // It was enough.
        }
    }

    private void Look(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> mark)
    {
        for (int found; (found = bytes.IndexOf(mark)) >= 0; )
        {
            bytes = bytes[(found + mark.Length)..];
            if (Utf8Parser.TryParse(bytes, out long posted, out _))
                _delays.Enqueue(Stopwatch.GetElapsedTime(posted).TotalMilliseconds);
        }
    }
}
