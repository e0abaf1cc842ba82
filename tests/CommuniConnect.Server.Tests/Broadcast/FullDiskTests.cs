using System.Net;
using System.Net.Http.Headers;
using CommuniConnect.Server.Tests.Support;
using Xunit;

namespace CommuniConnect.Server.Tests.Broadcast;

/// <summary>A disk that fills up, a real one: nothing begins, what runs ends loudly and whole, and all goes on when there is room again.</summary>
public sealed class FullDiskTests
{
    private const int DiskMegabytes = 96;
    private const int ToStart = 50;
    private const int ToGoOn = 25;

    [Fact]
    public async Task Below_the_limits_nothing_begins_and_the_lives_end_with_their_replay()
    {
        await using var disk = await SmallDisk.MakeAsync(DiskMegabytes);
        await using var server = new ServerProcess(disk.Folder, Limits(ToStart, ToGoOn));
        await server.StartAsync();
        await server.RegisterAsync();
        var (id, ingest) = await server.NewLiveAsync();
        var source = await Footage.Vp8OpusAsync(4);
        var bytes = await File.ReadAllBytesAsync(source);
        await using var studio = await StudioSocket.ConnectAsync(new Uri(server.Address, ingest));
        await studio.SendAsync(bytes.AsMemory(0, bytes.Length / 2));
        await studio.UntilDurableAsync(1);

        var filler = disk.Fill(leftBytes: 40_000_000);
        var problem = await server.Client.PostAsync(
            "/api/posts/live/start/",
            new { title = "Direct" },
            HttpStatusCode.InsufficientStorage
        );
        Assert.Contains("place", problem.Text("detail"), StringComparison.Ordinal);
        await RefuseUploadAsync(server, id);
        Assert.Equal("live", (await server.LiveAsync(id)).Text("status"));

        var more = disk.Fill(leftBytes: 15_000_000);
        var ended = await studio.NextAsync("ended");
        Assert.Equal("disk_full", ended.Text("reason"));
        Assert.Contains("place", ended.Text("detail"), StringComparison.Ordinal);
        var post = await server.PostAsync(id);
        Assert.Equal("ended", post.GetProperty("live").Text("status"));
        Assert.Equal("disk_full", post.Text("end_reason"));
        var replay = await server.ReplayAsync(await server.StopAsync(id));
        Assert.NotEmpty(await Tool.PacketsAsync(replay));
        var tail = TakeUpload.ByOwner(server, id, studio.Take);
        var offset = (await tail.HeadAsync())!.Value.Offset;
        Assert.InRange(offset, studio.DurableOffset, bytes.Length);
        await tail.RefusedAsync(HttpStatusCode.InsufficientStorage, $"{offset}");

        File.Delete(filler);
        File.Delete(more);
        await tail.PatchAsync(offset, bytes.AsMemory((int)offset), complete: true);
        Assert.Equal(
            await Tool.PacketsAsync(source),
            await Tool.PacketsAsync(await server.ReplayAsync(await server.StopAsync(id)))
        );
        await server.NewLiveAsync();
    }

    [Fact]
    public async Task Disk_that_is_really_full_takes_nothing_back()
    {
        await using var disk = await SmallDisk.MakeAsync(DiskMegabytes);
        await using var server = new ServerProcess(disk.Folder, Limits(0, 0));
        await server.StartAsync();
        await server.RegisterAsync();
        var (id, ingest) = await server.NewLiveAsync();
        var source = await Footage.Vp8OpusAsync(20);
        var bytes = await File.ReadAllBytesAsync(source);
        await using var studio = await StudioSocket.ConnectAsync(new Uri(server.Address, ingest));
        await studio.SendAsync(bytes.AsMemory(0, bytes.Length / 2));
        await studio.UntilDurableAsync(1);
        var said = await SayAsync(server, id, "avant", HttpStatusCode.Created);

        var filler = disk.Fill(leftBytes: 0);
        await studio.SendAsync(bytes.AsMemory(bytes.Length / 2));
        var ended = await studio.NextAsync("ended");
        Assert.Equal("recording_failed", ended.Text("reason"));
        var full = await TrySayAsync(server, id);
        Assert.NotEqual(HttpStatusCode.InternalServerError, full);

        File.Delete(filler);
        await Patience.UntilAsync(
            async () => (await server.LiveAsync(id)).Text("status") == "ended",
            "the end is written down once there is room"
        );
        var tail = TakeUpload.ByOwner(server, id, studio.Take);
        var offset = (await tail.HeadAsync())!.Value.Offset;
        Assert.InRange(offset, studio.DurableOffset, bytes.Length);
        await tail.PatchAsync(offset, bytes.AsMemory((int)offset), complete: true);
        Assert.Equal(
            await Tool.PacketsAsync(source),
            await Tool.PacketsAsync(await server.ReplayAsync(await server.StopAsync(id)))
        );
        var messages = await server.Client.GetAsync(
            $"/api/posts/live/{id}/chat/messages/?after=0",
            HttpStatusCode.OK
        );
        Assert.Equal(said, messages.EnumerateArray().First().Int("id"));
    }

    private static string[] Limits(int start, int goOn) =>
        ["--Storage:MegabytesToStart", $"{start}", "--Storage:MegabytesToGoOn", $"{goOn}"];

    private static async Task RefuseUploadAsync(ServerProcess server, int id)
    {
        using var video = new ByteArrayContent([1, 2, 3]);
        video.Headers.ContentType = new MediaTypeHeaderValue("video/webm");
        using var form = new MultipartFormDataContent { { video, "video", "v.webm" } };
        using var answer = await server.Client.PostAsync(
            $"/api/posts/live/{id}/upload-video/",
            form
        );
        await Json.ReadAsync(answer, HttpStatusCode.InsufficientStorage);
    }

    private static async Task<int> SayAsync(
        ServerProcess server,
        int id,
        string content,
        HttpStatusCode expected
    ) =>
        (
            await server.Client.PostAsync($"/api/posts/live/{id}/chat/", new { content }, expected)
        ).Int("id");

    /// <summary>The room of a live that ended because of the disk: refused with a reason, whichever it is.</summary>
    private static async Task<HttpStatusCode> TrySayAsync(ServerProcess server, int id)
    {
        using var body = new StringContent(
            """{"content":"pendant"}""",
            System.Text.Encoding.UTF8,
            "application/json"
        );
        using var answer = await server.Client.PostAsync($"/api/posts/live/{id}/chat/", body);
        return answer.StatusCode;
    }
}
