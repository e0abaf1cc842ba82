using System.Globalization;
using System.Text.Json;
using CommuniConnect.Server.Broadcast.OnAir;
using CommuniConnect.Server.Tests.Support;
using Xunit;

namespace CommuniConnect.Server.Tests.Chat;

/// <summary>In the replay a message stands at the picture its author had on the screen, whatever happened to the live.</summary>
public sealed class ReplayClockTests(ChatServer server) : IClassFixture<ChatServer>
{
    private const double Tolerance = 0.25;

    private readonly List<Written> _said = [];
    private IReadOnlyList<Member> _members = [];

    /// <summary>Thirty seconds without a camera, and a cut of sixty whose pictures come later.</summary>
    [Fact]
    public async Task Two_hundred_messages_stand_within_250_ms_of_their_pictures_after_a_pause_and_a_back_filled_cut()
    {
        var (first, second, third) = (
            await ReadAsync(hue: 0, seconds: 20),
            await ReadAsync(hue: 120, seconds: 65),
            await ReadAsync(hue: 240, seconds: 25)
        );
        _members = await server.NewMembersAsync(12);
        var live = await StartedLive.StartAsync(server);
        await using var viewer = await WatchClient.ConnectAsync(live);

        await using (var studio = await StudioSocket.ConnectAsync(live.Ingest))
        {
            await TalkAsync(live, studio, viewer, first, messages: 70);
            await studio.CompleteAsync();
        }
        server.Time.Advance(TimeSpan.FromSeconds(30));
        await TalkAsync(live, viewer, messages: 10);
        var shown = second.Length * 5 / 65;
        var cut = await StudioSocket.ConnectAsync(live.Ingest);
        await TalkAsync(live, cut, viewer, second[..shown], messages: 30);
        await cut.UntilDurableAsync(1);
        await cut.DisposeAsync();
        await live.UntilAsync(LiveStatus.Interrupted);
        server.Time.Advance(TimeSpan.FromSeconds(60));
        await TalkAsync(live, viewer, messages: 10);
        await using (var studio = await StudioSocket.ConnectAsync(live.Ingest))
        {
            await TalkAsync(live, studio, viewer, third, messages: 80);
            await studio.CompleteAsync();
        }
        await SendTailAsync(TakeUpload.ByKey(live, cut.Take), second);
        var stopped = await live.StopAsync();

        var pictures = await Tool.PicturesAsync(
            await live.DownloadAsync(stopped.Text("video_url"))
        );
        Assert.InRange(pictures[^1].Seconds, 109, 111);
        var timeline = (await live.GetAsync()).GetProperty("replay_timeline");
        var kept = await _members[0].MessagesAsync(live.Id, "?after=0&limit=200");
        var cues = CuesOf(
            await live.Owner.Client.GetStringAsync(
                $"{ChatClient.Chat(live.Id)}/export/?format=vtt",
                ChatServer.Cancellation
            )
        );
        Assert.Equal(200, _said.Count);
        Assert.Equal(_said.Select(s => s.Id), kept.Select(m => m.Id()));
        var wrong = new List<string>();
        foreach (var (message, (id, picture)) in kept.Zip(_said))
        {
            var appears = AppearsAt(timeline, message.GetProperty("media_time").GetDouble());
            var at = Assert.Single(pictures, p => p.Crc == picture).Seconds;
            if (Math.Abs(appears - at) > Tolerance || Math.Abs(cues[id] - at) > Tolerance)
                wrong.Add(
                    $"message {id} appears at {appears:f3}, as a cue at {cues[id]:f3}, its picture at {at:f3}"
                );
        }
        Assert.Empty(wrong);
    }

    /// <summary>When each cue of a WebVTT file begins, by its name.</summary>
    private static Dictionary<int, double> CuesOf(string vtt) =>
        vtt.Split("\n\n")
            .Skip(1)
            .Select(cue => cue.Split('\n'))
            .ToDictionary(
                lines => int.Parse(lines[0], CultureInfo.InvariantCulture),
                lines =>
                    TimeSpan
                        .Parse(lines[1].Split(" --> ")[0], CultureInfo.InvariantCulture)
                        .TotalSeconds
            );

    /// <summary>Sends a take piece by piece; after each a member writes what the viewer sees.</summary>
    private async Task TalkAsync(
        StartedLive live,
        StudioSocket studio,
        WatchClient viewer,
        ReadOnlyMemory<byte> media,
        int messages
    )
    {
        for (var i = 0; i < messages; i++)
        {
            var before = live.Snapshot!.Duration;
            var (from, to) = (media.Length * i / messages, media.Length * (i + 1) / messages);
            await studio.SendMessageAsync(media[from..to]); // at once, so that it is on air at once
            var now = (await live.UntilAsync(s => s.Duration > before)).Duration;
            await Patience.UntilAsync(
                () =>
                    Task.FromResult(
                        viewer.NewestMicroseconds / 1e6 > now.TotalSeconds - (Tolerance / 2)
                    ),
                "the viewer sees it"
            );
            await TalkAsync(live, viewer, messages: 1);
        }
    }

    /// <summary>Members write, in turn, what the viewer has on the screen.</summary>
    private async Task TalkAsync(StartedLive live, WatchClient viewer, int messages)
    {
        for (var i = 0; i < messages; i++)
        {
            var picture = Tool.CrcOf(viewer.Picture!.Payload);
            var member = _members[_said.Count % _members.Count];
            _said.Add(new(await member.SayAsync(live.Id, picture), picture));
        }
    }

    private static async Task SendTailAsync(TakeUpload tail, byte[] take)
    {
        var (offset, complete) = (await tail.HeadAsync())!.Value;
        while (!complete)
            (offset, complete) = await tail.PatchAsync(
                offset,
                take.AsMemory((int)offset..),
                complete: true
            );
    }

    private static async Task<byte[]> ReadAsync(int hue, int seconds) =>
        await File.ReadAllBytesAsync(
            await Footage.ColouredAsync(hue, seconds),
            ChatServer.Cancellation
        );

    /// <summary>When a replay that plays on shows a message, as docs/api.md says it.</summary>
    private static double AppearsAt(JsonElement timeline, double mediaTime)
    {
        var pieces = timeline
            .EnumerateArray()
            .Select(p =>
                (
                    Start: p.GetProperty("start").GetDouble(),
                    Live: p.GetProperty("live_start") is { ValueKind: JsonValueKind.Number } live
                        ? live.GetDouble()
                        : (double?)null
                )
            )
            .ToList();
        foreach (var (index, (start, live)) in pieces.Index())
        {
            var end = index + 1 < pieces.Count ? pieces[index + 1].Start : double.PositiveInfinity;
            if (live is { } begin && start + mediaTime - begin <= end)
                return Math.Max(start, start + mediaTime - begin);
            if (live is null && mediaTime <= pieces.Skip(index).First(p => p.Live is not null).Live)
                return start; // the clock stands still at what it showed when the live went on
        }
        Assert.Fail($"{mediaTime} is nowhere in {timeline}");
        return 0;
    }

    private sealed record Written(int Id, string Picture);
}
