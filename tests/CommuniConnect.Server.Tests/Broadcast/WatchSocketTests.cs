using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Net;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Text.Json;
using CommuniConnect.Media.WebM;
using CommuniConnect.Server.Tests.Support;
using Xunit;

namespace CommuniConnect.Server.Tests.Broadcast;

/// <summary>What a player that decodes the live itself relies on.</summary>
public sealed class WatchSocketTests(ServerFixture server) : IClassFixture<ServerFixture>
{
    private const int Video = 1;
    private const int Audio = 2;

    [Fact]
    public async Task Packets_are_those_of_the_progressive_stream_from_the_newest_keyframe()
    {
        var live = await StartedLive.StartAsync(server);
        var media = await File.ReadAllBytesAsync(await Footage.Vp8OpusAsync(4));
        await using var studio = await StudioSocket.ConnectAsync(live.Ingest);
        await studio.SendAsync(media.AsMemory(0, media.Length / 2));
        await live.UntilAsync(s => s.Duration > TimeSpan.FromSeconds(1.5));
        await using var viewer = await WatchClient.ConnectAsync(live);
        using var client = new HttpClient();
        using var progressive = await client.GetAsync(
            live.Watch,
            HttpCompletionOption.ResponseHeadersRead
        );
        await viewer.NextAsync("tracks");

        // Piece by piece, as a camera sends: who is handed seconds at once may be moved on.
        const int pieces = 8;
        var pieceBytes = media.Length / 2 / pieces;
        for (var i = 0; i < pieces; i++)
        {
            var from = (media.Length / 2) + (i * pieceBytes);
            var before = live.Snapshot!.Duration;
            await studio.SendAsync(
                media.AsMemory(from..(i == pieces - 1 ? media.Length : from + pieceBytes))
            );
            await live.UntilAsync(s => s.Duration > before);
            await Patience.UntilAsync(
                () => Task.FromResult(viewer.NewestMicroseconds >= before.TotalMicroseconds),
                "the viewer keeps up"
            );
        }
        await studio.CompleteAsync();
        await live.StopAsync();

        var packets = (await viewer.RestAsync()).OfType<WatchedPacket>().ToList();
        var expected = Read(await progressive.Content.ReadAsByteArrayAsync().WithinAsync());
        Assert.Equal(WebSocketCloseStatus.NormalClosure, viewer.CloseStatus);
        Assert.True(packets.First(p => p.Track == Video).IsKeyframe);
        foreach (var track in new[] { Video, Audio })
        {
            Assert.Equal(
                expected.Where(p => p.Track == track),
                packets.Where(p => p.Track == track).Select(Seen.Of)
            );
        }
    }

    [Fact]
    public async Task Decoders_are_told_what_they_need_first_and_at_each_change()
    {
        var live = await StartedLive.StartAsync(server);
        await live.PublishAsync(await Footage.Vp8OpusAsync(2));
        await using var viewer = await WatchClient.ConnectAsync(live);

        var first = (await viewer.NextAsync("tracks")).GetProperty("tracks");
        await live.PublishAsync(await Footage.Vp9OpusAsync(2));
        var second = (await viewer.NextAsync("tracks")).GetProperty("tracks");
        var next = await viewer.PacketAsync(p => p.Track == Video);

        Assert.Equal("vp8", first[0].Text("codec"));
        Assert.Equal("opus", first[1].Text("codec"));
        Assert.Equal(48_000, first[1].Int("sample_rate"));
        Assert.StartsWith("vp09.", second[0].Text("codec"), StringComparison.Ordinal);
        Assert.True(next.IsKeyframe);
        Assert.True(next.Microseconds >= 1_900_000, $"{next.Microseconds} is not after the first");
    }

    [Fact]
    public async Task Viewer_who_wants_only_the_sound_is_sent_only_that_and_gets_the_picture_back_at_a_keyframe()
    {
        var live = await StartedLive.StartAsync(server);
        await live.PublishAsync(await Footage.Vp8OpusAsync(2));
        await using var viewer = await WatchClient.ConnectAsync(live);
        await viewer.PacketAsync(p => p.Track == Video);
        await viewer.SayAsync("""{"type":"select","video":false}""");
        await live.UntilHeardAsync(viewer);

        await live.PublishAsync(await Footage.Vp8OpusAsync(3));
        var third = await viewer.PacketAsync(p => p.Microseconds > 3_000_000);
        Assert.Equal(Audio, third.Track);
        await viewer.SayAsync("""{"type":"select","video":true}""");
        await viewer.SayAsync("""{"type":"rejoin"}""");
        await live.PublishAsync(await Footage.Vp8OpusAsync(3));

        var picture = await viewer.PacketAsync(p => p.Track == Video);
        Assert.True(picture.IsKeyframe);
    }

    [Fact]
    public async Task Viewer_who_is_too_slow_is_moved_to_the_newest_keyframe_and_told_so()
    {
        var media = await Footage.NoiseAsync(4);
        var live = await StartedLive.StartAsync(server);
        await live.PublishAsync(await Footage.Vp8OpusAsync(2));
        await using var slow = await WatchClient.ConnectAsync(live, reads: false);
        await live.UntilAsync(s => s.Viewers == 1);
        for (var take = 0; take < 3; take++)
        {
            await live.PublishAsync(media);
        }

        slow.Read();
        var end = live.Snapshot!.Duration.TotalMicroseconds - 200_000;
        var (jumped, afterJump, received) = (false, false, 0L);
        for (var last = 0L; last < end; )
        {
            switch (await slow.NextAsync())
            {
                case JsonElement message when message.Text("type") == "jump":
                    (jumped, afterJump) = (true, true);
                    break;
                case WatchedPacket { Track: Video } picture:
                    Assert.True(picture.IsKeyframe || !afterJump, "a jump to no keyframe");
                    (last, afterJump, received) = (
                        picture.Microseconds,
                        false,
                        received + picture.Payload.Length
                    );
                    break;
                case null:
                    Assert.Fail($"closed at {last} of {end}");
                    break;
                default:
                    break;
            }
        }

        Assert.True(jumped);
        Assert.InRange(received, 1, 3 * new FileInfo(media).Length * 2 / 3);
        await live.StopAsync();
    }

    [Fact]
    public async Task Viewers_hear_when_the_camera_saw_the_picture_and_an_impossible_clock_is_not_passed_on()
    {
        var live = await StartedLive.StartAsync(server);
        await live.PublishAsync(await Footage.Vp8OpusAsync(2));
        var now = await PublishWithClockAsync(live);
        await using var viewer = await WatchClient.ConnectAsync(live);
        var clock = await viewer.NextAsync("clock");

        Assert.Equal(now, clock.GetProperty("captured").GetDouble(), 1.0);
        Assert.InRange(clock.GetProperty("media").GetDouble(), 2.9, 3.2); // 1 s into the second take
        var asked = await server
            .Anonymous()
            .GetAsync(ClockOf(live.Watch.AbsolutePath), HttpStatusCode.OK);
        Assert.Equal(clock.GetRawText(), asked.GetRawText());
    }

    [Fact]
    public async Task Clock_is_asked_for_by_who_may_watch_and_empty_until_there_is_one()
    {
        var live = await StartedLive.StartAsync(server);
        var path = live.Watch.AbsolutePath;

        await server.Anonymous().GetAsync(ClockOf(path), HttpStatusCode.NoContent);
        await server
            .Anonymous()
            .GetAsync(
                ClockOf(path.Replace(".webm", "x.webm", StringComparison.Ordinal)),
                HttpStatusCode.NotFound
            );
    }

    [Fact]
    public async Task Clock_is_withdrawn_when_a_take_without_one_begins_and_delays_do_not_count_until_there_is_another()
    {
        const int measuredWithout = 54_321;
        using var counted = new CountedDelays();
        var live = await StartedLive.StartAsync(server);
        await PublishWithClockAsync(live);
        await using var viewer = await WatchClient.ConnectAsync(live);
        await viewer.NextAsync("clock");
        await viewer.SayAsync("""{"type":"delay","ms":120}""");
        await DelayAsync(live, 1);

        await live.PublishAsync(await Footage.Vp8OpusAsync(2));
        await viewer.NextAsync("no_clock");
        await viewer.SayAsync($$"""{"type":"delay","ms":{{measuredWithout}}}""");

        Assert.Equal(JsonValueKind.Null, (await live.GetAsync()).GetProperty("delay").ValueKind);
        await server
            .Anonymous()
            .GetAsync(ClockOf(live.Watch.AbsolutePath), HttpStatusCode.NoContent);
        await PublishWithClockAsync(live);
        await viewer.NextAsync("clock");
        await viewer.SayAsync("""{"type":"delay","ms":80}""");
        Assert.Equal(80, (await DelayAsync(live, 1)).Int("p50_ms"));
        Assert.Contains(120, counted.Milliseconds);
        Assert.DoesNotContain(measuredWithout, counted.Milliseconds);
    }

    [Fact]
    public async Task Delays_viewers_measure_are_summed_up_and_nonsense_is_not()
    {
        var live = await StartedLive.StartAsync(server);
        await PublishWithClockAsync(live);
        await using var one = await WatchClient.ConnectAsync(live);
        await using var two = await WatchClient.ConnectAsync(live);

        await one.SayAsync("""{"type":"delay","ms":-5}""");
        await one.SayAsync("""{"type":"delay","ms":1e300}""");
        await one.SayAsync("""{"type":"delay","ms":120.4}""");
        await DelayAsync(live, 1);
        await two.SayAsync("""{"type":"delay","ms":300}""");
        var delay = await DelayAsync(live, 2);

        Assert.Equal(120, delay.Int("p50_ms"));
        Assert.Equal(300, delay.Int("p95_ms"));
        var other = await server.NewMemberAsync();
        var seen = await other.Client.GetAsync($"/api/posts/live/{live.Id}/", HttpStatusCode.OK);
        Assert.Equal(JsonValueKind.Null, seen.GetProperty("delay").ValueKind);
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("[1]")]
    public async Task Viewer_who_sends_what_is_no_message_is_let_go(string text)
    {
        var live = await StartedLive.StartAsync(server);
        await live.PublishAsync(await Footage.Vp8OpusAsync(2));
        await using var viewer = await WatchClient.ConnectAsync(live);

        await viewer.SayAsync(text);

        await viewer.Closed.WithinAsync();
        await live.UntilAsync(s => s.Viewers == 0);
    }

    [Fact]
    public async Task Wrong_addresses_are_not_found_and_a_plain_request_is_told_what_is_expected()
    {
        var live = await StartedLive.StartAsync(server);
        var path = WatchClient.AddressOf(live).AbsolutePath;
        var client = server.Anonymous();
        foreach (var wrong in new[] { path + "x", "/watch/1-", "/watch/-", "/watch/99999999999-x" })
        {
            await client.GetAsync(wrong, HttpStatusCode.NotFound);
        }
        await client.GetAsync(path, HttpStatusCode.BadRequest);
        await live.StopAsync();
        await client.GetAsync(path, HttpStatusCode.NotFound);
    }

    /// <summary>Publishes 4 s and says meanwhile when the camera saw its first second: now, which is given.</summary>
    private async Task<double> PublishWithClockAsync(StartedLive live)
    {
        await using var studio = await StudioSocket.ConnectAsync(live.Ingest);
        var media = await File.ReadAllBytesAsync(await Footage.Vp8OpusAsync(4));
        var before = live.Snapshot!.Duration;
        await studio.SendAsync(media.AsMemory(0, media.Length / 2));
        await live.UntilAsync(s => s.Duration > before + TimeSpan.FromSeconds(1));
        var now = (await server.Anonymous().GetAsync("/api/clock/", HttpStatusCode.OK))
            .GetProperty("now")
            .GetDouble();
        await studio.SendTextAsync(Clock(0.5, now - 86_400_000));
        await studio.SendTextAsync("""{"type":"clock","media":-1,"captured":null}""");
        await studio.SendTextAsync(Clock(1, now));
        await studio.SendAsync(media.AsMemory(media.Length / 2));
        await studio.CompleteAsync();
        return now;
    }

    private static string Clock(double media, double captured) =>
        JsonSerializer.Serialize(
            new
            {
                type = "clock",
                media,
                captured,
            }
        );

    /// <summary>What the owner is told of the delay, once so many viewers have told theirs.</summary>
    private static async Task<JsonElement> DelayAsync(StartedLive live, int viewers)
    {
        JsonElement delay = default;
        await Patience.UntilAsync(
            async () =>
            {
                delay = (await live.GetAsync()).GetProperty("delay");
                return delay.ValueKind == JsonValueKind.Object && delay.Int("viewers") == viewers;
            },
            $"{viewers} viewers tell their delay"
        );
        return delay;
    }

    private static string ClockOf(string watchPath) =>
        watchPath.Replace(".webm", "/clock", StringComparison.Ordinal);

    private static List<Seen> Read(byte[] webm)
    {
        var reader = new WebMReader();
        var seen = new List<Seen>();
        reader.Push(webm);
        while (reader.Read() is var result && result != WebMReadResult.NeedsMore)
        {
            Assert.True(result is WebMReadResult.Tracks or WebMReadResult.Packet, $"{result}");
            if (result == WebMReadResult.Packet)
            {
                var packet = reader.Packet;
                seen.Add(
                    new(
                        packet.TrackNumber,
                        packet.IsKeyframe,
                        packet.Timestamp.TotalMilliseconds,
                        Seen.Hash(packet.Payload.Span)
                    )
                );
            }
        }
        return seen;
    }

    /// <summary>The delays that count, of all servers of this process.</summary>
    private sealed class CountedDelays : IDisposable
    {
        private readonly MeterListener _listener = new();

        public CountedDelays()
        {
            _listener.InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Name == "communiconnect.live.delay")
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            };
            _listener.SetMeasurementEventCallback<double>(
                (_, ms, _, _) => Milliseconds.Enqueue(ms)
            );
            _listener.Start();
        }

        public ConcurrentQueue<double> Milliseconds { get; } = new();

        public void Dispose() => _listener.Dispose();
    }

    /// <summary>A packet as both ways of watching can tell it.</summary>
    private sealed record Seen(int Track, bool IsKeyframe, long Milliseconds, string Payload)
    {
        // WebM has whole milliseconds, rounded to the nearest.
        public static Seen Of(WatchedPacket packet) =>
            new(
                packet.Track,
                packet.IsKeyframe,
                (packet.Microseconds + 500) / 1_000,
                Hash(packet.Payload)
            );

        public static string Hash(ReadOnlySpan<byte> payload) =>
            Convert.ToHexString(SHA256.HashData(payload));
    }
}
