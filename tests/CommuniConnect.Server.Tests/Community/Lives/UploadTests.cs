using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using CommuniConnect.Server.Tests.Support;
using Xunit;

namespace CommuniConnect.Server.Tests.Community.Lives;

public sealed class UploadTests(ServerFixture server) : IClassFixture<ServerFixture>
{
    [Fact]
    public async Task Recording_without_duration_and_cues_becomes_seekable()
    {
        var live = await EndedAsync();
        var source = await Footage.Vp8OpusAsync(4);

        var media = await UploadAsync(live, live.Owner, await File.ReadAllBytesAsync(source));

        Assert.InRange((double)media.GetProperty("duration").GetDecimal(), 3.9, 4.1);
        Assert.Equal(160, media.Int("width"));
        var file = await live.DownloadAsync(media.Text("file_url"));
        Assert.Equal(await Tool.PacketsAsync(source), await Tool.PacketsAsync(file));
        var (_, structure, _) = await Tool.RunAsync("mkvinfo", "-a", file);
        Assert.Contains("Cues", structure, StringComparison.Ordinal);
        Assert.Contains("Duration", structure, StringComparison.Ordinal);
        var post = await live.GetAsync();
        Assert.Equal(media.Int("id"), post.GetProperty("media_files")[0].Int("id"));
    }

    [Fact]
    public async Task Recording_that_was_cut_keeps_what_is_whole()
    {
        var live = await EndedAsync();
        var bytes = await File.ReadAllBytesAsync(await Footage.Vp8OpusAsync(4));

        var media = await UploadAsync(live, live.Owner, bytes[..(bytes.Length / 2)]);

        Assert.InRange((double)media.GetProperty("duration").GetDecimal(), 1, 3.5);
        await Tool.ProbeAsync(await live.DownloadAsync(media.Text("file_url")), "format=duration");
    }

    [Theory]
    [InlineData("text")]
    [InlineData("empty")]
    [InlineData("header only")]
    [InlineData("noise")]
    public async Task What_cannot_be_played_is_refused_and_leaves_nothing(string kind)
    {
        var live = await EndedAsync();
        var bytes = kind switch
        {
            "text" => Encoding.UTF8.GetBytes("Bonjour"),
            "empty" => [],
            "header only" => (await File.ReadAllBytesAsync(await Footage.Vp8OpusAsync(2)))[..300],
            _ => [.. Enumerable.Range(0, 300_000).Select(i => (byte)(i * 7919 >> 3))],
        };

        var error = await UploadAsync(live, live.Owner, bytes, HttpStatusCode.BadRequest);

        Assert.Equal("video", error.Text("field"));
        Assert.Empty(
            Directory.Exists(live.Folder) ? Directory.GetFileSystemEntries(live.Folder) : []
        );
        Assert.Equal(0, (await live.GetAsync()).GetProperty("media_files").GetArrayLength());
    }

    [Fact]
    public async Task Form_without_the_field_or_no_form_is_told_so()
    {
        var live = await EndedAsync();
        var path = $"/api/posts/live/{live.Id}/upload-video/";
        var client = live.Owner.Client;

        using var other = new MultipartFormDataContent
        {
            { new ByteArrayContent([1]), "film", "a.webm" },
        };
        using var none = await client.PostAsync(path, other);
        await Json.ReadAsync(none, HttpStatusCode.BadRequest);
        using var json = await client.PostAsync(
            path,
            new StringContent("{}", Encoding.UTF8, "application/json")
        );
        await Json.ReadAsync(json, HttpStatusCode.UnsupportedMediaType);
        using var nothing = await client.PostAsync(path, content: null);
        await Json.ReadAsync(nothing, HttpStatusCode.UnsupportedMediaType);
        using var cut = new ByteArrayContent("--x\r\nContent-Disposition: form-data"u8.ToArray());
        cut.Headers.ContentType = MediaTypeHeaderValue.Parse("multipart/form-data; boundary=x");
        using var broken = await client.PostAsync(path, cut);
        await Json.ReadAsync(broken, HttpStatusCode.BadRequest);
        using var missing = new ByteArrayContent([1]);
        missing.Headers.ContentType = MediaTypeHeaderValue.Parse("multipart/form-data");
        using var noBoundary = await client.PostAsync(path, missing);
        await Json.ReadAsync(noBoundary, HttpStatusCode.UnsupportedMediaType);
    }

    [Fact]
    public async Task Only_the_owner_and_moderators_attach_and_only_to_lives()
    {
        var live = await EndedAsync();
        var other = await server.NewMemberAsync();
        var moderator = await server.NewModeratorAsync();
        var bytes = await File.ReadAllBytesAsync(await Footage.Vp8OpusAsync(2));

        await UploadAsync(live, other, bytes, HttpStatusCode.Forbidden);
        await UploadAsync(live, moderator, bytes);
        using var content = new MultipartFormDataContent
        {
            { new ByteArrayContent(bytes), "video", "a.webm" },
        };
        using var unknown = await moderator.Client.PostAsync(
            "/api/posts/live/999999/upload-video/",
            content
        );
        await Json.ReadAsync(unknown, HttpStatusCode.NotFound);
    }

    private async Task<StartedLive> EndedAsync()
    {
        var live = await StartedLive.StartAsync(server);
        await live.StopAsync();
        return live;
    }

    private static async Task<JsonElement> UploadAsync(
        StartedLive live,
        Member member,
        byte[] bytes,
        HttpStatusCode expected = HttpStatusCode.Created
    )
    {
        using var form = new MultipartFormDataContent
        {
            { new ByteArrayContent(bytes), "video", "film.webm" },
        };
        using var answer = await member.Client.PostAsync(
            $"/api/posts/live/{live.Id}/upload-video/",
            form
        );
        return await Json.ReadAsync(answer, expected);
    }
}
