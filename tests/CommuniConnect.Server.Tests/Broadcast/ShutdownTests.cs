using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;
using CommuniConnect.Server.Tests.Support;
using Microsoft.AspNetCore.SignalR.Client;
using Xunit;

namespace CommuniConnect.Server.Tests.Broadcast;

/// <summary>SIGTERM: everybody is told to come back, nothing is lost, and nobody holds the server up.</summary>
public sealed class ShutdownTests
{
    private const int Viewers = 100;
    private const int Followers = 20;

    /// <summary>5 s, and as much again for a busy machine; a server that waits for its connections takes 30 s.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task Server_with_viewers_followers_and_hanging_publishers_is_gone_at_once()
    {
        await using var server = new ServerProcess();
        await server.StartAsync();
        await server.RegisterAsync();
        var (id, ingest) = await server.NewLiveAsync();
        var (hangingLive, hangingIngest) = await server.NewLiveAsync();
        var source = await Footage.Vp8OpusAsync(6);
        var bytes = await File.ReadAllBytesAsync(source);
        await using var studio = await StudioSocket.ConnectAsync(new Uri(server.Address, ingest));
        await studio.SendAsync(bytes.AsMemory(0, bytes.Length / 2));
        await studio.UntilDurableAsync(1);
        using var hanging = await HangAsync(server.Address, hangingIngest, bytes);
        await server.UntilAsync(hangingLive, "live");
        var watch = (await server.PostAsync(id)).Text("watch_url");
        using var viewers = new HttpClient();
        var watching = await Task.WhenAll(
            Enumerable
                .Range(0, Viewers)
                .Select(_ => viewers.GetAsync(watch, HttpCompletionOption.ResponseHeadersRead))
        );
        var hubs = await Task.WhenAll(
            Enumerable.Range(0, Followers).Select(_ => FollowAsync(server, id))
        );
        await studio.SendAsync(bytes.AsMemory(bytes.Length / 2, 30_000));

        var exit = await server.TerminateAsync(Longest);

        Assert.Equal(0, exit);
        await studio.Closed.WithinAsync();
        Assert.Equal(WebSocketCloseStatus.EndpointUnavailable, studio.CloseStatus);
        foreach (var answer in watching)
        {
            answer.Dispose();
        }
        foreach (var hub in hubs)
        {
            await hub.DisposeAsync();
        }
        await server.StartAsync();
        Assert.Equal("interrupted", (await server.LiveAsync(id)).Text("status"));
        await using var again = await StudioSocket.ConnectAsync(
            new Uri(server.Address, ingest),
            studio.Take
        );
        Assert.InRange(again.ReadyOffset, studio.DurableOffset, bytes.Length);
        await again.SendAsync(bytes.AsMemory((int)again.ReadyOffset));
        await again.CompleteAsync();
        Assert.Equal(
            await Tool.PacketsAsync(source),
            await Tool.PacketsAsync(await server.ReplayAsync(await server.StopAsync(id)))
        );
    }

    private static async Task<HubConnection> FollowAsync(ServerProcess server, int live)
    {
        var hub = new HubConnectionBuilder()
            .WithUrl(
                new Uri(server.Address, "/hubs/chat"),
                options =>
                    options.AccessTokenProvider = () => Task.FromResult<string?>(server.Access)
            )
            .Build();
        await hub.StartAsync();
        var first = new TaskCompletionSource();
        _ = Task.Run(async () =>
        {
            try
            {
                await foreach (var update in hub.StreamAsync<object>("Follow", live, 0))
                {
                    first.TrySetResult();
                }
            }
            catch (Exception error)
            {
                first.TrySetException(error); // the server has gone, as it should
            }
        });
        await first.Task.WithinAsync();
        return hub;
    }

    /// <summary>An encoder that sends, and then neither sends nor reads.</summary>
    private static async Task<TcpClient> HangAsync(Uri server, string ingest, byte[] media)
    {
        var client = new TcpClient();
        await client.ConnectAsync(server.Host, server.Port);
        await client
            .GetStream()
            .WriteAsync(
                Encoding.ASCII.GetBytes(
                    $"POST {ingest} HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999\r\n\r\n"
                )
            );
        await client.GetStream().WriteAsync(media.AsMemory(0, media.Length / 2));
        return client;
    }
}
