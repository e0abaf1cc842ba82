using System.Net.WebSockets;
using System.Text;
using System.Text.Json;

namespace CommuniConnect.Loss;

/// <summary>
/// Publishes one take through cuts and kills, as the studio does, and keeps its own record: the furthest offset that was
/// ever acknowledged.
/// </summary>
internal sealed class Publisher(
    StartedLive live,
    byte[] bytes,
    Judge judge,
    Tally tally,
    Random random
)
{
    private const int MessageBytes = 2_000;
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(15);

    // As the studio: a server that acknowledges nothing for so long is no longer there.
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);
    private readonly Guid _take = Guid.NewGuid();
    private long _acknowledged;
    private bool _completed;

    /// <summary>Whether the server may end the live: its disk fails.</summary>
    public bool MayEnd { get; init; }

    /// <summary>Whether it did.</summary>
    public bool HasEnded { get; private set; }

    /// <summary>Everything before this byte was promised.</summary>
    public long AcknowledgedBytes => Volatile.Read(ref _acknowledged);

    /// <summary>Publishes until the take is complete, or the caller has seen enough.</summary>
    public async Task RunAsync(CancellationToken enough)
    {
        while (!enough.IsCancellationRequested && !_completed && !HasEnded)
        {
            try
            {
                await ConnectAsync(enough);
            }
            catch (Exception error)
                when (error is WebSocketException or OperationCanceledException || Api.IsAway(error)
                )
            {
                // Cut, by us or by the server's end.
            }
            await Task.Delay(Pause, CancellationToken.None);
        }
    }

    private async Task ConnectAsync(CancellationToken enough)
    {
        using var socket = new ClientWebSocket();
        var address = new UriBuilder(live.Ingest) { Scheme = "ws", Query = $"take={_take}" }.Uri;
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(enough);
        patience.CancelAfter(Silence);
        await socket.ConnectAsync(address, patience.Token);
        var ready = await ReceiveAsync(socket, patience.Token);
        if (IsEnd(ready))
        {
            return;
        }
        var offset = ready.GetProperty("offset").GetInt64();
        judge.Offset($"live {live.Id}", AcknowledgedBytes, offset);
        Acknowledge(offset);
        using var cut = CancellationTokenSource.CreateLinkedTokenSource(enough);
        var isCut = random.Next(2) == 0;
        if (isCut)
        {
            cut.CancelAfter(random.Next(100, 1_500));
        }
        var hearing = HearAsync(socket, cut.Token);
        var sending = SendAsync(socket, offset, cut.Token);
        try
        {
            await await Task.WhenAny(sending, hearing);
            await hearing;
        }
        finally
        {
            await cut.CancelAsync();
            socket.Abort(); // dropped, not closed
            tally.Add("connections_cut");
            await sending.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await hearing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task SendAsync(ClientWebSocket socket, long offset, CancellationToken cut)
    {
        while (offset < bytes.Length)
        {
            var length = (int)Math.Min(MessageBytes, bytes.Length - offset);
            await socket.SendAsync(
                bytes.AsMemory((int)offset, length),
                WebSocketMessageType.Binary,
                endOfMessage: true,
                cut
            );
            offset += length;
            await Task.Delay(Pace, cut);
        }
        await socket.SendAsync(
            Encoding.UTF8.GetBytes("""{"type":"complete"}"""),
            WebSocketMessageType.Text,
            endOfMessage: true,
            cut
        );
    }

    private async Task HearAsync(ClientWebSocket socket, CancellationToken cut)
    {
        while (!_completed)
        {
            using var silence = CancellationTokenSource.CreateLinkedTokenSource(cut);
            silence.CancelAfter(Silence);
            var message = await ReceiveAsync(socket, silence.Token);
            switch (message.GetProperty("type").GetString())
            {
                case "durable":
                    Acknowledge(message.GetProperty("offset").GetInt64());
                    break;
                case "completed":
                    Acknowledge(message.GetProperty("offset").GetInt64());
                    _completed = true;
                    break;
                case var _ when IsEnd(message):
                    return;
                default:
                    throw new InvalidOperationException($"{message}");
            }
        }
    }

    private bool IsEnd(JsonElement message)
    {
        HasEnded = message.GetProperty("type").GetString() == "ended";
        return HasEnded && !MayEnd ? throw new InvalidOperationException($"{message}") : HasEnded;
    }

    private void Acknowledge(long offset)
    {
        if (offset > AcknowledgedBytes)
        {
            Volatile.Write(ref _acknowledged, offset);
        }
    }

    private static async Task<JsonElement> ReceiveAsync(
        ClientWebSocket socket,
        CancellationToken cancellation
    )
    {
        var buffer = new byte[4_096];
        var received = await socket.ReceiveAsync(buffer.AsMemory(), cancellation);
        return received.MessageType == WebSocketMessageType.Text
            ? JsonSerializer.Deserialize<JsonElement>(buffer.AsSpan(0, received.Count))
            : throw new IOException("closed");
    }
}
