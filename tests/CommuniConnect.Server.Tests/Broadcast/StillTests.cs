using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using CommuniConnect.Server.Tests.Support;
using Xunit;

namespace CommuniConnect.Server.Tests.Broadcast;

/// <summary>Single pictures of a live and its replay, for whoever looks along their slider.</summary>
public sealed class StillTests(ServerFixture server) : IClassFixture<ServerFixture>
{
    [Theory]
    [InlineData("0", 0)]
    [InlineData("2.5", 2)]
    [InlineData("3.1", 3)]
    [InlineData("5.1", 5)]
    [InlineData("31536000", 5)] // years behind the edge: the newest there is
    [InlineData("2147483647", 5)]
    public async Task Still_of_a_running_live_is_the_keyframe_at_or_before_the_moment(
        string at,
        int keyframe
    )
    {
        var source = await Footage.Vp8OpusAsync(6);
        var live = await StartedLive.StartAsync(server);
        await live.PublishAsync(source);

        using var answer = await GetAsync(StillOf(live.Watch, at));

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("video/webm; codecs=\"vp8\"", $"{answer.Content.Headers.ContentType}");
        var picture = Assert.Single(await PicturesAsync(await SaveAsync(answer)));
        Assert.InRange(picture.Seconds, keyframe, keyframe + 0.1);
        var shown = (await PicturesAsync(source)).Where(p => p.Checksum == picture.Checksum);
        Assert.Equal(keyframe, Assert.Single(shown).Seconds, 0.1);
        await live.StopAsync();
    }

    [Fact]
    public async Task Still_of_each_take_and_codec_is_found_also_after_a_restart_and_in_the_replay()
    {
        var (first, second) = (await Footage.Vp8OpusAsync(3), await Footage.Vp9OpusAsync(2));
        var live = await StartedLive.StartAsync(server);
        await live.PublishAsync(first);
        await live.PublishAsync(second);
        await live.PublishAsync(second);
        await server.RestartAsync();
        await live.SignInAgainAsync();

        await ShowsAsync(StillOf(live.Watch, "1.5"), first, 1, 1);
        await ShowsAsync(StillOf(live.Watch, "4.5"), second, 1, 4);
        await ShowsAsync(StillOf(live.Watch, "6.5"), second, 1, 6);

        await live.StopAsync();
        var replay = (await live.GetAsync()).GetProperty("media_files");
        var (vp8, vp9) = (replay[0].Text("file_url")!, replay[1].Text("file_url")!);
        await ShowsAsync(StillOf(new Uri(server.BaseAddress, vp8), "1.5"), first, 1, 1);
        await ShowsAsync(StillOf(new Uri(server.BaseAddress, vp8), "9000"), first, 2, 2);
        await ShowsAsync(StillOf(new Uri(server.BaseAddress, vp9), "0.2"), second, 0, 0);
        await ShowsAsync(StillOf(new Uri(server.BaseAddress, vp9), "3.9"), second, 1, 3);
    }

    [Theory]
    [InlineData("")]
    [InlineData("?at=")]
    [InlineData("?at=-1")]
    [InlineData("?at=NaN")]
    [InlineData("?at=Infinity")]
    [InlineData("?at=1e3")]
    [InlineData("?at=0x10")]
    [InlineData("?at=99999999999999999999999999999999999")]
    [InlineData("?at=1&at=2")]
    public async Task Moments_that_are_none_are_refused(string query)
    {
        var live = await StartedLive.StartAsync(server);
        await live.PublishAsync(await Footage.Vp8OpusAsync(2));
        var running = StillOf(live.Watch, "");
        var url = (await live.StopAsync()).Text("video_url")!;
        var ended = StillOf(new Uri(url), "");
        var other = await StartedLive.StartAsync(server);

        foreach (var address in new[] { StillOf(other.Watch, ""), ended })
        {
            var problem = await server
                .Anonymous()
                .GetAsync(address.AbsolutePath + query, HttpStatusCode.BadRequest);
            Assert.Equal("at", problem.Text("field"));
        }
        using var gone = await GetAsync(new Uri(running, "?at=1"));
        Assert.Equal(HttpStatusCode.NotFound, gone.StatusCode);
    }

    [Fact]
    public async Task Nothing_is_shown_where_there_is_no_picture_or_no_right_to_it()
    {
        var silent = await StartedLive.StartAsync(server);
        await silent.PublishAsync(await Footage.AudioOnlyAsync(2));
        var empty = await StartedLive.StartAsync(server);
        var live = await StartedLive.StartAsync(server);
        await live.PublishAsync(await Footage.Vp8OpusAsync(2));
        var path = StillOf(live.Watch, "1").PathAndQuery;

        foreach (
            var address in new[]
            {
                StillOf(silent.Watch, "1"),
                StillOf(empty.Watch, "0"),
                new Uri(
                    server.BaseAddress,
                    path.Replace("/still", "x/still", StringComparison.Ordinal)
                ),
                new Uri(server.BaseAddress, "/watch/1/still?at=1"),
                new Uri(server.BaseAddress, "/media/1-x/still?at=1"),
                new Uri(server.BaseAddress, "/media/x-1/still?at=1"),
            }
        )
        {
            using var answer = await GetAsync(address);
            Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        }
    }

    [Fact]
    public async Task Browsers_keep_what_stays_and_ask_again_for_what_may_change()
    {
        var live = await StartedLive.StartAsync(server);
        await using var studio = await StudioSocket.ConnectAsync(live.Ingest);
        await studio.SendAsync(await File.ReadAllBytesAsync(await Footage.Vp8OpusAsync(6)));
        await live.UntilAsync(s => s.Duration > TimeSpan.FromSeconds(5.5));

        using var settled = await GetAsync(StillOf(live.Watch, "1"));
        using var newest = await GetAsync(StillOf(live.Watch, "60"));
        using var again = await GetAsync(StillOf(live.Watch, "60"), newest.Headers.ETag);

        Assert.Contains("immutable", $"{settled.Headers.CacheControl}", StringComparison.Ordinal);
        Assert.Equal("no-cache, private", $"{newest.Headers.CacheControl}");
        Assert.NotEqual(settled.Headers.ETag, newest.Headers.ETag);
        Assert.Equal(HttpStatusCode.NotModified, again.StatusCode);

        await studio.CompleteAsync();
        await live.StopAsync();
        var media = (await live.GetAsync()).GetProperty("media_files")[0];
        var still = StillOf(new Uri(media.Text("file_url")!), "1");
        using var plain = await GetAsync(still);
        using var sized = await GetAsync(new Uri($"{still}&bytes={media.Int("file_size")}"));
        Assert.Equal("no-cache, private", $"{plain.Headers.CacheControl}");
        Assert.Contains("immutable", $"{sized.Headers.CacheControl}", StringComparison.Ordinal);
    }

    /// <summary>The address shows the keyframe that the source has at some second, at some second of the live or replay.</summary>
    private async Task ShowsAsync(Uri still, string source, int keyframe, int at)
    {
        using var answer = await GetAsync(still);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var picture = Assert.Single(await PicturesAsync(await SaveAsync(answer)));
        Assert.InRange(picture.Seconds, at - 0.1, at + 0.2);
        var shown = (await PicturesAsync(source)).Where(p => p.Checksum == picture.Checksum);
        Assert.Equal(keyframe, Assert.Single(shown).Seconds, 0.1);
    }

    private static Uri StillOf(Uri film, string at) =>
        new($"{film.GetLeftPart(UriPartial.Path)[..^".webm".Length]}/still?at={at}");

    private async Task<HttpResponseMessage> GetAsync(
        Uri address,
        EntityTagHeaderValue? known = null
    )
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        if (known is not null)
        {
            request.Headers.IfNoneMatch.Add(known);
        }
        return await server.Anonymous().SendAsync(request);
    }

    /// <summary>The pictures FFmpeg decodes, without a complaint: when each is shown, and what it shows.</summary>
    private static async Task<List<(double Seconds, string Checksum)>> PicturesAsync(string file)
    {
        var (_, output, errors) = await Tool.RunAsync(
            "ffmpeg",
            [
                "-v",
                "error",
                "-xerror",
                "-copyts",
                "-i",
                file,
                "-map",
                "0:v",
                "-vsync",
                "passthrough",
                "-f",
                "framemd5",
                "-",
            ]
        );
        Assert.Empty(errors);
        var lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var rate = lines
            .Single(l => l.StartsWith("#tb 0:", StringComparison.Ordinal))[6..]
            .Split('/');
        var unit =
            double.Parse(rate[0], CultureInfo.InvariantCulture)
            / double.Parse(rate[1], CultureInfo.InvariantCulture);
        return
        [
            .. lines
                .Where(line => !line.StartsWith('#'))
                .Select(line => line.Split(',', StringSplitOptions.TrimEntries))
                .Select(f => (unit * long.Parse(f[2], CultureInfo.InvariantCulture), f[5])),
        ];
    }

    private static async Task<string> SaveAsync(HttpResponseMessage answer)
    {
        var file = Path.Combine(Scratch.Folder(), "still.webm");
        await File.WriteAllBytesAsync(file, await answer.Content.ReadAsByteArrayAsync());
        return file;
    }
}
