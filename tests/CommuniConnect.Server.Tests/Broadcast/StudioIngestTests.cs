using System.Net.WebSockets;
using System.Security.Cryptography;
using CommuniConnect.Server.Broadcast.OnAir;
using CommuniConnect.Server.Tests.Support;
using Xunit;

namespace CommuniConnect.Server.Tests.Broadcast;

/// <summary>What the studio page relies on when it publishes over WebSocket.</summary>
public sealed class StudioIngestTests(ServerFixture server) : IClassFixture<ServerFixture>
{
    [Fact]
    public async Task Studio_hears_ready_durable_and_completed()
    {
        var live = await StartedLive.StartAsync(server);
        var bytes = await File.ReadAllBytesAsync(await Footage.Vp8OpusAsync(4));
        await using var studio = await StudioSocket.ConnectAsync(live.Ingest);

        await studio.SendAsync(bytes);
        var durable = await studio.NextAsync("durable");
        var completed = await studio.CompleteAsync();

        Assert.Equal(0, studio.ReadyOffset);
        Assert.InRange(durable.GetProperty("offset").GetInt64(), 1, bytes.Length);
        Assert.Equal(bytes.Length, completed);
        await live.UntilAsync(LiveStatus.Interrupted);
        await live.StopAsync();
    }

    [Fact]
    public async Task Same_take_goes_on_at_the_offset_it_is_told_with_nothing_lost_or_doubled()
    {
        var live = await StartedLive.StartAsync(server);
        var source = await Footage.Vp8OpusAsync(4);
        var bytes = await File.ReadAllBytesAsync(source);
        var take = Guid.NewGuid();
        var random = new Random(11);
        for (var sent = 0; sent < bytes.Length; )
        {
            await using var studio = await StudioSocket.ConnectAsync(live.Ingest, take);
            Assert.InRange(studio.ReadyOffset, 0, sent);
            sent = Math.Min(bytes.Length, sent + random.Next(1, 40_000));
            await studio.SendAsync(
                bytes.AsMemory((int)studio.ReadyOffset..sent),
                random.Next(500, 9_000)
            );
            if (sent == bytes.Length)
            {
                await studio.CompleteAsync();
            }
            studio.Abort();
        }

        var file = await live.DownloadAsync((await live.StopAsync()).Text("video_url"));

        Assert.Equal(await Tool.PacketsAsync(source), await Tool.PacketsAsync(file));
        Assert.Equal(1, (await live.GetAsync()).GetProperty("live").Int("takes"));
    }

    [Fact]
    public async Task Message_over_1_MiB_closes_the_connection_and_not_the_live()
    {
        var live = await StartedLive.StartAsync(server);
        await using var studio = await StudioSocket.ConnectAsync(live.Ingest);

        await TrySendAsync(studio, await PaddedAsync((1 << 20) + 1));

        await studio.Closed.WithinAsync();
        Assert.Equal(WebSocketCloseStatus.MessageTooBig, studio.CloseStatus);
        await AssertAliveAsync(live);
    }

    [Fact]
    public async Task Message_of_1_MiB_is_taken()
    {
        var live = await StartedLive.StartAsync(server);
        await using var studio = await StudioSocket.ConnectAsync(live.Ingest);

        await studio.SendMessageAsync(await PaddedAsync(1 << 20));

        Assert.Equal(1 << 20, await studio.CompleteAsync());
        await live.StopAsync();
    }

    [Theory]
    [InlineData("bonjour")]
    [InlineData("{")]
    [InlineData("{\"type\":\"stop\"}")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("{\"type\":5}")]
    [InlineData("")]
    public async Task Text_that_means_nothing_closes_the_connection_and_not_the_live(string text)
    {
        var live = await StartedLive.StartAsync(server);
        await using var studio = await StudioSocket.ConnectAsync(live.Ingest);

        await studio.SendTextAsync(text);

        await studio.Closed.WithinAsync();
        Assert.Equal(WebSocketCloseStatus.InvalidPayloadData, studio.CloseStatus);
        await AssertAliveAsync(live);
    }

    [Fact]
    public async Task Long_text_closes_the_connection()
    {
        var live = await StartedLive.StartAsync(server);
        await using var studio = await StudioSocket.ConnectAsync(live.Ingest);

        await TrySendAsync(studio, new byte[100_000], WebSocketMessageType.Text);

        await studio.Closed.WithinAsync();
        Assert.Equal(WebSocketCloseStatus.MessageTooBig, studio.CloseStatus);
        await AssertAliveAsync(live);
    }

    [Fact]
    public async Task Binary_garbage_is_refused_with_a_sentence_also_to_one_who_keeps_sending()
    {
        var live = await StartedLive.StartAsync(server);
        await using var studio = await StudioSocket.ConnectAsync(live.Ingest);

        var garbage = RandomNumberGenerator.GetBytes(900_000);
        garbage[0] = 0x3C;
        for (var i = 0; i < 8 && await TrySendAsync(studio, garbage); i++) { }

        var refused = await studio.NextAsync("refused");
        Assert.Contains("WebM", refused.Text("error"), StringComparison.Ordinal);
        await studio.Closed.WithinAsync();
        await AssertAliveAsync(live);
    }

    [Fact]
    public async Task Refused_take_may_be_sent_anew_under_the_same_name()
    {
        var live = await StartedLive.StartAsync(server);
        var take = Guid.NewGuid();
        await using (var studio = await StudioSocket.ConnectAsync(live.Ingest, take))
        {
            await studio.SendAsync("<!doctype html>"u8.ToArray());
            await studio.NextAsync("refused");
        }

        await using var again = await StudioSocket.ConnectAsync(live.Ingest, take);

        Assert.Equal(0, again.ReadyOffset);
        await again.SendAsync(await File.ReadAllBytesAsync(await Footage.Vp8OpusAsync(2)));
        await again.CompleteAsync();
        Assert.True((await live.StopAsync()).GetProperty("video_saved").GetBoolean());
    }

    [Fact]
    public async Task Thousands_of_tiny_messages_make_the_same_recording()
    {
        var live = await StartedLive.StartAsync(server);
        var source = await Footage.Vp8OpusAsync(2);
        var bytes = await File.ReadAllBytesAsync(source);
        await using var studio = await StudioSocket.ConnectAsync(live.Ingest);

        await studio.SendMessageAsync(Array.Empty<byte>());
        await studio.SendAsync(bytes, messageBytes: 3);
        await studio.SendMessageAsync(Array.Empty<byte>());
        await studio.CompleteAsync();

        var file = await live.DownloadAsync((await live.StopAsync()).Text("video_url"));
        Assert.Equal(await Tool.PacketsAsync(source), await Tool.PacketsAsync(file));
    }

    [Fact]
    public async Task Second_studio_replaces_the_first_which_hears_of_it()
    {
        var live = await StartedLive.StartAsync(server);
        await using var first = await StudioSocket.ConnectAsync(live.Ingest);
        await using var second = await StudioSocket.ConnectAsync(live.Ingest);

        Assert.Equal("replaced", (await first.NextAsync("ended")).Text("reason"));
        await first.Closed.WithinAsync();
        await second.SendAsync(await File.ReadAllBytesAsync(await Footage.Vp8OpusAsync(2)));
        await second.CompleteAsync();
        await live.StopAsync();
    }

    [Fact]
    public async Task Stop_does_not_wait_for_a_studio_that_never_reads()
    {
        var live = await StartedLive.StartAsync(server);
        var media = await File.ReadAllBytesAsync(await Footage.Vp8OpusAsync(2));
        using var silent = new ClientWebSocket();
        await silent.ConnectAsync(
            new UriBuilder(live.Ingest) { Scheme = "ws" }.Uri,
            CancellationToken.None
        );
        await silent.SendAsync(media, WebSocketMessageType.Binary, true, CancellationToken.None);
        await live.UntilAsync(s => s.Duration > TimeSpan.FromSeconds(1.9));

        var stopped = await live.StopAsync();

        Assert.True(stopped.GetProperty("video_saved").GetBoolean());
    }

    private static async Task<bool> TrySendAsync(
        StudioSocket studio,
        byte[] message,
        WebSocketMessageType type = WebSocketMessageType.Binary
    )
    {
        try
        {
            await studio.SendMessageAsync(message, type);
            return true;
        }
        catch (Exception error) when (error is WebSocketException or IOException)
        {
            return false; // the server has had enough
        }
    }

    /// <summary>Two seconds of footage, then a Void element up to the length.</summary>
    private static async Task<byte[]> PaddedAsync(int length)
    {
        var media = await File.ReadAllBytesAsync(await Footage.Vp8OpusAsync(2));
        return [.. media, .. VoidElement(length - media.Length)];
    }

    private static byte[] VoidElement(int bytes)
    {
        var element = new byte[bytes];
        element[0] = 0xEC;
        element[1] = 0x01;
        var size = bytes - 9L;
        for (var i = 8; i > 1; i--, size >>= 8)
        {
            element[i] = (byte)size;
        }
        return element;
    }

    private static async Task AssertAliveAsync(StartedLive live)
    {
        await live.PublishAsync(await Footage.Vp8OpusAsync(2));
        Assert.True((await live.StopAsync()).GetProperty("video_saved").GetBoolean());
    }
}
