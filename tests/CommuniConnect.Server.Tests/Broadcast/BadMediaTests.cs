using System.Net;
using CommuniConnect.Server.Tests.Support;
using Xunit;

namespace CommuniConnect.Server.Tests.Broadcast;

/// <summary>Whatever a publisher sends: an answer in time, a live that can be stopped, and no other live harmed.</summary>
public sealed class BadMediaTests(ServerFixture server) : IClassFixture<ServerFixture>
{
    [Theory]
    [InlineData("reject")]
    [InlineData("bomb")]
    [InlineData("recover")]
    [InlineData("truncated")]
    [InlineData("edge")]
    public async Task Bad_media_is_answered_and_harms_nobody(string kind)
    {
        var files = SharedCorpus.BadMatroska(kind);
        var beside = await StartedLive.StartAsync(server);
        var source = await Footage.Vp8OpusAsync(4);
        await using var studio = await StudioSocket.ConnectAsync(beside.Ingest);
        var media = await File.ReadAllBytesAsync(source);
        await studio.SendAsync(media.AsMemory(0, media.Length / 2));
        var wrong = new List<string>();

        foreach (var file in files)
        {
            if (await WrongWithAsync(file, beside.Owner) is { } finding)
            {
                wrong.Add($"{Path.GetFileName(file)}: {finding}");
            }
        }

        await studio.SendAsync(media.AsMemory(media.Length / 2));
        await studio.CompleteAsync();
        var replay = await beside.DownloadAsync((await beside.StopAsync()).Text("video_url"));
        Assert.Equal(await Tool.PacketsAsync(source), await Tool.PacketsAsync(replay));
        Assert.Empty(wrong);
    }

    /// <summary>Sends a file to a live of its own and stops it. What went wrong, or null.</summary>
    private async Task<string?> WrongWithAsync(string file, Member owner)
    {
        var live = await StartedLive.StartAsync(server, owner);
        using var client = new HttpClient { Timeout = TimeSpan.FromSeconds(10) };
        try
        {
            using var answer = await client.PostAsync(
                live.Ingest,
                new ByteArrayContent(await File.ReadAllBytesAsync(file))
            );
            if (answer.StatusCode is not (HttpStatusCode.OK or HttpStatusCode.BadRequest))
            {
                return $"answered {(int)answer.StatusCode}";
            }
        }
        catch (HttpRequestException)
        {
            // Refused before everything was sent: the answer may be lost with the connection.
        }
        catch (TaskCanceledException)
        {
            return "no answer in time";
        }
        var state = await live.GetAsync();
        if (state.GetProperty("live").Text("status") == "ended")
        {
            return $"ended the live: {state.GetProperty("live")}";
        }
        var stopped = await live.StopAsync();
        if (!stopped.GetProperty("video_saved").GetBoolean())
        {
            return null;
        }
        var duration = stopped.GetProperty("duration").GetDecimal();
        var replay = await live.DownloadAsync(stopped.Text("video_url"));
        var (_, _, errors) = await Tool.RunAsync(
            "ffprobe",
            "-v",
            "error",
            "-count_packets",
            "-show_streams",
            replay
        );
        return duration is < 0 or > 120 ? $"lasts {duration} s"
            : errors.Length > 0 ? $"damaged replay: {errors.Trim()}"
            : null;
    }
}
