using System.Net;
using System.Net.WebSockets;
using System.Text;
using CommuniConnect.Server.Tests.Support;
using Xunit;

namespace CommuniConnect.Server.Tests.Broadcast;

/// <summary>What a browser on an https page speaks: HTTP/2, where a WebSocket is opened by CONNECT.</summary>
public sealed class Http2Tests(Http2Tests.Server server) : IClassFixture<Http2Tests.Server>
{
    [Fact]
    public async Task Live_is_sent_by_post_over_http_2()
    {
        var live = await StartedLive.StartAsync(server);
        using var client = server.Anonymous();
        using var body = new ByteArrayContent(
            await File.ReadAllBytesAsync(await Footage.Vp8OpusAsync(4))
        );

        using var answer = await client.PostAsync(live.Ingest, body);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(HttpVersion.Version20, answer.Version);
    }

    [Fact]
    public async Task Studio_opens_its_socket_over_http_2()
    {
        var live = await StartedLive.StartAsync(server);
        using var socket = new ClientWebSocket();
        socket.Options.HttpVersion = HttpVersion.Version20;
        socket.Options.HttpVersionPolicy = HttpVersionPolicy.RequestVersionExact;
        using var invoker = new HttpMessageInvoker(new SocketsHttpHandler());
        var address = new UriBuilder(live.Ingest) { Scheme = "ws" }.Uri;

        await socket.ConnectAsync(address, invoker, CancellationToken.None);

        var buffer = new byte[1_000];
        var received = await socket.ReceiveAsync(buffer.AsMemory(), CancellationToken.None);
        Assert.Equal(
            """{"type":"ready","offset":0}""",
            Encoding.UTF8.GetString(buffer, 0, received.Count)
        );
    }

    [Fact]
    public async Task Viewer_in_Direct_watches_over_http_2_to_the_end()
    {
        var live = await StartedLive.StartAsync(server);
        using var client = server.Anonymous();
        using var body = new ByteArrayContent(
            await File.ReadAllBytesAsync(await Footage.Vp8OpusAsync(2))
        );
        await client.PostAsync(live.Ingest, body);
        await using var viewer = await WatchClient.ConnectAsync(live, overHttp2: true);

        await viewer.NextAsync("tracks");
        await viewer.PacketAsync(p => p.IsKeyframe);
        using var more = new ByteArrayContent(
            await File.ReadAllBytesAsync(await Footage.Vp8OpusAsync(4))
        );
        await client.PostAsync(live.Ingest, more);
        await viewer.PacketAsync(p => p.Microseconds > 5_000_000);
        await live.StopAsync();

        await viewer.RestAsync();
        Assert.Equal(WebSocketCloseStatus.NormalClosure, viewer.CloseStatus);
    }

    /// <summary>Speaks nothing else, so that no certificate is needed to agree on it.</summary>
    public sealed class Server : ServerFixture
    {
        protected override IEnumerable<string> Arguments =>
            ["--Kestrel:EndpointDefaults:Protocols", "Http2"];

        protected override Version Version => HttpVersion.Version20;
    }
}
