using System.Net;
using CommuniConnect.Server.Tests.Support;
using Microsoft.Data.Sqlite;
using Xunit;

namespace CommuniConnect.Server.Tests.Broadcast;

/// <summary>A server that dies without warning (SIGKILL) loses nothing it has acknowledged.</summary>
public sealed class KilledServerTests
{
    [Fact]
    public async Task Take_goes_on_after_a_kill_and_every_packet_is_there_once()
    {
        await using var server = new ServerProcess();
        await server.StartAsync();
        await server.RegisterAsync();
        var (id, ingest) = await server.NewLiveAsync();
        var source = await Footage.Vp8OpusAsync(20);
        var bytes = await File.ReadAllBytesAsync(source);
        var take = Guid.NewGuid();
        var sent = 0;
        foreach (var quarter in new[] { 1, 2, 3 })
        {
            await using var studio = await StudioSocket.ConnectAsync(
                new Uri(server.Address, ingest),
                take
            );
            var until = bytes.Length * quarter / 4;
            var pieces = bytes.AsMemory((int)studio.ReadyOffset..until);
            for (var at = 0; at < pieces.Length; at += 3_000)
            {
                await studio.SendMessageAsync(
                    pieces.Slice(at, Math.Min(3_000, pieces.Length - at))
                );
            }
            await studio.UntilDurableAsync(studio.ReadyOffset + 1);
            sent = until;
            var acknowledged = studio.DurableOffset;

            await server.KillAsync();
            acknowledged = Math.Max(acknowledged, studio.DurableOffset);
            await AssertReadableAsync(
                Path.Combine(server.DataPath, "lives", $"{id}", "part-001.webm")
            );
            await server.StartAsync();

            Assert.Equal("interrupted", (await server.LiveAsync(id)).Text("status"));
            await using var again = await StudioSocket.ConnectAsync(
                new Uri(server.Address, ingest),
                take
            );
            Assert.InRange(again.ReadyOffset, acknowledged, sent);
        }
        await using var last = await StudioSocket.ConnectAsync(
            new Uri(server.Address, ingest),
            take
        );
        await last.SendAsync(bytes.AsMemory((int)last.ReadyOffset..));
        await last.CompleteAsync();

        var stopped = await server.StopAsync(id);

        Assert.Equal(
            await Tool.PacketsAsync(source),
            await Tool.PacketsAsync(await server.ReplayAsync(stopped))
        );
        await server.KillAsync();
        await server.StartAsync();
        Assert.Equal("ended", (await server.LiveAsync(id)).Text("status"));
        var after = await server.StopAsync(id);
        Assert.Equal(stopped.Int("video_id"), after.Int("video_id"));
        Assert.Equal(
            await Tool.PacketsAsync(source),
            await Tool.PacketsAsync(await server.ReplayAsync(after))
        );
    }

    [Fact]
    public async Task Live_can_be_stopped_at_once_after_a_kill_with_replay_and_chat()
    {
        await using var server = new ServerProcess();
        await server.StartAsync();
        await server.RegisterAsync();
        var (id, ingest) = await server.NewLiveAsync();
        var (waiting, _) = await server.NewLiveAsync();
        var bytes = await File.ReadAllBytesAsync(await Footage.Vp8OpusAsync(4));
        await using var studio = await StudioSocket.ConnectAsync(new Uri(server.Address, ingest));
        await studio.SendAsync(bytes);
        await studio.UntilDurableAsync(1);
        await server.Client.PostAsync(
            $"/api/posts/live/{id}/chat/",
            new { content = "Bonjour !" },
            HttpStatusCode.Created
        );

        await server.KillAsync();
        await server.StartAsync();
        var stopped = await server.StopAsync(id);

        await AssertReadableAsync(await server.ReplayAsync(stopped));
        var messages = await server.Client.GetAsync(
            $"/api/posts/live/{id}/chat/messages/",
            HttpStatusCode.OK
        );
        Assert.Equal("Bonjour !", Assert.Single(messages.EnumerateArray()).Text("content"));
        Assert.Equal("waiting", (await server.LiveAsync(waiting)).Text("status"));
        Assert.False((await server.StopAsync(waiting)).GetProperty("video_saved").GetBoolean());
    }

    [Fact]
    public async Task Recording_that_takes_long_to_read_holds_up_neither_the_server_nor_another_live()
    {
        await using var server = new ServerProcess();
        await server.StartAsync();
        await server.RegisterAsync();
        var (id, ingest) = await server.NewLiveAsync();
        var (beside, besideIngest) = await server.NewLiveAsync();
        var source = await Footage.Vp8OpusAsync(4);
        foreach (var address in new[] { ingest, besideIngest })
        {
            await using var studio = await StudioSocket.ConnectAsync(
                new Uri(server.Address, address)
            );
            await studio.SendAsync(await File.ReadAllBytesAsync(source));
            await studio.CompleteAsync();
        }
        await server.KillAsync();
        // A pipe can be opened only once somebody writes into it.
        var pipe = Path.Combine(Scratch.Folder(), "pipe");
        var part = Path.Combine(server.DataPath, "lives", $"{id}", "part-002.webm");
        await Tool.RunAsync("mkfifo", [pipe]);
        await Tool.RunAsync("ln", [pipe, part]);

        await server.StartAsync();
        await server.ReplayAsync(await server.StopAsync(beside));
        Assert.Equal("interrupted", (await server.LiveAsync(id)).Text("status"));
        var stopping = server.StopAsync(id);
        File.Delete(part); // whoever reads the folder from now on does not meet it
        await File.WriteAllBytesAsync(pipe, []);

        Assert.Equal(
            await Tool.PacketsAsync(source),
            await Tool.PacketsAsync(await server.ReplayAsync(await stopping))
        );
    }

    [Fact]
    public async Task Most_viewers_a_live_had_are_still_known_after_a_kill()
    {
        await using var server = new ServerProcess();
        await server.StartAsync();
        await server.RegisterAsync();
        var (id, ingest) = await server.NewLiveAsync();
        await using (var studio = await StudioSocket.ConnectAsync(new Uri(server.Address, ingest)))
        {
            await studio.SendAsync(await File.ReadAllBytesAsync(await Footage.Vp8OpusAsync(2)));
            await studio.CompleteAsync();
        }
        var watch = new Uri((await server.PostAsync(id)).Text("watch_url")!).PathAndQuery;
        using var one = await WatchAsync();
        using var two = await WatchAsync();
        using (await WatchAsync())
        {
            Assert.Equal(3, (await server.LiveAsync(id)).Int("peak_viewers"));
        }
        await Patience.UntilAsync(
            async () => await WrittenPeakAsync(server, id) == 3,
            "the most viewers are written down"
        );

        await server.KillAsync();
        await server.StartAsync();

        Assert.Equal(3, (await server.LiveAsync(id)).Int("peak_viewers"));
        await server.StopAsync(id);
        Assert.Equal(3, (await server.LiveAsync(id)).Int("peak_viewers"));

        async Task<HttpResponseMessage> WatchAsync()
        {
            using var browser = new HttpClient(new SocketsHttpHandler { UseCookies = false });
            return await browser.GetAsync(
                new Uri(server.Address, watch),
                HttpCompletionOption.ResponseHeadersRead
            );
        }
    }

    private static async Task<long> WrittenPeakAsync(ServerProcess server, int live)
    {
        var file = Path.Combine(server.DataPath, "communiconnect.db");
        await using var db = new SqliteConnection(
            $"Data Source={file};Mode=ReadOnly;Pooling=false"
        );
        await db.OpenAsync();
        await using var command = db.CreateCommand();
        command.CommandText = "SELECT PeakViewers FROM Lives WHERE PostId = $live";
        command.Parameters.AddWithValue("$live", live);
        return (long)(await command.ExecuteScalarAsync())!;
    }

    private static async Task AssertReadableAsync(string file) =>
        Assert.Contains(
            "vp8",
            await Tool.ProbeAsync(file, "stream=codec_name", mayBreakOff: true),
            StringComparison.Ordinal
        );
}
