using System.Globalization;
using System.Net;
using CommuniConnect.Server.Broadcast.OnAir;
using CommuniConnect.Server.Tests.Support;
using Xunit;

namespace CommuniConnect.Server.Tests.Broadcast;

/// <summary>What whoever watches a running live from an earlier moment on relies on.</summary>
public sealed class RewindTests(ServerFixture server) : IClassFixture<ServerFixture>
{
    private static readonly byte[] EbmlHeader = [0x1A, 0x45, 0xDF, 0xA3];

    [Theory]
    [InlineData("0", 0, 0.1)]
    [InlineData("2.5", 2, 2.1)]
    [InlineData("3.1", 3, 3.1)]
    [InlineData("7", 5, 5.1)] // behind the edge: the newest keyframe
    public async Task Stream_begins_at_the_keyframe_at_or_before_the_moment(
        string from,
        double earliest,
        double latest
    )
    {
        var live = await StartedLive.StartAsync(server);
        await live.PublishAsync(await Footage.Vp8OpusAsync(6));

        var rewound = RewindAsync(live, from);
        await live.UntilAsync(s => s.Viewers == 1);
        await (await rewound).FirstBytesAsync();
        await live.StopAsync();

        var pictures = await PicturesAsync(await (await rewound).SaveAsync());
        Assert.InRange(pictures[0].Seconds, earliest, latest);
        Assert.True(pictures[0].IsKeyframe);
        Assert.InRange(pictures[^1].Seconds, 5.8, 6.1);
    }

    [Fact]
    public async Task Nothing_is_missing_however_the_stream_and_the_live_go_on_together()
    {
        var source = await Footage.Vp8OpusAsync(6);
        var media = await File.ReadAllBytesAsync(source);
        var live = await StartedLive.StartAsync(server);
        await using var studio = await StudioSocket.ConnectAsync(live.Ingest);
        await studio.SendAsync(media.AsMemory(0, media.Length / 2));
        await live.UntilAsync(s => s.Duration > TimeSpan.FromSeconds(2));
        using var viewer = await RewindAsync(live, "0");
        await viewer.FirstBytesAsync();

        for (var at = media.Length / 2; at < media.Length; at += 7_001)
        {
            await studio.SendAsync(media.AsMemory(at, Math.Min(7_001, media.Length - at)));
        }
        await studio.CompleteAsync();
        await live.StopAsync();

        var seen = await viewer.SaveAsync();
        Assert.Equal(await Tool.PacketsAsync(source), await Tool.PacketsAsync(seen));
        Assert.True(await Tool.LongestGapAsync(seen) < 0.2);
    }

    [Fact]
    public async Task Several_takes_are_one_stream_on_the_clock_of_the_live_also_after_a_restart()
    {
        var (first, second, third) = (
            await Footage.Vp8OpusAsync(3),
            await Footage.Vp8OpusAsync(2),
            await Footage.Vp8OpusAsync(4)
        );
        var live = await StartedLive.StartAsync(server);
        await live.PublishAsync(first);
        await live.PublishAsync(second);
        await server.RestartAsync();
        await live.SignInAgainAsync();
        using var viewer = await RewindAsync(live, "1.1");
        await viewer.FirstBytesAsync();
        using var late = await RewindAsync(live, "4.5");
        await late.FirstBytesAsync();

        await live.PublishAsync(third);
        await live.StopAsync();

        var seen = await viewer.SaveAsync();
        var pictures = await PicturesAsync(seen);
        Assert.InRange(pictures[0].Seconds, 1, 1.1);
        Assert.InRange(pictures[^1].Seconds, 8.8, 9.3);
        Assert.Equal((3 - 1 + 2 + 4) * 15, pictures.Count);
        Assert.True(await Tool.LongestGapAsync(seen) < 0.2);
        Assert.InRange((await PicturesAsync(await late.SaveAsync()))[0].Seconds, 4, 4.2);
    }

    [Fact]
    public async Task Other_codecs_begin_a_stream_of_their_own_in_the_same_response()
    {
        var live = await StartedLive.StartAsync(server);
        await live.PublishAsync(await Footage.Vp8OpusAsync(2));
        await live.PublishAsync(await Footage.Vp9OpusAsync(2));
        using var viewer = await RewindAsync(live, "0.2");
        await viewer.FirstBytesAsync();
        await live.StopAsync();

        var bytes = await File.ReadAllBytesAsync(await viewer.SaveAsync());

        var second = bytes.AsSpan(4).IndexOf(EbmlHeader) + 4;
        Assert.True(second > 4, "no second header");
        Assert.Equal(30, (await PicturesAsync(await SaveAsync(bytes[..second]))).Count);
        var pictures = await PicturesAsync(await SaveAsync(bytes[second..]));
        Assert.Equal(30, pictures.Count);
        Assert.InRange(pictures[0].Seconds, 1.9, 2.2);
    }

    [Fact]
    public async Task Tail_that_is_added_later_changes_nothing_for_who_goes_by_the_clock_of_the_live()
    {
        var source = await File.ReadAllBytesAsync(await Footage.Vp8OpusAsync(6));
        var live = await StartedLive.StartAsync(server);
        await using var studio = await StudioSocket.ConnectAsync(live.Ingest);
        await studio.SendAsync(source.AsMemory(0, source.Length / 2));
        await studio.UntilDurableAsync(1);
        studio.Abort();
        await live.UntilAsync(LiveStatus.Interrupted);
        await live.PublishAsync(await Footage.Vp8OpusAsync(2));
        var before = live.Snapshot!.Duration;
        var tail = TakeUpload.ByKey(live, studio.Take);
        var offset = (int)(await tail.HeadAsync())!.Value.Offset;
        await tail.PatchAsync(offset, source.AsMemory(offset), complete: true);

        using var viewer = await RewindAsync(live, "0");
        await viewer.FirstBytesAsync();
        await live.StopAsync();

        var seen = await viewer.SaveAsync();
        Assert.InRange(
            (await PicturesAsync(seen))[^1].Seconds,
            before.TotalSeconds - 0.2,
            before.TotalSeconds
        );
        Assert.True(await Tool.LongestGapAsync(seen) < 0.2);
    }

    [Fact]
    public async Task Sound_alone_is_rewound_too()
    {
        var live = await StartedLive.StartAsync(server);
        await live.PublishAsync(await Footage.AudioOnlyAsync(8));
        using var viewer = await RewindAsync(live, "6");
        await viewer.FirstBytesAsync();
        await live.StopAsync();

        var seen = await viewer.SaveAsync();

        var count = int.Parse(
            await Tool.ProbeAsync(seen, "stream=nb_read_packets"),
            CultureInfo.InvariantCulture
        );
        Assert.InRange(count, 100, 151); // of 400: a cluster of sound is 5 s long
    }

    [Fact]
    public async Task Answer_is_held_until_the_first_media()
    {
        var live = await StartedLive.StartAsync(server);
        var waiting = RewindAsync(live, "0");
        await live.UntilAsync(s => s.Viewers == 1);
        Assert.False(waiting.IsCompleted);

        await live.PublishAsync(await Footage.Vp8OpusAsync(2));

        using var viewer = await waiting.WithinAsync();
        await viewer.FirstBytesAsync();
        await live.StopAsync();
        Assert.Equal(30, (await PicturesAsync(await viewer.SaveAsync())).Count);
    }

    [Fact]
    public async Task Live_that_ends_without_media_is_not_found()
    {
        var live = await StartedLive.StartAsync(server);
        using var client = new HttpClient();
        var waiting = client.GetAsync(new Uri($"{live.Watch}?from=0"));
        await live.UntilAsync(s => s.Viewers == 1);

        await live.StopAsync();

        using var answer = await waiting.WithinAsync();
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        using var later = await client.GetAsync(new Uri($"{live.Watch}?from=0"));
        Assert.Equal(HttpStatusCode.NotFound, later.StatusCode);
    }

    [Theory]
    [InlineData("")]
    [InlineData("-1")]
    [InlineData("abc")]
    [InlineData("NaN")]
    [InlineData("1e3")]
    [InlineData("99999999999999999999999999999999999")]
    public async Task Moments_that_are_none_are_refused(string from)
    {
        var live = await StartedLive.StartAsync(server);

        var problem = await server
            .Anonymous()
            .GetAsync($"{live.Watch.AbsolutePath}?from={from}", HttpStatusCode.BadRequest);

        Assert.Equal("from", problem.Text("field"));
    }

    [Fact]
    public async Task Viewer_that_does_not_read_holds_up_neither_the_live_nor_its_end()
    {
        var live = await StartedLive.StartAsync(server);
        await live.PublishAsync(await Footage.Vp8OpusAsync(6));
        using var stalled = await RewindAsync(live, "0");

        for (var take = 0; take < 20; take++)
        {
            await live.PublishAsync(await Footage.Vp8OpusAsync(6));
        }

        var stopped = await live.StopAsync();
        Assert.True(stopped.GetProperty("video_saved").GetBoolean());
    }

    private static async Task<Viewer> RewindAsync(StartedLive live, string from)
    {
        var client = new HttpClient();
        var answer = await client.GetAsync(
            new Uri($"{live.Watch}?from={from}"),
            HttpCompletionOption.ResponseHeadersRead
        );
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("video/webm", answer.Content.Headers.ContentType?.MediaType);
        return new Viewer(client, answer);
    }

    /// <summary>The pictures of a file as ffprobe reads it without complaint.</summary>
    private static async Task<List<(double Seconds, bool IsKeyframe)>> PicturesAsync(string file)
    {
        var (_, output, errors) = await Tool.RunAsync(
            "ffprobe",
            "-v",
            "error",
            "-select_streams",
            "v",
            "-show_entries",
            "packet=pts_time,flags",
            "-of",
            "csv=p=0",
            file
        );
        Assert.Empty(errors);
        return
        [
            .. output
                .Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Select(line => line.Split(','))
                .Select(f => (double.Parse(f[0], CultureInfo.InvariantCulture), f[1][0] == 'K')),
        ];
    }

    private static async Task<string> SaveAsync(byte[] bytes)
    {
        var file = Path.Combine(Scratch.Folder(), "seen.webm");
        await File.WriteAllBytesAsync(file, bytes);
        return file;
    }

    private sealed class Viewer(HttpClient client, HttpResponseMessage answer) : IDisposable
    {
        private readonly MemoryStream _seen = new();

        public async Task FirstBytesAsync()
        {
            var body = await answer.Content.ReadAsStreamAsync();
            var buffer = new byte[1];
            await body.ReadExactlyAsync(buffer).AsTask().WithinAsync();
            _seen.Write(buffer);
        }

        /// <summary>Reads to the end of the response.</summary>
        public async Task<string> SaveAsync()
        {
            var body = await answer.Content.ReadAsStreamAsync();
            await body.CopyToAsync(_seen).WithinAsync();
            return await RewindTests.SaveAsync(_seen.ToArray());
        }

        public void Dispose()
        {
            answer.Dispose();
            client.Dispose();
        }
    }
}
