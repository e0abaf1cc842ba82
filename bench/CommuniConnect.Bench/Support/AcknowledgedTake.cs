using System.Net.WebSockets;
using System.Text;
using System.Text.Json;

namespace CommuniConnect.Bench.Support;

/// <summary>Publishes a take as fast as the server takes it, until the last byte is acknowledged.</summary>
internal static class AcknowledgedTake
{
    private const int LongestAnswer = 4_096;

    public static async Task PublishAsync(
        Uri ingestUrl,
        IReadOnlyList<byte[]> pieces,
        CancellationToken cancellation
    )
    {
        using var socket = new ClientWebSocket();
        var address = new UriBuilder(ingestUrl) { Scheme = "ws", Query = $"take={Guid.NewGuid()}" };
        await socket.ConnectAsync(address.Uri, cancellation);
        var completed = CompletedAsync(socket, cancellation);
        foreach (var piece in pieces)
        {
            await socket.SendAsync(
                piece,
                WebSocketMessageType.Binary,
                endOfMessage: true,
                cancellation
            );
        }
        await socket.SendAsync(
            Encoding.UTF8.GetBytes("""{"type":"complete"}"""),
            WebSocketMessageType.Text,
            endOfMessage: true,
            cancellation
        );
        var offset = await completed;
        if (offset != pieces.Sum(p => (long)p.Length))
        {
            throw new InvalidOperationException($"only {offset} bytes were acknowledged");
        }
    }

    private static async Task<long> CompletedAsync(
        ClientWebSocket socket,
        CancellationToken cancellation
    )
    {
        var buffer = new byte[LongestAnswer];
        while (true)
        {
            var received = await socket.ReceiveAsync(buffer.AsMemory(), cancellation);
            var answer = JsonSerializer.Deserialize<JsonElement>(buffer.AsSpan(0, received.Count));
            switch (answer.GetProperty("type").GetString())
            {
                case "completed":
                    return answer.GetProperty("offset").GetInt64();
                case "ended":
                    throw new InvalidOperationException($"{answer}");
            }
        }
    }
}
