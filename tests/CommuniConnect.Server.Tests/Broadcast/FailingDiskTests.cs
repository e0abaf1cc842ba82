using CommuniConnect.Server.Tests.Support;
using Xunit;

namespace CommuniConnect.Server.Tests.Broadcast;

/// <summary>A disk that fails never takes back what was acknowledged, nor hurts the live beside.</summary>
public sealed class FailingDiskTests
{
    [Theory]
    [InlineData("error=EIO", false)]
    [InlineData("error=EROFS", false)] // what a file system says that has given up
    [InlineData("error=EIO:when=1", true)] // and then says that all is well
    public async Task Failed_sync_ends_that_live_and_nothing_in_doubt_is_promised_later(
        string fault,
        bool isOfRecordingOnly
    )
    {
        await using var server = new ServerProcess();
        await server.StartAsync();
        await server.RegisterAsync();
        var (id, ingest) = await server.NewLiveAsync();
        var (beside, besideIngest) = await server.NewLiveAsync();
        var source = await Footage.Vp8OpusAsync(6);
        var bytes = await File.ReadAllBytesAsync(source);
        await using var studio = await StudioSocket.ConnectAsync(new Uri(server.Address, ingest));
        await studio.SendAsync(bytes.AsMemory(0, bytes.Length / 3));
        await studio.UntilDurableAsync(1);

        var folder = Path.Combine(server.DataPath, "lives", $"{id}");
        var files = isOfRecordingOnly ? Directory.GetFiles(folder) : [];
        await using (await DiskFault.BeginAsync(server.Id, fault, files))
        {
            await studio.SendAsync(bytes.AsMemory(bytes.Length / 3, bytes.Length / 3));
            var ended = await studio.NextAsync("ended");
            Assert.Equal("recording_failed", ended.Text("reason"));
            Assert.Contains("conservé", ended.Text("detail"), StringComparison.Ordinal);
        }

        var tail = TakeUpload.ByOwner(server, id, studio.Take);
        var (offset, _) = (await tail.HeadAsync())!.Value;
        Assert.Equal(studio.DurableOffset, offset);
        await server.KillAsync();
        await server.StartAsync();
        tail = TakeUpload.ByOwner(server, id, studio.Take);
        Assert.Equal(offset, (await tail.HeadAsync())!.Value.Offset);
        await tail.PatchAsync(offset, bytes.AsMemory((int)offset), complete: true);
        Assert.Equal(
            await Tool.PacketsAsync(source),
            await Tool.PacketsAsync(await server.ReplayAsync(await server.StopAsync(id)))
        );
        await using var other = await StudioSocket.ConnectAsync(
            new Uri(server.Address, besideIngest)
        );
        await other.SendAsync(bytes);
        await other.CompleteAsync();
        await server.ReplayAsync(await server.StopAsync(beside));
    }
}
