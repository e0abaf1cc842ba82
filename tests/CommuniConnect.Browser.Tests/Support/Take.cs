using System.Globalization;
using System.Net;
using System.Net.WebSockets;
using System.Text.Json;

namespace CommuniConnect.Browser.Tests.Support;

/// <summary>One take of a live, made by FFmpeg and sent as the studio sends it, but as fast as it goes.</summary>
internal sealed class Take(string ingest, byte[] media)
{
    private readonly Guid _id = Guid.NewGuid();

    /// <summary>So many seconds of a test picture of one colour, with a tone.</summary>
    public static async Task<Take> MakeAsync(string ingest, string folder, int hue, int seconds)
    {
        var file = Path.Combine(folder, $"take-{hue}.webm");
        var source = string.Create(
            CultureInfo.InvariantCulture,
            $"testsrc2=size=160x120:rate=15:duration={seconds},hue=h={hue}"
        );
        var (exit, _, errors) = await Server.Tests.Support.Tool.RunAsync(
            "ffmpeg",
            [
                .. "-v error -y -f lavfi -i".Split(' '),
                source,
                .. $"-f lavfi -i sine=sample_rate=48000:duration={seconds}".Split(' '),
                .. "-c:v libvpx -g 15 -b:v 200k -deadline realtime -cpu-used 8".Split(' '),
                .. "-c:a libopus -b:a 32k -f webm -live 1".Split(' '),
                file,
            ]
        );
        Assert.True(exit == 0, errors);
        return new Take(ingest, await File.ReadAllBytesAsync(file));
    }

    /// <summary>All of it.</summary>
    public async Task SendAsync()
    {
        using var socket = await ConnectAsync();
        await socket.SendAsync(media, WebSocketMessageType.Binary, true, default);
        await socket.SendAsync(
            """{"type":"complete"}"""u8.ToArray(),
            WebSocketMessageType.Text,
            true,
            default
        );
        await UntilAsync(socket, "completed");
    }

    /// <summary>Its beginning, and then the network is gone.</summary>
    public async Task BreakOffAsync(double share)
    {
        using var socket = await ConnectAsync();
        var part = media.AsMemory(0, (int)(media.Length * share));
        await socket.SendAsync(part, WebSocketMessageType.Binary, true, default);
        await UntilAsync(socket, "durable");
        socket.Abort();
    }

    /// <summary>What is missing of it.</summary>
    public async Task SendTailAsync()
    {
        using var client = new HttpClient();
        var address = $"{ingest}?take={_id}";
        using var asked = await client.SendAsync(new(HttpMethod.Head, address));
        var (offset, complete) = (OffsetIn(asked), false);
        while (!complete)
        {
            using var request = new HttpRequestMessage(HttpMethod.Patch, address)
            {
                Content = new ByteArrayContent(media, offset, media.Length - offset),
            };
            request.Headers.Add("Upload-Offset", $"{offset}");
            request.Headers.Add("Upload-Complete", "?1");
            using var answer = await client.SendAsync(request);
            Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
            offset = OffsetIn(answer);
            complete = answer.Headers.GetValues("Upload-Complete").Single() == "?1";
        }
    }

    private static int OffsetIn(HttpResponseMessage answer) =>
        int.Parse(answer.Headers.GetValues("Upload-Offset").Single(), CultureInfo.InvariantCulture);

    private async Task<ClientWebSocket> ConnectAsync()
    {
        var socket = new ClientWebSocket();
        var address = new UriBuilder(ingest) { Scheme = "ws", Query = $"take={_id}" };
        await socket.ConnectAsync(address.Uri, default);
        await UntilAsync(socket, "ready");
        return socket;
    }

    private static async Task UntilAsync(ClientWebSocket socket, string type)
    {
        var buffer = new byte[8 << 10];
        while (true)
        {
            var received = await socket.ReceiveAsync(buffer, default);
            var message = JsonSerializer.Deserialize<JsonElement>(buffer.AsSpan(0, received.Count));
            if (message.GetProperty("type").GetString() == type)
                return;
        }
    }
}
