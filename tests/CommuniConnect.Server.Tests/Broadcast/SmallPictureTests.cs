using System.Net;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Text.Json;
using CommuniConnect.Media;
using CommuniConnect.Media.WebM;
using CommuniConnect.Server.Broadcast.OnAir;
using CommuniConnect.Server.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace CommuniConnect.Server.Tests.Broadcast;

/// <summary>The second, small picture of a live: who gets it, when, and what it can never harm.</summary>
public sealed class SmallPictureTests(ServerFixture server) : IClassFixture<ServerFixture>
{
    private const int Video = 1;
    private const int Audio = 2;
    private const int Small = 3;

    [Fact]
    public async Task Viewer_goes_to_the_small_picture_and_back_at_keyframes_while_the_sound_goes_on()
    {
        var live = await StartedLive.StartAsync(server);
        await live.PublishAsync(await Footage.Vp8OpusAsync(2)); // the take that follows begins later on the timeline
        await using var film = await Film.BeginAsync(live, 8);
        await using var viewer = await WatchClient.ConnectAsync(live);
        await film.GoOnAsync(2, viewer);
        await UntilOfferedAsync(live);

        await viewer.SayAsync("""{"type":"select","rendition":"small"}""");
        await live.UntilHeardAsync(viewer, 1);
        await film.GoOnAsync(4.8, viewer);
        await viewer.SayAsync("""{"type":"select","rendition":"main"}""");
        await live.UntilHeardAsync(viewer, 2);
        await film.GoOnAsync(8, viewer);
        await film.CompleteAsync();
        await live.StopAsync();

        var packets = (await viewer.RestAsync()).OfType<WatchedPacket>().ToList();
        var pictures = packets.Where(p => p.Track != Audio).ToList();
        foreach (var (before, next) in pictures.Zip(pictures.Skip(1)))
        {
            Assert.True(next.IsKeyframe || next.Track == before.Track, "a switch at no keyframe");
        }
        Assert.True(pictures[0].IsKeyframe);
        Assert.Contains(pictures, p => p.Track == Small);
        Assert.Equal(Video, pictures[^1].Track);
        var sounds = packets.Where(p => p.Track == Audio).Select(p => p.Microseconds).ToList();
        Assert.All(sounds.Zip(sounds.Skip(1)), s => Assert.InRange(s.Second - s.First, 1, 40_000));
        // The same instants of the camera stand at the same time of the live.
        var times = film.SmallPackets.ToDictionary(
            p => Hash(p.Payload.Span),
            p => p.Timestamp.TotalMilliseconds
        );
        var shift = pictures
            .Where(p => p.Track == Small)
            .Select(p => (p.Microseconds / 1_000) - times[Hash(p.Payload)])
            .Distinct();
        Assert.InRange(Assert.Single(shift), 1_900, 2_200);
    }

    [Fact]
    public async Task Whoever_asks_for_it_at_once_is_sent_no_large_picture_at_all()
    {
        var live = await StartedLive.StartAsync(server);
        await using var film = await Film.BeginAsync(live, 6);
        await film.GoOnAsync(3);
        await UntilOfferedAsync(live);
        await using var viewer = await WatchClient.ConnectAsync(live, query: "?rendition=small");
        var message = await viewer.NextAsync("tracks");
        var tracks = message.GetProperty("tracks");
        await viewer.PacketAsync(p => p.Track == Small && p.IsKeyframe);
        await film.GoOnAsync(6.1);
        await viewer.PacketAsync(p => p.Track == Small && p.Microseconds > 2_500_000);

        Assert.Equal(["main", "main", "small"], Renditions(message));
        Assert.Equal(80, tracks[2].Int("width"));
        Assert.Equal("video", tracks[2].Text("kind"));
        Assert.DoesNotContain(Video, viewer.Tracks);
    }

    [Fact]
    public async Task It_is_in_no_recording_and_in_no_progressive_stream()
    {
        var live = await StartedLive.StartAsync(server);
        await using var film = await Film.BeginAsync(live, 6);
        await film.GoOnAsync(3);
        await UntilOfferedAsync(live);
        using var client = new HttpClient();
        using var progressive = await client.GetAsync(
            live.Watch,
            HttpCompletionOption.ResponseHeadersRead
        );
        await film.GoOnAsync(6.1);
        await film.CompleteAsync();
        await live.StopAsync();

        var main = film.MainPackets.Select(p => Hash(p.Payload.Span)).ToHashSet();
        var watched = Packets(await progressive.Content.ReadAsByteArrayAsync().WithinAsync());
        var recorded = Packets(await File.ReadAllBytesAsync(live.PartPath));
        Assert.All(watched.Concat(recorded), p => Assert.Contains(Hash(p.Payload.Span), main));
        Assert.Equal(main.Count, recorded.Select(p => Hash(p.Payload.Span)).Distinct().Count());
        Assert.Single(Directory.GetFiles(live.Folder, "*.webm"));
    }

    [Fact]
    public async Task When_it_goes_away_its_viewers_have_the_large_picture()
    {
        var live = await StartedLive.StartAsync(server);
        await using var film = await Film.BeginAsync(live, 6);
        await film.GoOnAsync(3);
        await UntilOfferedAsync(live);
        await using var viewer = await WatchClient.ConnectAsync(live, query: "?rendition=small");
        await viewer.PacketAsync(p => p.Track == Small);

        await film.SmallSocket.DisposeAsync();

        var next = await viewer.PacketAsync(p => p.Track == Video);
        Assert.True(next.IsKeyframe);
        await film.GoOnMainAsync(6);
        await viewer.PacketAsync(p => p.Track == Video && p.Microseconds > 3_000_000);
    }

    [Fact]
    public async Task One_that_stands_still_is_taken_away_and_comes_back_at_a_keyframe()
    {
        var live = await StartedLive.StartAsync(server);
        await using var film = await Film.BeginAsync(live, 8);
        await film.GoOnAsync(3.2);
        await UntilOfferedAsync(live);
        await using var viewer = await WatchClient.ConnectAsync(live, query: "?rendition=small");
        await viewer.PacketAsync(p => p.Track == Small);

        await film.GoOnMainAsync(6);
        await viewer.PacketAsync(p => p.Track == Video);
        await film.GoOnAsync(8);

        var back = await viewer.PacketAsync(p => p.Track == Small && p.Microseconds > 4_000_000);
        Assert.False(film.SmallSocket.Closed.IsCompleted);
        Assert.True(back.Microseconds > 0);
    }

    [Theory]
    [InlineData("not WebM", WebSocketCloseStatus.InvalidPayloadData)]
    [InlineData("sound", WebSocketCloseStatus.InvalidPayloadData)]
    [InlineData("picture and sound", WebSocketCloseStatus.InvalidPayloadData)]
    [InlineData("false keyframes", WebSocketCloseStatus.InvalidPayloadData)]
    [InlineData("too much", WebSocketCloseStatus.PolicyViolation)]
    [InlineData("a frame without end", WebSocketCloseStatus.PolicyViolation)]
    [InlineData("text", WebSocketCloseStatus.InvalidMessageType)]
    public async Task What_is_no_small_picture_is_let_go_and_the_live_goes_on(
        string kind,
        WebSocketCloseStatus status
    )
    {
        var live = await StartedLive.StartAsync(server);
        await using var film = await Film.BeginAsync(live, 3);
        await film.GoOnMainAsync(1.5);
        await using var viewer = await WatchClient.ConnectAsync(live, query: "?rendition=small");
        await using var bad = await SmallSocket.ConnectAsync(live, film.Take);

        await bad.SendUntilClosedAsync(
            await HostileAsync(kind),
            kind == "text" ? WebSocketMessageType.Text : WebSocketMessageType.Binary
        );
        await film.GoOnMainAsync(3);

        Assert.Equal(status, bad.CloseStatus);
        await viewer.PacketAsync(p => p.Track == Video && p.Microseconds > 2_500_000);
        Assert.DoesNotContain(Small, viewer.Tracks);
        var stop = await live.StopAsync();
        Assert.True(stop.GetProperty("video_saved").GetBoolean());
    }

    [Theory]
    [InlineData("no keyframe")]
    [InlineData("years ahead")]
    [InlineData("another take")]
    public async Task What_does_not_go_with_the_take_on_air_is_shown_to_nobody(string kind)
    {
        var live = await StartedLive.StartAsync(server);
        await using var film = await Film.BeginAsync(live, 3);
        await film.GoOnMainAsync(1.5);
        await using var viewer = await WatchClient.ConnectAsync(live, query: "?rendition=small");
        var take = kind == "another take" ? Guid.NewGuid() : film.Take;
        await using var bad = await SmallSocket.ConnectAsync(live, take);

        await bad.SendAsync(await HostileAsync(kind));
        await film.GoOnMainAsync(3);

        await viewer.PacketAsync(p => p.Track == Video && p.Microseconds > 2_500_000);
        Assert.DoesNotContain(Small, viewer.Tracks);
        await live.StopAsync();
        await bad.Closed.WithinAsync();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_stop_ends_it_and_its_address_at_once(bool force)
    {
        var live = await StartedLive.StartAsync(server);
        await using var film = await Film.BeginAsync(live, 3);
        await film.GoOnAsync(1.5);

        await live.StopAsync(force);

        await film.SmallSocket.Closed.WithinAsync();
        Assert.Equal(WebSocketCloseStatus.NormalClosure, film.SmallSocket.CloseStatus);
        var path = SmallSocket.AddressOf(live, film.Take).PathAndQuery;
        await server.Anonymous().GetAsync(path, HttpStatusCode.Conflict);
        await server
            .Anonymous()
            .GetAsync(
                path.Replace("live_", "live_9", StringComparison.Ordinal),
                HttpStatusCode.NotFound
            );
    }

    [Fact]
    public async Task Another_connection_and_another_take_replace_the_one_before()
    {
        var live = await StartedLive.StartAsync(server);
        await using var film = await Film.BeginAsync(live, 4);
        await film.GoOnAsync(1.2);
        await using var second = await SmallSocket.ConnectAsync(live, film.Take);
        await film.SmallSocket.Closed.WithinAsync();
        await second.SendAsync(await File.ReadAllBytesAsync(await Footage.SmallAsync(4)));
        await UntilOfferedAsync(live);
        await using var viewer = await WatchClient.ConnectAsync(live, query: "?rendition=small");
        await viewer.PacketAsync(p => p.Track == Small);

        await live.PublishAsync(await Footage.Vp8OpusAsync(3));

        await second.Closed.WithinAsync();
        await viewer.PacketAsync(p => p.Track == Video && p.IsKeyframe);
    }

    [Fact]
    public async Task Viewer_who_joins_a_long_group_has_the_studio_asked_for_a_keyframe_once_a_second()
    {
        var live = await StartedLive.StartAsync(server);
        await using var studio = await StudioSocket.ConnectAsync(live.Ingest);
        await studio.SendAsync(await File.ReadAllBytesAsync(await Footage.LongGroupAsync(3)));
        await live.UntilAsync(s => s.Duration > TimeSpan.FromSeconds(2));

        await using var one = await WatchClient.ConnectAsync(live);
        await studio.NextAsync("keyframe");
        await using var two = await WatchClient.ConnectAsync(live);
        await live.UntilAsync(s => s.Viewers > 0);
        await two.PacketAsync(p => p.IsKeyframe); // it has joined
        await studio.CompleteAsync();

        Assert.Equal(1, studio.KeyframesAsked);
    }

    /// <summary>What an author with bad intentions might send.</summary>
    private static async Task<byte[]> HostileAsync(string kind)
    {
        var small = await File.ReadAllBytesAsync(await Footage.SmallAsync(3));
        switch (kind)
        {
            case "not WebM":
                return RandomNumberGenerator.GetBytes(8_000);
            case "text":
                return "{}"u8.ToArray();
            case "sound":
                return await File.ReadAllBytesAsync(await Footage.AudioOnlyAsync(3));
            case "picture and sound":
                return await File.ReadAllBytesAsync(await Footage.Vp8OpusAsync(3));
            case "too much":
                return await RemuxedAsync(await Footage.NoiseAsync(4), "-an");
            case "false keyframes":
                // A VP8 keyframe says so in its first byte, and its size after a start code.
                var code = small.AsSpan().IndexOf((ReadOnlySpan<byte>)[0x9D, 0x01, 0x2A]);
                small[code + 4] = small[code + 6] = 0x3F; // 16,000 pixels wide and high
                return small;
            case "a frame without end":
                byte[] cluster =
                [
                    0x1F,
                    0x43,
                    0xB6,
                    0x75,
                    0x01,
                    .. Enumerable.Repeat((byte)0xFF, 7),
                ];
                byte[] endless = [0xE7, 0x81, 0x00, 0xA3, 0x10, 0x7F, 0xFF, 0xFF]; // a block of 8 MB
                return
                [
                    .. small.AsSpan(0, ClustersOf(small)[0]),
                    .. cluster,
                    .. endless,
                    .. new byte[400_000],
                ];
            case "no keyframe":
                var film = await File.ReadAllBytesAsync(await Footage.LongGroupAsync(3));
                var clusters = ClustersOf(film);
                return [.. film.AsSpan(0, clusters[0]), .. film.AsSpan(clusters[1])];
            case "years ahead":
                return await RemuxedAsync(
                    await Footage.SmallAsync(3),
                    "-output_ts_offset",
                    "100000000"
                );
            default:
                return small;
        }
    }

    private static async Task<byte[]> RemuxedAsync(string file, params string[] how)
    {
        var made = Path.Combine(Scratch.Folder(), $"{Guid.NewGuid():N}.webm");
        var (exit, _, errors) = await Tool.RunAsync(
            "ffmpeg",
            ["-v", "error", "-i", file, "-c", "copy", .. how, "-f", "webm", "-live", "1", made]
        );
        Assert.True(exit == 0, errors);
        return await File.ReadAllBytesAsync(made);
    }

    private static List<int> ClustersOf(byte[] webm)
    {
        var at = new List<int>();
        for (var i = 0; i + 4 <= webm.Length; i++)
        {
            if (webm.AsSpan(i, 4).SequenceEqual((byte[])[0x1F, 0x43, 0xB6, 0x75]))
            {
                at.Add(i);
            }
        }
        return at;
    }

    private Task UntilOfferedAsync(StartedLive live) =>
        Patience.UntilAsync(
            () =>
                Task.FromResult(
                    server
                        .Services.GetRequiredService<LiveDirectory>()
                        .FindLive(live.Id)
                        ?.Timeline.Small
                        is not null
                ),
            "there is a small picture"
        );

    private static List<string> Renditions(JsonElement tracks) =>
        [
            .. tracks
                .GetProperty("tracks")
                .EnumerateArray()
                .Select(t => t.TryGetProperty("rendition", out var r) ? r.GetString()! : "main"),
        ];

    private static string Hash(ReadOnlySpan<byte> payload) =>
        Convert.ToHexString(SHA256.HashData(payload));

    private static List<MediaPacket> Packets(byte[] webm)
    {
        var reader = new WebMReader();
        var packets = new List<MediaPacket>();
        reader.Push(webm);
        while (reader.Read() is var result && result != WebMReadResult.NeedsMore)
        {
            Assert.True(result is WebMReadResult.Tracks or WebMReadResult.Packet, $"{result}");
            if (result == WebMReadResult.Packet)
            {
                packets.Add(reader.Packet);
            }
        }
        return packets;
    }

    /// <summary>A take that is sent in two renditions, as far as the test says.</summary>
    private sealed class Film : IAsyncDisposable
    {
        private const double StepSeconds = 0.2;
        private readonly StartedLive _live;
        private readonly Reel _main;
        private readonly Reel _small;
        private readonly StudioSocket _studio;
        private readonly TimeSpan _begin;
        private double _seconds;

        private Film(
            StartedLive live,
            Reel main,
            Reel small,
            StudioSocket studio,
            SmallSocket socket
        )
        {
            (_live, _main, _small, _studio, SmallSocket) = (live, main, small, studio, socket);
            _begin = live.Snapshot!.Duration;
        }

        public Guid Take => _studio.Take;
        public SmallSocket SmallSocket { get; }
        public List<MediaPacket> MainPackets => _main.Packets;
        public List<MediaPacket> SmallPackets => _small.Packets;

        public static async Task<Film> BeginAsync(StartedLive live, int seconds)
        {
            var main = new Reel(await File.ReadAllBytesAsync(await Footage.Vp8OpusAsync(seconds)));
            var small = new Reel(await File.ReadAllBytesAsync(await Footage.SmallAsync(seconds)));
            var studio = await StudioSocket.ConnectAsync(live.Ingest);
            return new(
                live,
                main,
                small,
                studio,
                await SmallSocket.ConnectAsync(live, studio.Take)
            );
        }

        /// <summary>Sends both up to a second of the take, piece by piece as a camera would, and no faster than the viewer takes it.</summary>
        public async Task GoOnAsync(double seconds, WatchClient? viewer = null)
        {
            while (_seconds < seconds)
            {
                await GoOnMainAsync(Math.Min(_seconds + StepSeconds, seconds));
                await SmallSocket.SendAsync(_small.Until(_seconds));
                if (viewer is not null)
                {
                    var end = (
                        _begin + TimeSpan.FromSeconds(_seconds - StepSeconds)
                    ).TotalMicroseconds;
                    await Patience.UntilAsync(
                        () => Task.FromResult(viewer.NewestMicroseconds >= end),
                        "the viewer keeps up"
                    );
                }
            }
        }

        public async Task GoOnMainAsync(double seconds)
        {
            await _studio.SendAsync(_main.Until(seconds));
            _seconds = seconds;
            var end = _begin + TimeSpan.FromSeconds(seconds - StepSeconds);
            await _live.UntilAsync(s => s.Duration >= end);
        }

        public Task CompleteAsync() => _studio.CompleteAsync();

        public async ValueTask DisposeAsync()
        {
            await SmallSocket.DisposeAsync();
            await _studio.DisposeAsync();
        }
    }

    /// <summary>A file to be sent bit by bit.</summary>
    private sealed class Reel
    {
        private readonly byte[] _webm;
        private readonly List<(double Seconds, long EndBytes)> _ends = [];
        private int _sent;

        public Reel(byte[] webm)
        {
            _webm = webm;
            var reader = new WebMReader();
            foreach (var (at, value) in webm.Index())
            {
                reader.Push([value]);
                while (reader.Read() is var result && result != WebMReadResult.NeedsMore)
                {
                    if (result == WebMReadResult.Packet)
                    {
                        Packets.Add(reader.Packet);
                        _ends.Add((reader.Packet.Timestamp.Nanoseconds / 1e9, at + 1));
                    }
                }
            }
        }

        public List<MediaPacket> Packets { get; } = [];

        /// <summary>What follows on what was given before, up to a second of it.</summary>
        public ReadOnlyMemory<byte> Until(double seconds)
        {
            var end = Math.Max(_sent, (int)_ends.LastOrDefault(e => e.Seconds <= seconds).EndBytes);
            var next = _webm.AsMemory(_sent..end);
            _sent = end;
            return next;
        }
    }
}
