using System.Net;
using System.Net.Sockets;
using System.Text;
using CommuniConnect.Media;
using CommuniConnect.Media.WebM;
using CommuniConnect.Server.Broadcast.OnAir;
using CommuniConnect.Server.Tests.Support;
using Xunit;

namespace CommuniConnect.Server.Tests.Broadcast;

/// <summary>What FFmpeg and scripts rely on when they publish by a plain POST.</summary>
public sealed class HttpIngestTests(ServerFixture server) : IClassFixture<ServerFixture>
{
    private const string Chunked = "Transfer-Encoding: chunked";
    private const string Endless = "Content-Length: 99999999";

    [Fact]
    public async Task FFmpeg_in_real_time_is_recorded_packet_by_packet()
    {
        var live = await StartedLive.StartAsync(server);
        var source = await Footage.Vp8OpusAsync(2);
        using var ffmpeg = live.Ffmpeg(source, "-re");
        await ffmpeg.WaitForExitAsync().WithinAsync();
        Assert.Equal(0, ffmpeg.ExitCode);
        await live.UntilAsync(LiveStatus.Interrupted); // FFmpeg does not wait for the answer

        var file = await live.DownloadAsync((await live.StopAsync()).Text("video_url"));

        Assert.Equal(await Tool.PacketsAsync(source), await Tool.PacketsAsync(file));
    }

    [Fact]
    public async Task Publisher_that_hangs_up_with_its_last_byte_is_recorded_to_the_last_packet()
    {
        var live = await StartedLive.StartAsync(server);
        var source = await Footage.NoiseAsync(2);
        var media = await File.ReadAllBytesAsync(source);
        byte[] chunks =
        [
            .. Encoding.ASCII.GetBytes($"{media.Length:x}\r\n"),
            .. media,
            .. "\r\n0\r\n\r\n"u8,
        ];
        using (await RawPostAsync(live.Ingest, Chunked, chunks)) { }
        await live.UntilAsync(LiveStatus.Interrupted);

        var file = await live.DownloadAsync((await live.StopAsync()).Text("video_url"));

        Assert.Equal(await Tool.PacketsAsync(source), await Tool.PacketsAsync(file));
    }

    [Theory]
    [InlineData("POST", false)]
    [InlineData("PUT", false)]
    [InlineData("POST", true)]
    public async Task Whole_file_by_any_method_is_answered_with_what_arrived(
        string method,
        bool chunked
    )
    {
        var live = await StartedLive.StartAsync(server);
        var source = await Footage.Vp8OpusAsync(2);
        using var request = new HttpRequestMessage(new HttpMethod(method), live.Ingest)
        {
            Content = new ByteArrayContent(await File.ReadAllBytesAsync(source)),
        };
        request.Headers.TransferEncodingChunked = chunked;

        using var answer = await server.Anonymous().SendAsync(request);

        var received = await Json.ReadAsync(answer, HttpStatusCode.OK);
        Assert.Equal(new FileInfo(source).Length, received.GetProperty("bytes").GetInt64());
        await live.UntilAsync(LiveStatus.Interrupted);
        await live.StopAsync();
    }

    [Fact]
    public async Task Second_publisher_replaces_the_first_which_gets_409()
    {
        var live = await StartedLive.StartAsync(server);
        var media = await File.ReadAllBytesAsync(await Footage.Vp8OpusAsync(2));
        using var first = await RawPostAsync(live.Ingest, Endless, media);
        await live.UntilAsync(LiveStatus.Live);

        await live.PublishAsync(await Footage.Vp8OpusAsync(2));

        Assert.StartsWith("HTTP/1.1 409", await ReadHeadAsync(first), StringComparison.Ordinal);
        Assert.Equal(2, live.Snapshot?.Takes);
        await live.StopAsync();
    }

    [Fact]
    public async Task Wrong_addresses_are_not_found_and_ended_lives_take_nothing()
    {
        var live = await StartedLive.StartAsync(server);
        var other = await StartedLive.StartAsync(server);
        var path = live.Ingest.AbsolutePath;
        await other.StopAsync();

        foreach (
            var wrong in new[]
            {
                path + "a",
                path[..^1],
                path.Replace("live_", "live_1", StringComparison.Ordinal),
                path.Replace($"_{live.Id}-", $"_{other.Id}-", StringComparison.Ordinal),
                "/ingest/x",
                "/ingest/live_1_2-",
                "/ingest/live_999999999999_2-x",
                "/ingest/%ff%fe",
            }
        )
        {
            using var refused = await server
                .Anonymous()
                .PostAsync(wrong, new ByteArrayContent([1, 2, 3]));
            await Json.ReadAsync(refused, HttpStatusCode.NotFound);
        }
        using var over = await server
            .Anonymous()
            .PostAsync(other.Ingest, new ByteArrayContent([1, 2, 3]));
        await Json.ReadAsync(over, HttpStatusCode.Conflict);
        await server.Anonymous().GetAsync(path, HttpStatusCode.BadRequest);
        using var badTake = await server
            .Anonymous()
            .PostAsync($"{path}?take=abc", new ByteArrayContent([1]));
        await Json.ReadAsync(badTake, HttpStatusCode.BadRequest);
        Assert.Equal(LiveStatus.Waiting, live.Snapshot?.Status);
        await live.StopAsync();
    }

    [Fact]
    public async Task Body_that_breaks_the_rules_of_HTTP_is_told_so()
    {
        var live = await StartedLive.StartAsync(server);
        using var client = await RawPostAsync(live.Ingest, Chunked, "zz\r\n"u8.ToArray());

        Assert.StartsWith("HTTP/1.1 400", await ReadHeadAsync(client), StringComparison.Ordinal);
        await live.UntilAsync(LiveStatus.Waiting);
        await live.PublishAsync(await Footage.Vp8OpusAsync(2));
        Assert.True((await live.StopAsync()).GetProperty("video_saved").GetBoolean());
    }

    [Fact]
    public async Task Publisher_that_vanishes_leaves_an_interrupted_live_that_ends_by_itself()
    {
        var live = await StartedLive.StartAsync(server);
        var media = await File.ReadAllBytesAsync(await Footage.Vp8OpusAsync(4));
        using (await RawPostAsync(live.Ingest, Endless, media[..(media.Length / 2)]))
        {
            await live.UntilAsync(LiveStatus.Live);
        }
        var interrupted = await live.UntilAsync(LiveStatus.Interrupted);
        Assert.NotNull(interrupted.ReconnectUntil);

        server.Time.Advance(TimeSpan.FromSeconds(85));
        Assert.Equal(LiveStatus.Interrupted, live.Snapshot?.Status);
        server.Time.Advance(TimeSpan.FromSeconds(10));

        await live.UntilEndedAsync();
        var stopped = await live.StopAsync();
        Assert.True(stopped.GetProperty("video_saved").GetBoolean());
        var file = await live.DownloadAsync(stopped.Text("video_url"));
        Assert.Contains(
            "vp8",
            await Tool.ProbeAsync(file, "stream=codec_name"),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Live_that_never_gets_media_ends_by_itself_without_a_replay()
    {
        var live = await StartedLive.StartAsync(server);
        server.Time.Advance(TimeSpan.FromMinutes(14));
        Assert.Equal(LiveStatus.Waiting, live.Snapshot?.Status);
        server.Time.Advance(TimeSpan.FromMinutes(2));
        await live.SignInAgainAsync();

        await live.UntilEndedAsync();

        Assert.False((await live.StopAsync()).GetProperty("video_saved").GetBoolean());
    }

    [Theory]
    [InlineData("sound only")]
    [InlineData("picture only")]
    [InlineData("no keyframe")]
    [InlineData("sound comes late")]
    [InlineData("sound never comes")]
    public async Task Streams_that_lack_something_become_clean_replays(string kind)
    {
        var live = await StartedLive.StartAsync(server);
        var media = kind switch
        {
            "sound only" => await File.ReadAllBytesAsync(await Footage.AudioOnlyAsync(2)),
            "picture only" => await File.ReadAllBytesAsync(await Footage.VideoOnlyAsync(2)),
            "no keyframe" => await ChangedAsync(p => p with { IsKeyframe = p.TrackNumber != 1 }),
            "sound comes late" => await ChangedAsync(p =>
                p.TrackNumber == 2 && p.Timestamp.TotalMilliseconds < 1_500 ? null : p
            ),
            _ => await ChangedAsync(p => p.TrackNumber == 2 ? null : p),
        };

        using var answer = await server
            .Anonymous()
            .PostAsync(live.Ingest, new ByteArrayContent(media));
        await Json.ReadAsync(answer, HttpStatusCode.OK);

        await AssertCleanAsync(live, 1.9, 4.1);
    }

    [Theory]
    [InlineData(-3_600_000)]
    [InlineData(3_600_000)]
    [InlineData(5L * 365 * 24 * 3_600_000)]
    [InlineData(50L * 365 * 24 * 3_600_000)]
    public async Task Clock_that_jumps_in_the_middle_keeps_one_timeline(long jumpMilliseconds)
    {
        var live = await StartedLive.StartAsync(server);
        var start = MediaTime.FromMilliseconds(jumpMilliseconds < 0 ? 7_200_000 : 0);
        var jump = MediaTime.FromMilliseconds(jumpMilliseconds);
        var media = await ChangedAsync(p =>
            p with
            {
                Timestamp =
                    p.Timestamp
                    + start
                    + (p.Timestamp.TotalMilliseconds < 2_000 ? MediaTime.Zero : jump),
            }
        );

        using var answer = await server
            .Anonymous()
            .PostAsync(live.Ingest, new ByteArrayContent(media));
        await Json.ReadAsync(answer, HttpStatusCode.OK);

        await AssertCleanAsync(live, 3.9, 4.3);
    }

    /// <summary>Four seconds of footage, each packet changed or left out.</summary>
    private static async Task<byte[]> ChangedAsync(Func<MediaPacket, MediaPacket?> change)
    {
        var reader = new WebMReader();
        reader.Push(await File.ReadAllBytesAsync(await Footage.Vp8OpusAsync(4)));
        var bytes = new List<byte>();
        while (true)
        {
            switch (reader.Read())
            {
                case WebMReadResult.Tracks:
                    bytes.AddRange(WebMStream.Header(reader.Tracks));
                    break;
                case WebMReadResult.Packet:
                    if (change(reader.Packet) is { } packet)
                    {
                        bytes.AddRange(WebMStream.Cluster([packet]));
                    }
                    break;
                default:
                    return [.. bytes];
            }
        }
    }

    private static async Task AssertCleanAsync(StartedLive live, double least, double most)
    {
        var stopped = await live.StopAsync();
        Assert.InRange((double)stopped.GetProperty("duration").GetDecimal(), least, most);
        var file = await live.DownloadAsync(stopped.Text("video_url"));
        var duration = await Tool.ProbeAsync(file, "format=duration");
        Assert.InRange(
            double.Parse(duration, System.Globalization.CultureInfo.InvariantCulture),
            least,
            most
        );
    }

    /// <param name="length">The header that says where the body ends.</param>
    private static async Task<TcpClient> RawPostAsync(Uri ingest, string length, byte[] body)
    {
        var client = new TcpClient();
        await client.ConnectAsync(ingest.Host, ingest.Port);
        var head = $"POST {ingest.PathAndQuery} HTTP/1.1\r\nHost: a\r\n{length}\r\n\r\n";
        byte[] request = [.. Encoding.ASCII.GetBytes(head), .. body];
        await client.GetStream().WriteAsync(request);
        return client;
    }

    private static async Task<string> ReadHeadAsync(TcpClient client)
    {
        var buffer = new byte[4096];
        var read = await client.GetStream().ReadAsync(buffer).AsTask().WithinAsync();
        return Encoding.ASCII.GetString(buffer, 0, read);
    }
}
