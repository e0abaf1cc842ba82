using System.Diagnostics;
using CommuniConnect.Server.Tests.Support;
using Xunit;

namespace CommuniConnect.Server.Tests.Broadcast;

/// <summary>A disk that takes its time holds no stop up, and has what was sent in the end.</summary>
public sealed class SlowDiskTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Stop_answers_though_each_sync_takes_long(bool force)
    {
        await using var server = new ServerProcess();
        await server.StartAsync();
        await server.RegisterAsync();
        var (id, ingest) = await server.NewLiveAsync();
        var source = await Footage.Vp8OpusAsync(4);
        await using var studio = await StudioSocket.ConnectAsync(new Uri(server.Address, ingest));
        await using var disk = await DiskFault.BeginAsync(server.Id, "delay_enter=20s");
        await studio.SendAsync(await File.ReadAllBytesAsync(source));
        await server.UntilAsync(id, "live");

        var began = Stopwatch.GetTimestamp();
        var stopped = await server.StopAsync(id, force);

        Assert.True(Stopwatch.GetElapsedTime(began) < TimeSpan.FromSeconds(15));
        Assert.Equal(0, studio.DurableOffset);
        Assert.Equal(
            force ? "force_stopped" : "stopped",
            (await studio.NextAsync("ended")).Text("reason")
        );
        await disk.DisposeAsync();
        await Patience.UntilAsync(
            async () =>
                (stopped = await server.StopAsync(id)).GetProperty("video_saved").GetBoolean()
                && stopped.Text("video_url") is not null,
            "the end is written down once the disk answers"
        );
        Assert.Equal(
            await Tool.PacketsAsync(source),
            await Tool.PacketsAsync(await server.ReplayAsync(stopped))
        );
    }
}
