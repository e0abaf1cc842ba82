using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using CommuniConnect.Server.Broadcast.OnAir;
using CommuniConnect.Server.Tests.Support;
using Xunit;

namespace CommuniConnect.Server.Tests.Broadcast;

/// <summary>What a studio relies on when its network was away: the live goes on at once, and what is missing comes later.</summary>
public sealed class TailTests(ServerFixture server) : IClassFixture<ServerFixture>
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Tail_sent_after_the_live_went_on_is_in_its_place(bool restart)
    {
        var (source, next) = (await Footage.Vp8OpusAsync(6), await Footage.Vp8OpusAsync(4));
        var bytes = await File.ReadAllBytesAsync(source);
        var live = await StartedLive.StartAsync(server);
        var take = await BreakOffAsync(live, bytes, bytes.Length / 2);
        await live.PublishAsync(next);

        var tail = TakeUpload.ByKey(live, take);
        var offset = (await tail.HeadAsync())!.Value.Offset;
        Assert.InRange(offset, 1, bytes.Length / 2);
        while (offset < bytes.Length)
        {
            var until = (int)Math.Min(bytes.Length, offset + 30_000);
            var (reached, complete) = await tail.PatchAsync(
                offset,
                bytes.AsMemory((int)offset..until),
                complete: until == bytes.Length
            );
            Assert.InRange(reached, offset + 1, until);
            Assert.Equal(until == bytes.Length, complete);
            offset = reached;
            if (restart)
            {
                await server.RestartAsync();
                await live.SignInAgainAsync();
                tail = TakeUpload.ByKey(live, take);
                Assert.Equal((reached, complete), await tail.HeadAsync());
            }
        }

        var stopped = await live.StopAsync();
        var replay = await live.DownloadAsync(stopped.Text("video_url"));
        var post = await live.GetAsync();
        Assert.Single(post.GetProperty("media_files").EnumerateArray());
        AssertClockStandsStillInTail(post.GetProperty("replay_timeline"));
        Assert.InRange(stopped.GetProperty("duration").GetDouble(), 9.9, 10.2);
        await AssertHoldsAsync(replay, source, next);
    }

    [Fact]
    public async Task Owner_adds_a_tail_when_the_live_is_over_and_nobody_else_may()
    {
        var (source, next) = (await Footage.Vp8OpusAsync(6), await Footage.Vp8OpusAsync(2));
        var bytes = await File.ReadAllBytesAsync(source);
        var live = await StartedLive.StartAsync(server);
        var take = await BreakOffAsync(live, bytes, bytes.Length / 3);
        await live.PublishAsync(next);
        var before = await live.StopAsync(force: true);
        var shortReplay = await live.DownloadAsync(before.Text("video_url"));

        var byKey = TakeUpload.ByKey(live, take);
        await byKey.RefusedAsync(HttpStatusCode.Conflict, "0");
        var other = await server.NewMemberAsync();
        foreach (
            var (client, refusal) in new[]
            {
                (server.Anonymous(), HttpStatusCode.Unauthorized),
                (other.Client, HttpStatusCode.Forbidden),
            }
        )
        {
            await TakeUpload.ByOwner(live, take, client).RefusedAsync(refusal, "0");
        }
        var tail = TakeUpload.ByOwner(live, take, live.Owner.Client);
        var offset = (int)(await tail.HeadAsync())!.Value.Offset;
        await tail.PatchAsync(offset, bytes.AsMemory(offset), complete: true);

        var post = await live.GetAsync();
        var media = Assert.Single(post.GetProperty("media_files").EnumerateArray());
        Assert.Equal(before.Int("video_id"), media.Int("id"));
        Assert.InRange(media.GetProperty("duration").GetDouble(), 7.9, 8.2);
        var replay = await live.DownloadAsync(media.Text("file_url"));
        Assert.True(new FileInfo(replay).Length == media.GetProperty("file_size").GetInt64());
        await AssertHoldsAsync(replay, source, next);
        await AssertPlayableAsync(shortReplay);
    }

    [Fact]
    public async Task Last_take_of_a_live_that_was_stopped_while_it_was_away_is_completed()
    {
        var source = await Footage.Vp8OpusAsync(6);
        var bytes = await File.ReadAllBytesAsync(source);
        var live = await StartedLive.StartAsync(server);
        var take = await BreakOffAsync(live, bytes, bytes.Length / 2);
        await live.StopAsync(force: true);

        var tail = TakeUpload.ByOwner(live, take, live.Owner.Client);
        var offset = (int)(await tail.HeadAsync())!.Value.Offset;
        var (reached, _) = await tail.PatchAsync(offset, bytes.AsMemory(offset, 40_000));
        await tail.PatchAsync(reached, bytes.AsMemory((int)reached), complete: true);

        var media = (await live.GetAsync()).GetProperty("live_stream");
        await AssertHoldsAsync(await live.DownloadAsync(media.Text("file_url")), source);
    }

    [Fact]
    public async Task Take_of_which_nothing_came_is_placed_behind_the_one_it_follows()
    {
        var (source, unsent, next) = (
            await Footage.Vp8OpusAsync(6),
            await Footage.Vp8OpusAsync(3),
            await Footage.Vp8OpusAsync(2)
        );
        var bytes = await File.ReadAllBytesAsync(source);
        var live = await StartedLive.StartAsync(server);
        var take = await BreakOffAsync(live, bytes, bytes.Length / 2);
        await live.PublishAsync(next);
        var tail = TakeUpload.ByKey(live, take);
        var offset = (int)(await tail.HeadAsync())!.Value.Offset;
        await tail.PatchAsync(offset, bytes.AsMemory(offset), complete: true);

        var second = Guid.NewGuid();
        Assert.Null(await TakeUpload.ByKey(live, second).HeadAsync());
        var behind = TakeUpload.ByKey(live, second, after: take);
        var unsentBytes = await File.ReadAllBytesAsync(unsent);
        var (reached, _) = await behind.PatchAsync(0, unsentBytes.AsMemory(0, 50_000));
        await behind.PatchAsync(reached, unsentBytes.AsMemory((int)reached), complete: true);

        // The one it follows is closed by it.
        await tail.RefusedAsync(HttpStatusCode.Conflict, $"{bytes.Length}");
        var replay = await live.DownloadAsync((await live.StopAsync()).Text("video_url"));
        await AssertHoldsAsync(replay, source, unsent, next);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task First_take_of_which_nothing_came_is_placed_at_the_beginning(bool goesOn)
    {
        var (unsent, next) = (await Footage.Vp8OpusAsync(4), await Footage.Vp8OpusAsync(2));
        var bytes = await File.ReadAllBytesAsync(unsent);
        var live = await StartedLive.StartAsync(server);
        if (goesOn)
        {
            await live.PublishAsync(next);
        }
        await live.StopAsync(force: true);

        var take = Guid.NewGuid();
        var tail = TakeUpload.ByOwner(live, take, live.Owner.Client, after: Guid.Empty);
        Assert.Null(await tail.HeadAsync());
        var (reached, _) = await tail.PatchAsync(0, bytes.AsMemory(0, 50_000));
        await server.RestartAsync();
        await live.SignInAgainAsync();
        tail = TakeUpload.ByOwner(live, take, live.Owner.Client);
        Assert.Equal((reached, false), await tail.HeadAsync());
        await tail.PatchAsync(reached, bytes.AsMemory((int)reached), complete: true);

        var media = (await live.GetAsync()).GetProperty("live_stream");
        var replay = await live.DownloadAsync(media.Text("file_url"));
        await AssertHoldsAsync(replay, goesOn ? [unsent, next] : [unsent]);
    }

    [Fact]
    public async Task First_take_of_which_nothing_came_is_sent_while_the_live_goes_on_with_the_next()
    {
        var (unsent, next) = (await Footage.Vp8OpusAsync(4), await Footage.Vp8OpusAsync(2));
        var bytes = await File.ReadAllBytesAsync(unsent);
        var live = await StartedLive.StartAsync(server);
        var first = TakeUpload.ByKey(live, Guid.NewGuid(), after: Guid.Empty);

        await first.PatchAsync(0, bytes, complete: true);
        await server.RestartAsync();
        await live.SignInAgainAsync();
        await live.UntilAsync(LiveStatus.Waiting);
        await live.PublishAsync(next);

        var replay = await live.DownloadAsync((await live.StopAsync()).Text("video_url"));
        await AssertHoldsAsync(replay, unsent, next);
    }

    [Fact]
    public async Task Tail_that_never_comes_leaves_no_hole_in_time()
    {
        var (source, next) = (await Footage.Vp8OpusAsync(6), await Footage.Vp8OpusAsync(2));
        var live = await StartedLive.StartAsync(server);
        await BreakOffAsync(live, await File.ReadAllBytesAsync(source), 60_000);
        await live.PublishAsync(next);

        var stopped = await live.StopAsync();

        var replay = await live.DownloadAsync(stopped.Text("video_url"));
        await AssertPlayableAsync(replay);
        Assert.InRange(stopped.GetProperty("duration").GetDouble(), 2.2, 7);
        Assert.True(
            await Tool.LongestGapAsync(replay) < 0.2,
            "packets follow one another without a hole"
        );
    }

    [Fact]
    public async Task Take_on_air_is_sent_piece_by_piece()
    {
        var source = await Footage.Vp8OpusAsync(4);
        var bytes = await File.ReadAllBytesAsync(source);
        var live = await StartedLive.StartAsync(server);
        var upload = TakeUpload.ByKey(live, Guid.NewGuid());

        var (offset, complete) = await upload.PatchAsync(0, bytes.AsMemory(0, 40_000));
        await live.UntilAsync(s => s.StartedAt is not null);
        Assert.Equal((offset, false), await upload.HeadAsync());
        var (problem, expected) = await upload.RefusedAsync(
            HttpStatusCode.Conflict,
            $"{offset + 5}"
        );
        Assert.Equal(offset, expected);
        Assert.Equal(offset, problem.GetProperty("expected_offset").GetInt64());
        Assert.Equal(offset + 5, problem.GetProperty("provided_offset").GetInt64());
        if (offset > 0)
        {
            await upload.RefusedAsync(HttpStatusCode.Conflict, $"{offset - 1}");
        }
        (offset, complete) = await upload.PatchAsync(
            offset,
            bytes.AsMemory((int)offset),
            complete: true
        );

        Assert.Equal((bytes.Length, true), (offset, complete));
        Assert.Equal((bytes.Length, true), await upload.HeadAsync());
        var replay = await live.DownloadAsync((await live.StopAsync()).Text("video_url"));
        await AssertHoldsAsync(replay, source);
    }

    [Fact]
    public async Task Offsets_and_takes_that_are_wrong_change_nothing()
    {
        var (source, next) = (await Footage.Vp8OpusAsync(6), await Footage.Vp8OpusAsync(2));
        var bytes = await File.ReadAllBytesAsync(source);
        var live = await StartedLive.StartAsync(server);
        var other = await StartedLive.StartAsync(server);
        var take = await BreakOffAsync(live, bytes, bytes.Length / 2);
        await live.PublishAsync(next);
        var tail = TakeUpload.ByKey(live, take);
        var offset = (await tail.HeadAsync())!.Value.Offset;

        foreach (var wrong in new[] { 0, 1, offset - 1, offset + 1, bytes.Length, long.MaxValue })
        {
            var (problem, expected) = await tail.RefusedAsync(HttpStatusCode.Conflict, $"{wrong}");
            Assert.Equal(offset, expected);
            Assert.Equal(offset, problem.GetProperty("expected_offset").GetInt64());
        }
        foreach (var nonsense in new[] { null, "", "-1", "abc", "1.5", "99999999999999999999" })
        {
            await tail.RefusedAsync(HttpStatusCode.BadRequest, nonsense);
        }
        await tail.RefusedAsync(HttpStatusCode.BadRequest, $"{offset}", complete: "1");
        Assert.Equal((offset, false), await tail.PatchAsync(offset, new byte[5_000])); // no media, nothing kept
        var unknown = Guid.NewGuid();
        await TakeUpload.ByKey(live, unknown).RefusedAsync(HttpStatusCode.NotFound, "7");
        await TakeUpload
            .ByKey(live, unknown, after: Guid.NewGuid())
            .RefusedAsync(HttpStatusCode.NotFound, "0");
        Assert.Null(await TakeUpload.ByKey(other, take).HeadAsync());
        await TakeUpload.ByKey(other, take).RefusedAsync(HttpStatusCode.NotFound, $"{offset}");

        Assert.Equal((offset, false), await tail.HeadAsync());
        await tail.PatchAsync(offset, bytes.AsMemory((int)offset), complete: true);
        var replay = await live.DownloadAsync((await live.StopAsync()).Text("video_url"));
        await AssertHoldsAsync(replay, source, next);
        await other.StopAsync();
    }

    [Fact]
    public async Task Studio_of_a_take_that_was_followed_by_another_is_told_so()
    {
        var bytes = await File.ReadAllBytesAsync(await Footage.Vp8OpusAsync(4));
        var live = await StartedLive.StartAsync(server);
        var take = await BreakOffAsync(live, bytes, bytes.Length / 2);
        await using var next = await StudioSocket.ConnectAsync(live.Ingest);

        await using var old = await StudioSocket.ConnectAsync(live.Ingest, take, "ended");

        Assert.Equal("superseded", old.First.Text("reason"));
        await next.SendAsync(bytes);
        await next.CompleteAsync(); // was not disturbed
        await live.StopAsync();
    }

    [Fact]
    public async Task Connection_that_hangs_holds_up_neither_the_next_nor_the_stop()
    {
        var (source, next) = (await Footage.Vp8OpusAsync(6), await Footage.Vp8OpusAsync(2));
        var bytes = await File.ReadAllBytesAsync(source);
        var live = await StartedLive.StartAsync(server);
        var take = await BreakOffAsync(live, bytes, bytes.Length / 3);
        await live.PublishAsync(next);
        var tail = TakeUpload.ByKey(live, take);
        var offset = (int)(await tail.HeadAsync())!.Value.Offset;

        var (reached, patience) = (0L, TimeSpan.Zero);
        await Patience.UntilAsync(
            async () =>
            {
                // Asked sooner than the bytes are there, the server ends a connection that has brought nothing yet.
                using var hanging = await HangAsync(
                    tail.Address,
                    offset,
                    bytes.AsMemory(offset, 60_000)
                );
                await Task.Delay(patience += TimeSpan.FromMilliseconds(20));
                return (reached = (await tail.HeadAsync())!.Value.Offset) > offset;
            },
            "the hanging connection is ended, and what it brought is kept"
        );
        await tail.PatchAsync(reached, bytes.AsMemory((int)reached..^20_000));
        using var again = await HangAsync(
            tail.Address,
            (await tail.HeadAsync())!.Value.Offset,
            ReadOnlyMemory<byte>.Empty
        );
        await live.StopAsync();

        var last = TakeUpload.ByOwner(live, take, live.Owner.Client);
        reached = (await last.HeadAsync())!.Value.Offset;
        await last.PatchAsync(reached, bytes.AsMemory((int)reached), complete: true);
        var media = (await live.GetAsync()).GetProperty("live_stream");
        await AssertHoldsAsync(await live.DownloadAsync(media.Text("file_url")), source, next);
    }

    [Fact]
    public async Task Replay_put_together_is_served_in_ranges()
    {
        var bytes = await File.ReadAllBytesAsync(await Footage.Vp8OpusAsync(6));
        var live = await StartedLive.StartAsync(server);
        await BreakOffAsync(live, bytes, bytes.Length / 2);
        await live.PublishAsync(await Footage.Vp8OpusAsync(4));
        var url = (await live.StopAsync()).Text("video_url")!;
        var whole = await File.ReadAllBytesAsync(await live.DownloadAsync(url));
        using var client = new HttpClient();
        var random = new Random(5);

        for (var i = 0; i < 60; i++)
        {
            var from = random.Next(whole.Length);
            var to = Math.Min(whole.Length - 1, from + random.Next(1, 90_000));
            using var request = new HttpRequestMessage(HttpMethod.Get, url);
            request.Headers.Range = new(from, to);
            using var answer = await client.SendAsync(request);
            Assert.Equal(HttpStatusCode.PartialContent, answer.StatusCode);
            Assert.Equal(whole[from..(to + 1)], await answer.Content.ReadAsByteArrayAsync());
        }
    }

    /// <summary>The chat of the live goes by its own clock, which knows nothing of what it was not shown.</summary>
    private static void AssertClockStandsStillInTail(JsonElement timeline)
    {
        var pieces = timeline
            .EnumerateArray()
            .Select(p => (Start: p.GetProperty("start").GetDouble(), p.GetProperty("live_start")))
            .ToList();
        Assert.Equal(3, pieces.Count);
        Assert.Equal((0, 0), (pieces[0].Start, pieces[0].Item2.GetDouble()));
        Assert.Equal(JsonValueKind.Null, pieces[1].Item2.ValueKind);
        Assert.Equal(pieces[1].Start, pieces[2].Item2.GetDouble(), 0.2);
        Assert.InRange(pieces[2].Start, 5.8, 6.2);
    }

    /// <summary>Sends the beginning of a take and is gone.</summary>
    private static async Task<Guid> BreakOffAsync(StartedLive live, byte[] bytes, int until)
    {
        await using var studio = await StudioSocket.ConnectAsync(live.Ingest);
        await studio.SendAsync(bytes.AsMemory(0, until));
        await studio.UntilDurableAsync(1);
        studio.Abort();
        await live.UntilAsync(LiveStatus.Interrupted);
        return studio.Take;
    }

    /// <summary>A PATCH whose body never ends.</summary>
    private static async Task<TcpClient> HangAsync(
        Uri address,
        long offset,
        ReadOnlyMemory<byte> bytes
    )
    {
        var client = new TcpClient();
        await client.ConnectAsync(address.Host, address.Port);
        var head =
            $"PATCH {address.PathAndQuery} HTTP/1.1\r\nHost: a\r\nUpload-Offset: {offset}\r\nContent-Length: 9000000\r\n\r\n";
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(head));
        await client.GetStream().WriteAsync(bytes);
        return client;
    }

    private static async Task AssertHoldsAsync(string replay, params string[] sources)
    {
        await AssertPlayableAsync(replay);
        foreach (var stream in new[] { 0, 1 })
        {
            var expected = new List<string>();
            foreach (var source in sources)
            {
                expected.AddRange(await Tool.PacketsInOrderAsync(source, stream));
            }
            Assert.Equal(expected, await Tool.PacketsInOrderAsync(replay, stream));
        }
    }

    private static async Task AssertPlayableAsync(string replay)
    {
        var (_, _, errors) = await Tool.RunAsync(
            "ffmpeg",
            "-v",
            "error",
            "-xerror",
            "-err_detect",
            "explode",
            "-i",
            replay,
            "-f",
            "null",
            "-"
        );
        Assert.Empty(errors);
        var (exit, output, _) = await Tool.RunAsync(
            "mkvmerge",
            "-q",
            "-o",
            replay + ".mkv",
            replay
        );
        Assert.True(exit == 0, output);
    }
}
