using System.Net;
using System.Net.Http.Headers;
using CommuniConnect.Media.Codecs;
using CommuniConnect.Server.Tests.Support;
using Xunit;

namespace CommuniConnect.Server.Tests.Community.Lives;

public sealed class ThumbnailTests(ServerFixture server) : IClassFixture<ServerFixture>
{
    [Fact]
    public async Task Picture_stands_for_the_live_in_the_feed_and_then_for_its_replay()
    {
        var live = await StartedLive.StartAsync(server);
        var (first, second) = (await JpegAsync("320x180"), await JpegAsync("640x360"));
        await PutAsync(live, live.Owner, first, HttpStatusCode.NoContent);
        await PutAsync(live, live.Owner, second, HttpStatusCode.NoContent);
        await live.PublishAsync(await Footage.Vp8OpusAsync(2));
        await live.StopAsync();

        var address = (await live.GetAsync())
            .GetProperty("media_files")[0]
            .GetProperty("thumbnail_url")
            .GetString()!;

        using var anonymous = server.Anonymous();
        using var answer = await anonymous.GetAsync(new Uri(address));
        Assert.Equal("image/jpeg", answer.Content.Headers.ContentType?.MediaType);
        Assert.Equal(second, await answer.Content.ReadAsByteArrayAsync());
        using var guessed = await anonymous.GetAsync(
            new Uri(address.Replace(".jpg", "0.jpg", StringComparison.Ordinal))
        );
        await Json.ReadAsync(guessed, HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Only_the_author_changes_it()
    {
        var live = await StartedLive.StartAsync(server);
        var picture = await JpegAsync("320x180");

        await PutAsync(live, await server.NewMemberAsync(), picture, HttpStatusCode.Forbidden);

        using var unknown = await live.Owner.Client.PutAsync(
            "/api/posts/live/999999/thumbnail/",
            new ByteArrayContent(picture)
        );
        await Json.ReadAsync(unknown, HttpStatusCode.NotFound);
        Assert.Empty(Directory.Exists(live.Folder) ? Directory.GetFiles(live.Folder) : []);
    }

    [Fact]
    public async Task What_is_no_small_picture_is_refused()
    {
        var live = await StartedLive.StartAsync(server);
        var picture = await JpegAsync("320x180");

        await PutAsync(live, live.Owner, [], HttpStatusCode.UnsupportedMediaType);
        await PutAsync(live, live.Owner, "GIF89a"u8.ToArray(), HttpStatusCode.UnsupportedMediaType);
        await PutAsync(live, live.Owner, picture[..20], HttpStatusCode.UnsupportedMediaType);
        await PutAsync(live, live.Owner, await JpegAsync("1922x16"), HttpStatusCode.BadRequest);
        await PutAsync(
            live,
            live.Owner,
            [.. picture, .. new byte[300 << 10]],
            HttpStatusCode.RequestEntityTooLarge
        );
        Assert.Empty(Directory.Exists(live.Folder) ? Directory.GetFiles(live.Folder) : []);
    }

    [Fact]
    public async Task Size_is_read_as_the_encoder_wrote_it_and_nowhere_beyond_the_end()
    {
        foreach (var (width, height) in new[] { (640, 360), (18, 4000), (2, 2) })
        {
            var picture = await JpegAsync($"{width}x{height}");

            Assert.True(JpegHead.TryReadSize(picture, out var readWidth, out var readHeight));
            Assert.Equal((width, height), (readWidth, readHeight));
            for (var cut = 0; cut < 200; cut++)
            {
                _ = JpegHead.TryReadSize(
                    picture.AsSpan(0, Math.Min(cut, picture.Length)),
                    out _,
                    out _
                );
            }
        }
    }

    private static async Task<byte[]> JpegAsync(string size)
    {
        var file = Path.Combine(Scratch.Folder(), $"{size}.jpg");
        var (exit, _, errors) = await Tool.RunAsync(
            "ffmpeg",
            [
                "-v",
                "error",
                "-y",
                "-f",
                "lavfi",
                "-i",
                $"testsrc2=size={size}",
                "-frames:v",
                "1",
                file,
            ]
        );
        Assert.True(exit == 0, errors);
        return await File.ReadAllBytesAsync(file);
    }

    private static async Task PutAsync(
        StartedLive live,
        Member member,
        byte[] picture,
        HttpStatusCode expected
    )
    {
        using var content = new ByteArrayContent(picture);
        content.Headers.ContentType = new MediaTypeHeaderValue("image/jpeg");
        using var answer = await member.Client.PutAsync(
            $"/api/posts/live/{live.Id}/thumbnail/",
            content
        );
        Assert.Equal(expected, answer.StatusCode);
    }
}
