using System.Net;
using System.Net.Http.Headers;
using CommuniConnect.Server.Tests.Support;
using Xunit;

namespace CommuniConnect.Server.Tests.Community.Lives;

public sealed class ReplayTests(ServerFixture server) : IClassFixture<ServerFixture>
{
    [Fact]
    public async Task Ranges_are_served_at_once_after_the_stop()
    {
        var (url, bytes) = await ReplayAsync();

        using var part = await SendAsync(url, r => r.Headers.Range = new(100, 199));
        using var last = await SendAsync(url, r => r.Headers.Range = new(null, 50));
        using var beyond = await SendAsync(url, r => r.Headers.Range = new(bytes.Length, null));

        Assert.Equal(HttpStatusCode.PartialContent, part.StatusCode);
        Assert.Equal("video/webm", part.Content.Headers.ContentType?.MediaType);
        Assert.Equal(
            $"bytes 100-199/{bytes.Length}",
            part.Content.Headers.ContentRange?.ToString()
        );
        Assert.Equal(bytes[100..200], await part.Content.ReadAsByteArrayAsync());
        Assert.Equal(bytes[^50..], await last.Content.ReadAsByteArrayAsync());
        Assert.Equal(HttpStatusCode.RequestedRangeNotSatisfiable, beyond.StatusCode);
        Assert.Equal($"bytes */{bytes.Length}", beyond.Content.Headers.ContentRange?.ToString());
    }

    [Fact]
    public async Task Entity_tag_spares_a_second_download_and_guards_a_resumed_one()
    {
        var (url, bytes) = await ReplayAsync();
        using var whole = await SendAsync(url, _ => { });
        var tag = whole.Headers.ETag!;

        using var known = await SendAsync(url, r => r.Headers.IfNoneMatch.Add(tag));
        using var resumed = await SendAsync(
            url,
            r =>
            {
                r.Headers.Range = new(10, 19);
                r.Headers.IfRange = new RangeConditionHeaderValue(tag);
            }
        );
        using var changed = await SendAsync(
            url,
            r =>
            {
                r.Headers.Range = new(10, 19);
                r.Headers.IfRange = new RangeConditionHeaderValue(
                    new EntityTagHeaderValue("\"other\"")
                );
            }
        );

        Assert.False(tag.IsWeak);
        Assert.Equal(HttpStatusCode.NotModified, known.StatusCode);
        Assert.Equal(HttpStatusCode.PartialContent, resumed.StatusCode);
        Assert.Equal(HttpStatusCode.OK, changed.StatusCode);
        Assert.Equal(bytes, await changed.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task Head_tells_size_and_type_without_a_body()
    {
        var (url, bytes) = await ReplayAsync();

        using var head = await SendAsync(url, r => r.Method = HttpMethod.Head);

        Assert.Equal(HttpStatusCode.OK, head.StatusCode);
        Assert.Equal(bytes.Length, head.Content.Headers.ContentLength);
        Assert.Equal("video/webm", head.Content.Headers.ContentType?.MediaType);
        Assert.Contains("bytes", head.Headers.AcceptRanges);
        Assert.Empty(await head.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task Other_addresses_show_nothing()
    {
        var (url, _) = await ReplayAsync();
        var path = url.PathAndQuery;

        foreach (
            var wrong in new[]
            {
                path.Replace(".webm", ".mp4", StringComparison.Ordinal),
                path.Replace(".webm", "a.webm", StringComparison.Ordinal),
                "/media/1-.webm",
                "/media/0-x.webm",
                "/media/1-..%2f..%2fcommuniconnect.webm",
                "/media/..%5C1-x.webm",
            }
        )
        {
            using var answer = await SendAsync(new Uri(server.BaseAddress, wrong), _ => { });
            Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        }
    }

    private async Task<(Uri Url, byte[] Bytes)> ReplayAsync()
    {
        var live = await StartedLive.StartAsync(server);
        await live.PublishAsync(await Footage.Vp8OpusAsync(2));
        var url = (await live.StopAsync()).Text("video_url");
        return (new Uri(url!), await File.ReadAllBytesAsync(await live.DownloadAsync(url)));
    }

    private async Task<HttpResponseMessage> SendAsync(Uri url, Action<HttpRequestMessage> with)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, url);
        with(request);
        return await server.Anonymous().SendAsync(request);
    }
}
