using CommuniConnect.Server.Broadcast;
using CommuniConnect.Server.Broadcast.OnAir;
using CommuniConnect.Server.Broadcast.Record;
using CommuniConnect.Server.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace CommuniConnect.Server.Tests.Broadcast;

public sealed class LiveTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("live-").FullName;
    private readonly FakeTimeProvider _time = new(
        new DateTimeOffset(2026, 11, 1, 20, 0, 0, TimeSpan.Zero)
    );

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Recording_holds_every_packet_and_is_seekable_once_ended()
    {
        var source = await Footage.Vp8OpusAsync(4);
        var live = StartLive();
        await PublishAsync(live, Guid.NewGuid(), await File.ReadAllBytesAsync(source));

        var ending = await EndAsync(live, LiveEndReason.Stopped);

        var part = Assert.Single(ending.Parts);
        var file = await PlayedAsync(_folder, part);
        Assert.Equal(await Tool.PacketsAsync(source), await Tool.PacketsAsync(file));
        Assert.InRange(part.Duration.TotalSeconds, 3.95, 4.1);
        var (_, structure, _) = await Tool.RunAsync("mkvinfo", "-a", file);
        Assert.Contains("Cues", structure, StringComparison.Ordinal);
        Assert.Contains("Seek head", structure, StringComparison.Ordinal);
        Assert.Contains("Duration", structure, StringComparison.Ordinal);
        Assert.StartsWith(
            "pass!",
            (await Tool.RunAsync("mediaconch", "-mc", "-fs", file)).Output,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Growing_recording_is_readable_at_any_moment()
    {
        var bytes = await File.ReadAllBytesAsync(await Footage.Vp8OpusAsync(4));
        var live = StartLive();
        var session = new PublisherSession();
        await live.AttachAsync(session, Guid.NewGuid(), offsetBytes: null, CancellationToken.None);
        foreach (var chunk in bytes[..(bytes.Length * 3 / 4)].Chunk(7_777))
        {
            await live.PushAsync(session, chunk, CancellationToken.None);
        }
        await live.LeaveAsync(session);
        await UntilAsync(live, s => s.Status == LiveStatus.Interrupted);

        var packets = await Tool.ProbeAsync(
            Path.Combine(_folder, "part-001.webm"),
            "stream=nb_read_packets"
        );

        Assert.All(
            packets.Split('\n'),
            count => Assert.InRange(int.Parse(count.Trim(','), null), 30, 200)
        );
        await EndAsync(live, LiveEndReason.Stopped);
    }

    [Fact]
    public async Task Live_whose_publisher_stays_away_ends_by_itself()
    {
        var live = StartLive();
        await PublishAsync(
            live,
            Guid.NewGuid(),
            await File.ReadAllBytesAsync(await Footage.Vp8OpusAsync(4))
        );
        await UntilAsync(live, s => s.Status == LiveStatus.Interrupted);

        _time.Advance(TimeSpan.FromSeconds(89));
        Assert.False(live.Ended.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(2));

        Assert.Equal(LiveEndReason.PublisherLeft, (await live.Ended).Reason);
    }

    [Fact]
    public async Task Publisher_that_comes_back_in_time_keeps_its_live()
    {
        var bytes = await File.ReadAllBytesAsync(await Footage.Vp8OpusAsync(4));
        var live = StartLive();
        await PublishAsync(live, Guid.NewGuid(), bytes);
        await UntilAsync(live, s => s.Status == LiveStatus.Interrupted);
        _time.Advance(TimeSpan.FromSeconds(80));
        var session = new PublisherSession();
        await live.AttachAsync(session, Guid.NewGuid(), offsetBytes: null, CancellationToken.None);
        await live.PushAsync(session, bytes, CancellationToken.None);
        await UntilAsync(live, s => s.Status == LiveStatus.Live);

        _time.Advance(TimeSpan.FromSeconds(80));

        Assert.Equal(LiveStatus.Live, live.Snapshot.Status);
        var ending = await EndAsync(live, LiveEndReason.Stopped);
        Assert.Equal(LiveEndReason.Stopped, ending.Reason);
    }

    [Fact]
    public async Task Takes_with_the_same_codecs_become_one_file_on_one_timeline()
    {
        var bytes = await File.ReadAllBytesAsync(await Footage.Vp8OpusAsync(4));
        var live = StartLive();
        await PublishAsync(live, Guid.NewGuid(), bytes);
        await PublishAsync(live, Guid.NewGuid(), bytes);

        var ending = await EndAsync(live, LiveEndReason.Stopped);

        var part = Assert.Single(ending.Parts);
        Assert.Equal(2, ending.Takes);
        Assert.InRange(part.Duration.TotalSeconds, 7.9, 8.2);
        Assert.Equal(
            "120",
            (await Tool.ProbeAsync(await PlayedAsync(_folder, part), "stream=nb_read_packets"))
                .Split('\n')[0]
                .Trim(',')
        );
    }

    [Fact]
    public async Task Replay_is_the_same_whether_it_is_remembered_or_read_from_disk()
    {
        var live = StartLive();
        foreach (var seconds in new[] { 2, 4, 3 })
        {
            var footage = await Footage.Vp8OpusAsync(seconds);
            await PublishAsync(live, Guid.NewGuid(), await File.ReadAllBytesAsync(footage));
        }

        var ending = await EndAsync(live, LiveEndReason.Stopped);

        var read = Assert.Single(Replay.PartsOf(_folder, NullLogger.Instance));
        var part = Assert.Single(ending.Parts);
        Assert.Equal(part.Files, read.Files);
        Assert.Equal(part with { Files = read.Files }, read);
        await PlayedAsync(_folder, part);
    }

    [Fact]
    public async Task Take_with_other_codecs_begins_another_part()
    {
        var live = StartLive();
        await PublishAsync(
            live,
            Guid.NewGuid(),
            await File.ReadAllBytesAsync(await Footage.Vp8OpusAsync(4))
        );
        await PublishAsync(
            live,
            Guid.NewGuid(),
            await File.ReadAllBytesAsync(await Footage.Vp9OpusAsync(2))
        );

        var ending = await EndAsync(live, LiveEndReason.Stopped);

        Assert.Equal(2, ending.Parts.Count);
        Assert.InRange(ending.Duration.TotalSeconds, 5.9, 6.2);
        Assert.Contains(
            "vp9",
            await Tool.ProbeAsync(await PlayedAsync(_folder, ending.Parts[1]), "stream=codec_name"),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Same_take_goes_on_where_it_was_durable_without_loss_or_repetition()
    {
        var source = await Footage.Vp8OpusAsync(4);
        var bytes = await File.ReadAllBytesAsync(source);
        var live = StartLive();
        var take = Guid.NewGuid();
        var sent = 0;
        var random = new Random(7);
        while (sent < bytes.Length)
        {
            var session = new PublisherSession();
            var ready = (AttachAnswer.Ready)
                await live.AttachAsync(session, take, offsetBytes: null, CancellationToken.None);
            var until = Math.Min(bytes.Length, sent + random.Next(1_000, 60_000));
            for (var at = (int)ready.OffsetBytes; at < until; at += 3_000)
            {
                await live.PushAsync(
                    session,
                    bytes.AsMemory(at, Math.Min(3_000, until - at)),
                    CancellationToken.None
                );
            }
            sent = until;
        }

        var ending = await EndAsync(live, LiveEndReason.Stopped);

        var file = await PlayedAsync(_folder, Assert.Single(ending.Parts));
        Assert.Equal(await Tool.PacketsAsync(source), await Tool.PacketsAsync(file));
        Assert.Equal(1, ending.Takes);
    }

    [Fact]
    public async Task Live_found_again_after_a_crash_goes_on_at_the_durable_offset_of_its_take()
    {
        var source = await Footage.Vp8OpusAsync(4);
        var bytes = await File.ReadAllBytesAsync(source);
        var take = Guid.NewGuid();
        var crashed = StartLive();
        var session = new PublisherSession();
        await crashed.AttachAsync(session, take, offsetBytes: null, CancellationToken.None);
        var durable = 0L;
        foreach (var chunk in bytes[..(bytes.Length / 2)].Chunk(5_000))
        {
            await crashed.PushAsync(session, chunk, CancellationToken.None);
            _time.Advance(Recorder.CheckpointInterval);
        }
        await crashed.LeaveAsync(session);
        await UntilAsync(crashed, s => s.Status == LiveStatus.Interrupted);
        while (
            durable == 0
            && await session.Notices.ReadAsync() is PublisherNotice.Durable acknowledged
        )
        {
            durable = acknowledged.OffsetBytes;
        }
        var copy = Scratch.Folder();
        File.Copy(Path.Combine(_folder, "part-001.webm"), Path.Combine(copy, "part-001.webm"));
        await File.AppendAllBytesAsync(
            Path.Combine(copy, "part-001.webm"),
            [0xA3, 0x41, 0x00, 0x81, 1, 2, 3]
        );

        var live = new Live(
            8,
            copy,
            new BroadcastOptions(),
            _time,
            NullLogger.Instance,
            _ => { },
            _ => { }
        );
        live.Start(Recovery.Read(copy, NullLogger.Instance), _time.GetUtcNow());
        var again = new PublisherSession();
        var ready = (AttachAnswer.Ready)
            await live.AttachAsync(again, take, offsetBytes: null, CancellationToken.None);
        await live.PushAsync(again, bytes.AsMemory((int)ready.OffsetBytes), CancellationToken.None);
        var ending = await EndAsync(live, LiveEndReason.Stopped);

        Assert.True(ready.OffsetBytes >= durable, $"{ready.OffsetBytes} < {durable}");
        var file = await PlayedAsync(copy, Assert.Single(ending.Parts));
        Assert.Equal(await Tool.PacketsAsync(source), await Tool.PacketsAsync(file));
        Directory.Delete(copy, recursive: true);
        await EndAsync(crashed, LiveEndReason.Stopped);
    }

    [Fact]
    public async Task Second_publisher_replaces_the_first()
    {
        var live = StartLive();
        var first = new PublisherSession();
        await live.AttachAsync(first, Guid.NewGuid(), offsetBytes: null, CancellationToken.None);
        await live.AttachAsync(
            new PublisherSession(),
            Guid.NewGuid(),
            offsetBytes: null,
            CancellationToken.None
        );

        Assert.IsType<PublisherNotice.Replaced>(await first.Notices.ReadAsync());
        Assert.True(first.Closed.IsCancellationRequested);
        await EndAsync(live, LiveEndReason.Stopped);
    }

    [Fact]
    public async Task Bytes_that_are_no_WebM_are_refused_and_the_live_goes_on()
    {
        var live = StartLive();
        var session = new PublisherSession();
        await live.AttachAsync(session, Guid.NewGuid(), offsetBytes: null, CancellationToken.None);
        await live.PushAsync(
            session,
            "<!doctype html><p>nothing</p>"u8.ToArray(),
            CancellationToken.None
        );

        Assert.IsType<PublisherNotice.Refused>(await session.Notices.ReadAsync());
        await PublishAsync(
            live,
            Guid.NewGuid(),
            await File.ReadAllBytesAsync(await Footage.Vp8OpusAsync(4))
        );
        Assert.Single((await EndAsync(live, LiveEndReason.Stopped)).Parts);
    }

    [Fact]
    public async Task Ended_before_any_media_leaves_no_replay()
    {
        var live = StartLive();

        var endings = await Task.WhenAll(
            EndAsync(live, LiveEndReason.Stopped),
            EndAsync(live, LiveEndReason.ForceStopped)
        );

        Assert.Empty(endings[0].Parts);
        Assert.Same(endings[0], endings[1]);
    }

    [Fact]
    public async Task Small_picture_that_comes_as_the_live_ends_is_let_go()
    {
        var live = NewLive();
        var ending = live.EndAsync(LiveEndReason.Stopped);
        var late = new SmallSession(Guid.NewGuid());
        Assert.True(await live.AttachSmallAsync(late, CancellationToken.None));

        live.Start();

        await ending;
        Assert.Equal(SmallEnd.Over, await late.Closed.WaitAsync(TimeSpan.FromSeconds(10)));
    }

    [Fact]
    public async Task Small_picture_that_comes_as_the_server_goes_down_is_told_to_come_back()
    {
        var live = NewLive();
        var suspending = live.SuspendAsync();
        var late = new SmallSession(Guid.NewGuid());
        Assert.True(await live.AttachSmallAsync(late, CancellationToken.None));

        live.Start();

        await suspending;
        Assert.Equal(SmallEnd.Suspended, await late.Closed.WaitAsync(TimeSpan.FromSeconds(10)));
    }

    private Live StartLive()
    {
        var live = NewLive();
        live.Start();
        return live;
    }

    /// <summary>Commands wait until it starts.</summary>
    private Live NewLive() =>
        new(7, _folder, new BroadcastOptions(), _time, NullLogger.Instance, _ => { }, _ => { });

    private static async Task<LiveEnding> EndAsync(Live live, LiveEndReason reason) =>
        await live.EndAsync(reason)
        ?? throw new InvalidOperationException("the live was let go of, not ended");

    private static async Task PublishAsync(Live live, Guid take, byte[] bytes)
    {
        var session = new PublisherSession();
        await live.AttachAsync(session, take, offsetBytes: null, CancellationToken.None);
        foreach (var chunk in bytes.Chunk(4_096))
        {
            await live.PushAsync(session, chunk, CancellationToken.None);
        }
        await live.CompleteAsync(session, CancellationToken.None);
        while (await session.Notices.ReadAsync() is not PublisherNotice.Completed) { }
    }

    /// <summary>What a viewer of the replay is sent, as a file.</summary>
    private static async Task<string> PlayedAsync(string folder, ReplayPart part)
    {
        var played = Path.Combine(Scratch.Folder(), "played.webm");
        await using var source = part.IsSpliced
            ? Replay.Open(folder, part.Files).Spliced.Open()
            : File.OpenRead(Path.Combine(folder, Assert.Single(part.Files).Name));
        await using var target = File.Create(played);
        await source.CopyToAsync(target);
        Assert.Equal(part.SizeBytes, target.Length);
        return played;
    }

    private static async Task UntilAsync(Live live, Func<LiveSnapshot, bool> reached)
    {
        while (!reached(live.Snapshot))
        {
            await Task.Yield();
        }
    }
}
