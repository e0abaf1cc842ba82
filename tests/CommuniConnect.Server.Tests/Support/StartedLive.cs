using System.Net;
using System.Text.Json;
using CommuniConnect.Media;
using CommuniConnect.Server.Broadcast.OnAir;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace CommuniConnect.Server.Tests.Support;

/// <summary>A live a member has started through the API, with the ways to publish, watch and stop it.</summary>
internal sealed class StartedLive(
    ServerFixture server,
    Member owner,
    int id,
    string ingest,
    string watch
)
{
    public Member Owner { get; private set; } = owner;
    public int Id => id;

    /// <summary>At the address the server has now: another one after a restart.</summary>
    public Uri Ingest => new(server.BaseAddress, ingest);
    public Uri Watch => new(server.BaseAddress, watch);
    public string Folder => Path.Combine(server.DataPath, "lives", $"{id}");
    public string PartPath => Path.Combine(Folder, "part-001.webm");

    public LiveSnapshot? Snapshot => server.Services.GetRequiredService<LiveDirectory>().Find(id);

    public static async Task<StartedLive> StartAsync(ServerFixture server, Member? owner = null)
    {
        owner ??= await server.NewMemberAsync(quartier: await QuartierAsync(server));
        var started = await owner.Client.PostAsync(
            "/api/posts/live/start/",
            new { title = "Direct du quartier" },
            HttpStatusCode.Created
        );
        return new(
            server,
            owner,
            started.Int("live_id"),
            new Uri(started.Text("ingest_url")!).PathAndQuery,
            new Uri(started.Text("watch_url")!).PathAndQuery
        );
    }

    public static Task<int> QuartierAsync(ServerFixture server) =>
        server.WithDbAsync(db => db.Quartiers.Select(q => q.Id).FirstAsync());

    /// <summary>The owner signs in again: a restart has closed the client.</summary>
    public async Task SignInAgainAsync() => Owner = await server.SignInAsync(Owner.Name);

    public Task<JsonElement> GetAsync() =>
        Owner.Client.GetAsync($"/api/posts/live/{id}/", HttpStatusCode.OK);

    public Task<JsonElement> StopAsync(bool force = false) =>
        Owner
            .Client.PutAsync($"/api/posts/live/{id}/stop/", new { force }, HttpStatusCode.OK)
            .WithinAsync();

    /// <summary>Waits until the live on air is as the test wants it.</summary>
    public async Task<LiveSnapshot> UntilAsync(Func<LiveSnapshot, bool> reached)
    {
        LiveSnapshot? now = null;
        await Patience.UntilAsync(
            () =>
            {
                now = Snapshot;
                Assert.True(now is not null, "the live is no longer on air");
                return Task.FromResult(reached(now));
            },
            "the live is as wanted"
        );
        return now!;
    }

    public Task<LiveSnapshot> UntilAsync(LiveStatus status) => UntilAsync(s => s.Status == status);

    /// <summary>Waits until the live has ended by itself and that is written down.</summary>
    public Task UntilEndedAsync() =>
        Patience.UntilAsync(
            async () => (await GetAsync()).GetProperty("live").Text("status") == "ended",
            "the live ends by itself"
        );

    /// <summary>Waits until what a viewer has said before is heard: the delay it tells now counts, for which there has to be a clock.</summary>
    /// <param name="mark">Another one each time.</param>
    public Task UntilHeardAsync(WatchClient viewer, int mark = 1)
    {
        var timeline = server.Services.GetRequiredService<LiveDirectory>().FindLive(id)!.Timeline;
        timeline.Clock ??= new CaptureClock(MediaTime.Zero, server.Time.GetUtcNow());
        return Patience.UntilAsync(
            async () =>
            {
                await viewer.SayAsync($$"""{"type":"delay","ms":{{mark}}}"""); // not listened to too often
                var delay = (await GetAsync()).GetProperty("delay");
                return delay.ValueKind == JsonValueKind.Object && delay.Int("p50_ms") == mark;
            },
            "the server has heard the viewer"
        );
    }

    /// <summary>Sends a whole file as one take over the studio's socket and waits until it is safe.</summary>
    public async Task PublishAsync(string file)
    {
        await using var studio = await StudioSocket.ConnectAsync(Ingest);
        await studio.SendAsync(await File.ReadAllBytesAsync(file));
        await studio.CompleteAsync();
    }

    /// <summary>The file behind an address, downloaded.</summary>
    public async Task<string> DownloadAsync(string? url)
    {
        Assert.NotNull(url);
        var file = Path.Combine(Scratch.Folder(), "replay.webm");
        using var client = new HttpClient();
        await File.WriteAllBytesAsync(
            file,
            await client.GetByteArrayAsync(new Uri(server.BaseAddress, new Uri(url).PathAndQuery))
        );
        return file;
    }

    /// <summary>FFmpeg sends the file as a real encoder does.</summary>
    public System.Diagnostics.Process Ffmpeg(string file, params string[] pace) =>
        Tool.Start(
            "ffmpeg",
            ["-v", "error", .. pace, "-i", file, "-c", "copy", "-f", "webm", $"{Ingest}"]
        );
}
