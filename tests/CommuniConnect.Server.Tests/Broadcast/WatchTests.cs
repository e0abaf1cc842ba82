using System.Net;
using System.Net.Sockets;
using System.Text;
using CommuniConnect.Server.Broadcast.OnAir;
using CommuniConnect.Server.Tests.Support;
using Xunit;

namespace CommuniConnect.Server.Tests.Broadcast;

/// <summary>What whoever watches the progressive stream relies on.</summary>
public sealed class WatchTests(ServerFixture server) : IClassFixture<ServerFixture>
{
    private static readonly byte[] EbmlHeader = [0x1A, 0x45, 0xDF, 0xA3];

    [Fact]
    public async Task Two_viewers_get_the_same_bytes_from_the_newest_keyframe_and_FFprobe_reads_them()
    {
        var live = await StartedLive.StartAsync(server);
        var media = await File.ReadAllBytesAsync(await Footage.Vp8OpusAsync(4));
        await using var studio = await StudioSocket.ConnectAsync(live.Ingest);
        await studio.SendAsync(media.AsMemory(0, media.Length / 2));
        await live.UntilAsync(s => s.Duration > TimeSpan.FromSeconds(1.5));
        using var first = await ViewAsync(live);
        using var second = await ViewAsync(live);

        await studio.SendAsync(media.AsMemory(media.Length / 2));
        await studio.CompleteAsync();
        await live.StopAsync();
        var seen = await first.ReadToEndAsync();

        Assert.Equal(seen, await second.ReadToEndAsync());
        Assert.Equal("video/webm", first.ContentType);
        var captured = Path.Combine(Scratch.Folder(), "seen.webm");
        await File.WriteAllBytesAsync(captured, seen);
        var packets = (await Tool.ProbeAsync(captured, "stream=codec_name,nb_read_packets"))
            .Split('\n')
            .Select(line => line.Trim(',').Split(','))
            .ToDictionary(fields => fields[0], fields => int.Parse(fields[1], null));
        Assert.InRange(packets["vp8"], 30, 46); // at most the group that was under way, then all the rest
        var (_, flags, _) = await Tool.RunAsync(
            "ffprobe",
            "-v",
            "error",
            "-select_streams",
            "v",
            "-show_entries",
            "packet=flags",
            "-of",
            "csv=p=0",
            captured
        );
        Assert.StartsWith("K", flags, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Viewer_of_a_waiting_live_gets_its_first_media()
    {
        var live = await StartedLive.StartAsync(server);
        var waiting = ViewAsync(live);
        await live.UntilAsync(s => s.Viewers == 1);
        Assert.False(waiting.IsCompleted);

        await live.PublishAsync(await Footage.Vp8OpusAsync(2));

        using var viewer = await waiting.WithinAsync();
        await live.StopAsync();
        Assert.Equal(EbmlHeader, (await viewer.ReadToEndAsync())[..4]);
    }

    [Fact]
    public async Task Viewers_are_counted_while_they_watch()
    {
        var live = await StartedLive.StartAsync(server);
        await live.PublishAsync(await Footage.Vp8OpusAsync(2));
        var first = await ViewAsync(live);
        using var second = await ViewAsync(live);

        await live.UntilAsync(s => s.Viewers == 2);
        Assert.Equal(2, (await live.GetAsync()).GetProperty("live").Int("viewers"));
        first.Dispose();
        await live.UntilAsync(s => s.Viewers == 1);

        await live.StopAsync();
        var ended = (await live.GetAsync()).GetProperty("live");
        Assert.Equal(2, ended.Int("peak_viewers"));
        Assert.Equal(0, ended.Int("viewers"));
    }

    [Fact]
    public async Task Other_codecs_begin_a_stream_of_their_own_in_the_same_response()
    {
        var live = await StartedLive.StartAsync(server);
        await live.PublishAsync(await Footage.Vp8OpusAsync(2));
        using var viewer = await ViewAsync(live);

        await live.PublishAsync(await Footage.Vp9OpusAsync(2));
        await live.StopAsync();

        var seen = await viewer.ReadToEndAsync();
        var second = seen.AsSpan(4).IndexOf(EbmlHeader) + 4;
        Assert.True(second > 4, "no second header");
        var captured = Path.Combine(Scratch.Folder(), "2.webm");
        await File.WriteAllBytesAsync(captured, seen[second..]);
        Assert.Contains(
            "vp9",
            await Tool.ProbeAsync(captured, "stream=codec_name"),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Viewer_that_does_not_read_holds_up_nobody_and_costs_little()
    {
        var live = await StartedLive.StartAsync(server);
        var media = await File.ReadAllBytesAsync(await Footage.Vp8OpusAsync(4));
        await live.PublishAsync(await Footage.Vp8OpusAsync(2));
        var stalled = new List<TcpClient>();
        for (var i = 0; i < 20; i++)
        {
            stalled.Add(await StalledViewerAsync(live.Watch));
        }
        await live.UntilAsync(s => s.Viewers == 20);
        using var viewer = await ViewAsync(live);
        var reading = viewer.CountAsync();
        var before = GC.GetTotalMemory(forceFullCollection: true);

        for (var take = 1; take <= 60; take++)
        {
            await using var studio = await StudioSocket.ConnectAsync(live.Ingest);
            await studio.SendAsync(media);
            await studio.CompleteAsync();
            // Whoever reads gets everything: a cursor that is not lapped misses nothing.
            await Patience.UntilAsync(
                () => Task.FromResult(viewer.Received > take * media.Length * 9L / 10),
                "the viewer who reads keeps up"
            );
        }

        var grown = GC.GetTotalMemory(forceFullCollection: true) - before;
        await live.StopAsync();
        await reading.WithinAsync();
        Assert.InRange(grown, long.MinValue, TimelineBudget.Main.RetentionBytes + (16 << 20));
        stalled.ForEach(client => client.Dispose());
    }

    [Fact]
    public async Task Wrong_addresses_and_ended_lives_are_not_found()
    {
        var live = await StartedLive.StartAsync(server);
        var path = live.Watch.AbsolutePath;
        var other = await StartedLive.StartAsync(server);
        foreach (
            var wrong in new[]
            {
                path.Replace(".webm", "x.webm", StringComparison.Ordinal),
                path.Replace($"/{live.Id}-", $"/{other.Id}-", StringComparison.Ordinal),
                "/watch/1-.webm",
                "/watch/99999999999-x.webm",
            }
        )
        {
            using var answer = await server.Anonymous().GetAsync(wrong);
            Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        }
        await live.StopAsync();
        await server.Anonymous().GetAsync(path, HttpStatusCode.NotFound);
    }

    private static async Task<Viewer> ViewAsync(StartedLive live)
    {
        var client = new HttpClient();
        var answer = await client.GetAsync(live.Watch, HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return new Viewer(client, answer);
    }

    private static async Task<TcpClient> StalledViewerAsync(Uri watch)
    {
        var client = new TcpClient { ReceiveBufferSize = 4096 };
        await client.ConnectAsync(watch.Host, watch.Port);
        await client
            .GetStream()
            .WriteAsync(
                Encoding.ASCII.GetBytes($"GET {watch.PathAndQuery} HTTP/1.1\r\nHost: a\r\n\r\n")
            );
        return client;
    }

    private sealed class Viewer(HttpClient client, HttpResponseMessage answer) : IDisposable
    {
        public string? ContentType => answer.Content.Headers.ContentType?.MediaType;

        private long _received;

        public long Received => Volatile.Read(ref _received);

        /// <summary>Reads to the end and keeps only the count.</summary>
        public async Task CountAsync()
        {
            var buffer = new byte[64 << 10];
            await using var body = await answer.Content.ReadAsStreamAsync();
            while (await body.ReadAsync(buffer) is > 0 and var read)
            {
                Interlocked.Add(ref _received, read);
            }
        }

        public Task<byte[]> ReadToEndAsync() => answer.Content.ReadAsByteArrayAsync().WithinAsync();

        public void Dispose()
        {
            answer.Dispose();
            client.Dispose();
        }
    }
}
