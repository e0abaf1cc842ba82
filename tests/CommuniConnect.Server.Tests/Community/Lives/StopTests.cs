using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using CommuniConnect.Server.Broadcast.OnAir;
using CommuniConnect.Server.Tests.Support;
using Xunit;

namespace CommuniConnect.Server.Tests.Community.Lives;

/// <summary>A stop answers in every state of a live, and what it answers can be watched at once.</summary>
public sealed class StopTests(ServerFixture server) : IClassFixture<ServerFixture>
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Stop_while_FFmpeg_publishes_keeps_what_was_sent(bool force)
    {
        var live = await StartedLive.StartAsync(server);
        using var ffmpeg = live.Ffmpeg(await Footage.Vp8OpusAsync(20), "-re");
        await live.UntilAsync(s => s.Duration > TimeSpan.FromSeconds(1));

        var stopped = await live.StopAsync(force);

        await ffmpeg.WaitForExitAsync().WithinAsync();
        var file = await ReplayOfAsync(live, stopped);
        Assert.InRange(await DurationAsync(file), 1, 15);
        Assert.Equal(
            (double)stopped.GetProperty("duration").GetDecimal(),
            await DurationAsync(file),
            precision: 1
        );
        await AssertSeekableAsync(file);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Stop_of_a_studio_tells_it_why_and_keeps_every_packet(bool force)
    {
        var live = await StartedLive.StartAsync(server);
        var source = await Footage.Vp8OpusAsync(4);
        await using var studio = await StudioSocket.ConnectAsync(live.Ingest);
        await studio.SendAsync(await File.ReadAllBytesAsync(source));
        await live.UntilAsync(s => s.Duration > TimeSpan.FromSeconds(3.9));

        var stopped = await live.StopAsync(force);

        var ended = await studio.NextAsync("ended");
        Assert.Equal(force ? "force_stopped" : "stopped", ended.Text("reason"));
        var file = await ReplayOfAsync(live, stopped);
        Assert.Equal(await Tool.PacketsAsync(source), await Tool.PacketsAsync(file));
        Assert.InRange(await DurationAsync(file), 3.9, 4.1);
        await AssertSeekableAsync(file);
    }

    [Fact]
    public async Task Moderator_says_why_and_the_audit_trail_keeps_it()
    {
        var live = await StartedLive.StartAsync(server);
        var moderator = await server.NewModeratorAsync();
        await using var studio = await StudioSocket.ConnectAsync(live.Ingest);
        await studio.SendAsync(await File.ReadAllBytesAsync(await Footage.Vp8OpusAsync(2)));
        await live.UntilAsync(LiveStatus.Live);
        var stop = $"/api/posts/live/{live.Id}/stop/";
        foreach (var wrong in new[] { new string('x', 301), "a\0b" })
        {
            await moderator.Client.PutAsync(
                stop,
                new { reason = wrong },
                HttpStatusCode.BadRequest
            );
        }

        await moderator.Client.PutAsync(
            stop,
            new
            {
                force = true,
                reason = " Propos haineux. ",
                unknown = 1,
            },
            HttpStatusCode.OK
        );

        var ended = await studio.NextAsync("ended");
        Assert.Equal("force_stopped", ended.Text("reason"));
        Assert.EndsWith("Motif : Propos haineux.", ended.Text("detail"), StringComparison.Ordinal);
        await TakeUpload.ByKey(live, studio.Take).RefusedAsync(HttpStatusCode.Conflict, "0");
        var view = await live.GetAsync();
        Assert.Equal("force_stopped", view.Text("end_reason"));
        Assert.Equal("Propos haineux.", view.Text("end_explanation"));
        var own = await StartedLive.StartAsync(server, live.Owner);
        await own.Owner.Client.PutAsync(
            $"/api/posts/live/{own.Id}/stop/",
            new { reason = "Fini" },
            HttpStatusCode.OK
        );
        Assert.Null((await own.GetAsync()).Text("end_explanation"));

        const string trail = "/api/moderation/stops/";
        await live.Owner.Client.GetAsync(trail, HttpStatusCode.Forbidden);
        await server.Anonymous().GetAsync(trail, HttpStatusCode.Unauthorized);
        await moderator.Client.GetAsync($"{trail}?page=0", HttpStatusCode.BadRequest);
        var stops = (await moderator.Client.GetAsync(trail, HttpStatusCode.OK)).GetProperty(
            "results"
        );
        var (second, first) = (stops[0], stops[1]);
        Assert.Equal((own.Id, live.Owner.Id), (second.Int("live_id"), second.Int("member_id")));
        Assert.Equal((live.Id, moderator.Id), (first.Int("live_id"), first.Int("member_id")));
        Assert.Equal(live.Owner.Id, first.Int("author_id"));
        Assert.Equal("Propos haineux.", first.Text("reason"));
        Assert.True(first.GetProperty("forced").GetBoolean());
    }

    [Fact]
    public async Task Stop_of_an_interrupted_live_keeps_its_replay()
    {
        var live = await StartedLive.StartAsync(server);
        await live.PublishAsync(await Footage.Vp8OpusAsync(2));
        await live.UntilAsync(LiveStatus.Interrupted);

        var file = await ReplayOfAsync(live, await live.StopAsync());

        Assert.InRange(await DurationAsync(file), 1.9, 2.1);
    }

    [Fact]
    public async Task Stop_does_not_wait_for_a_publisher_that_hangs()
    {
        var live = await StartedLive.StartAsync(server);
        var media = await File.ReadAllBytesAsync(await Footage.Vp8OpusAsync(4));
        using var hanging = new TcpClient();
        await hanging.ConnectAsync(live.Ingest.Host, live.Ingest.Port);
        var stream = hanging.GetStream();
        await stream.WriteAsync(
            Encoding.ASCII.GetBytes(
                $"POST {live.Ingest.PathAndQuery} HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999\r\n\r\n"
            )
        );
        await stream.WriteAsync(media.AsMemory(0, media.Length / 2));
        await live.UntilAsync(s => s.Duration > TimeSpan.FromSeconds(1));

        var stopped = await live.StopAsync();

        Assert.InRange(await DurationAsync(await ReplayOfAsync(live, stopped)), 1, 3);
    }

    [Fact]
    public async Task Two_stops_at_once_and_any_after_them_get_the_same_answer()
    {
        var live = await StartedLive.StartAsync(server);
        var moderator = await server.NewModeratorAsync();
        await live.PublishAsync(await Footage.Vp8OpusAsync(2));

        var answers = await Task.WhenAll(
            Enumerable
                .Range(0, 8)
                .Select(i =>
                    (i % 2 == 0 ? live.Owner : moderator).Client.PutAsync(
                        $"/api/posts/live/{live.Id}/stop/",
                        new { force = i > 3 },
                        HttpStatusCode.OK
                    )
                )
        );
        var again = await live.StopAsync();
        await server.RestartAsync();
        await live.SignInAgainAsync();
        var afterRestart = await live.StopAsync(force: true);

        Assert.All(answers, answer => Assert.Equal($"{again}", $"{answer}"));
        Assert.Equal(again.Int("video_id"), afterRestart.Int("video_id"));
        Assert.Equal(
            new Uri(again.Text("video_url")!).PathAndQuery,
            new Uri(afterRestart.Text("video_url")!).PathAndQuery
        );
        Assert.Equal(
            again.GetProperty("duration").GetDecimal(),
            afterRestart.GetProperty("duration").GetDecimal()
        );
        Assert.InRange(await DurationAsync(await ReplayOfAsync(live, afterRestart)), 1.9, 2.1);
    }

    [Fact]
    public async Task Live_that_was_running_at_a_restart_is_interrupted_and_can_be_stopped()
    {
        var live = await StartedLive.StartAsync(server);
        var source = await Footage.Vp8OpusAsync(4);
        await using var studio = await StudioSocket.ConnectAsync(live.Ingest);
        await studio.SendAsync(await File.ReadAllBytesAsync(source));
        await live.UntilAsync(s => s.Duration > TimeSpan.FromSeconds(3.9));

        await server.RestartAsync().WithinAsync();
        await live.SignInAgainAsync();

        Assert.Equal(LiveStatus.Interrupted, live.Snapshot?.Status);
        Assert.True((await live.GetAsync()).GetProperty("is_live_post").GetBoolean());
        var file = await ReplayOfAsync(live, await live.StopAsync());
        Assert.InRange(await DurationAsync(file), 3.9, 4.1);
        Assert.Equal(await Tool.PacketsAsync(source), await Tool.PacketsAsync(file));
    }

    [Theory]
    [InlineData("viewer")]
    [InlineData("viewer of a waiting live")]
    [InlineData("encoder")]
    [InlineData("studio")]
    public async Task Restart_waits_for_neither_viewers_nor_publishers(string who)
    {
        var live = await StartedLive.StartAsync(server);
        using var client = new HttpClient();
        var there = who switch
        {
            "viewer" or "viewer of a waiting live" => client.GetAsync(
                live.Watch,
                HttpCompletionOption.ResponseHeadersRead
            ),
            "encoder" => live.Ffmpeg(await Footage.Vp8OpusAsync(20), "-re").WaitForExitAsync(),
            _ => (await StudioSocket.ConnectAsync(live.Ingest)).Closed,
        };
        if (who is "viewer")
        {
            await live.PublishAsync(await Footage.Vp8OpusAsync(2));
        }
        await live.UntilAsync(s =>
            s.Viewers == 1 || s.Status == LiveStatus.Live || who == "studio"
        );

        await server.RestartAsync().WaitAsync(TimeSpan.FromSeconds(10));

        await there.WithinAsync();
        await live.SignInAgainAsync();
        await live.StopAsync();
    }

    [Theory]
    [InlineData("garbage")]
    [InlineData("deleted")]
    [InlineData("cut to 10 bytes")]
    [InlineData("empty")]
    [InlineData("folder gone")]
    [InlineData("folder is a file")]
    [InlineData("part is a folder")]
    public async Task Damaged_recording_can_be_stopped_and_never_keeps_the_server_down(string how)
    {
        var damaged = await StartedLive.StartAsync(server);
        var beside = await StartedLive.StartAsync(server);
        await damaged.PublishAsync(await Footage.Vp8OpusAsync(2));
        await beside.PublishAsync(await Footage.Vp8OpusAsync(2));

        await server.RestartAsync(() => Damage(damaged, how)).WithinAsync();

        await damaged.SignInAgainAsync();
        await beside.SignInAgainAsync();
        var stopped = await damaged.StopAsync();
        Assert.False(stopped.GetProperty("video_saved").GetBoolean());
        Assert.Equal(JsonValueKind.Null, stopped.GetProperty("video_id").ValueKind);
        Assert.Equal($"{stopped}", $"{await damaged.StopAsync(force: true)}");
        var file = await ReplayOfAsync(beside, await beside.StopAsync());
        Assert.InRange(await DurationAsync(file), 1.9, 2.1);
    }

    [Theory]
    [InlineData("garbage")]
    [InlineData("deleted")]
    [InlineData("part is a folder")]
    public async Task Live_with_a_damaged_recording_goes_on_with_a_new_part(string how)
    {
        var live = await StartedLive.StartAsync(server);
        await live.PublishAsync(await Footage.Vp8OpusAsync(2));
        await server.RestartAsync(() => Damage(live, how)).WithinAsync();
        await live.SignInAgainAsync();

        await live.PublishAsync(await Footage.Vp8OpusAsync(4));

        Assert.InRange(
            await DurationAsync(await ReplayOfAsync(live, await live.StopAsync())),
            3.9,
            4.1
        );
    }

    [Fact]
    public async Task Recording_that_cannot_be_written_ends_that_live_with_what_it_has()
    {
        var live = await StartedLive.StartAsync(server);
        var beside = await StartedLive.StartAsync(server);
        await live.PublishAsync(await Footage.Vp8OpusAsync(2));
        Directory.CreateDirectory(Path.Combine(live.Folder, "part-002.webm")); // where the next one belongs

        await using var studio = await StudioSocket.ConnectAsync(live.Ingest);
        await studio.SendAsync(await File.ReadAllBytesAsync(await Footage.Vp9OpusAsync(2)));
        await studio.CompleteAsyncOrEndedAsync();

        await live.UntilEndedAsync();
        Assert.InRange(
            await DurationAsync(await ReplayOfAsync(live, await live.StopAsync())),
            1.9,
            2.1
        );
        await beside.PublishAsync(await Footage.Vp8OpusAsync(2));
        await ReplayOfAsync(beside, await beside.StopAsync());
    }

    private static void Damage(StartedLive live, string how)
    {
        switch (how)
        {
            case "garbage":
                File.WriteAllBytes(live.PartPath, [.. Enumerable.Repeat((byte)0x5A, 70_000)]);
                break;
            case "deleted":
                File.Delete(live.PartPath);
                break;
            case "cut to 10 bytes":
                File.WriteAllBytes(live.PartPath, File.ReadAllBytes(live.PartPath)[..10]);
                break;
            case "empty":
                File.WriteAllBytes(live.PartPath, []);
                break;
            case "folder gone":
                Directory.Delete(live.Folder, recursive: true);
                break;
            case "folder is a file":
                Directory.Delete(live.Folder, recursive: true);
                File.WriteAllBytes(live.Folder, [1]);
                break;
            default:
                File.Delete(live.PartPath);
                Directory.CreateDirectory(live.PartPath);
                break;
        }
    }

    private static async Task<string> ReplayOfAsync(StartedLive live, JsonElement stopped)
    {
        Assert.True(stopped.GetProperty("video_saved").GetBoolean(), $"{stopped}");
        return await live.DownloadAsync(stopped.Text("video_url"));
    }

    private static async Task<double> DurationAsync(string file) =>
        double.Parse(
            await Tool.ProbeAsync(file, "format=duration"),
            System.Globalization.CultureInfo.InvariantCulture
        );

    private static async Task AssertSeekableAsync(string file)
    {
        var (_, structure, _) = await Tool.RunAsync("mkvinfo", "-a", file);
        Assert.Contains("Cues", structure, StringComparison.Ordinal);
        Assert.Contains("Seek head", structure, StringComparison.Ordinal);
        Assert.Contains("Duration", structure, StringComparison.Ordinal);
    }
}
