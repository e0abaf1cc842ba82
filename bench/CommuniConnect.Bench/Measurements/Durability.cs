using System.Diagnostics;
using CommuniConnect.Bench.Support;
using CommuniConnect.Media;

namespace CommuniConnect.Bench.Measurements;

/// <summary>
/// What it costs that an acknowledgement means durable: the same server on the same disk, once with its fsyncs and once with
/// none of them done, as fast as it acknowledges.
/// </summary>
internal static class Durability
{
    private const int Lives = 4;
    private const int Seconds = 600;
    private const int Rounds = 3;
    private const int Chatters = 40;

    /// <summary>As many as a member may write at once.</summary>
    private const int MessagesEach = 20;

    /// <summary>After so long a member may write that many again.</summary>
    private static readonly TimeSpan Breath = TimeSpan.FromSeconds(3);

    public static async Task<IReadOnlyList<Figure>> MeasureAsync(
        BenchOptions options,
        CancellationToken cancellation
    )
    {
        var footage = await Footage.MakeAsync(cancellation);
        List<byte[]> take =
        [
            footage.Header,
            .. footage
                .From(MediaTime.Zero, MediaTime.FromMilliseconds(1000))
                .TakeWhile(piece => piece.Start < MediaTime.FromMilliseconds(1000L * Seconds))
                .Select(piece => piece.Bytes),
        ];
        var (durable, messages) = await MeasureAsync(syncs: true, take, cancellation);
        var (bare, bareMessages) = await MeasureAsync(syncs: false, take, cancellation);
        return
        [
            new(
                "publishing: durable : without fsync",
                Stats.Median(durable) / Stats.Median(bare),
                ""
            ),
            Figure.Median("acknowledged", durable, "MB/s"),
            Figure.Median("the same without fsync", bare, "MB/s"),
            new(
                "chat: durable : without fsync",
                Stats.Median(messages) / Stats.Median(bareMessages),
                ""
            ),
            Figure.Median("messages acknowledged", messages, "/s"),
            Figure.Median("messages without fsync", bareMessages, "/s"),
            Figure.Median("one write with fsync on this disk", [.. DiskSync.Measure()], "ms"),
        ];
    }

    private static async Task<(List<double> Megabytes, List<double> Messages)> MeasureAsync(
        bool syncs,
        List<byte[]> take,
        CancellationToken cancellation
    )
    {
        Progress.Say(syncs ? "  with fsync" : "  without fsync");
        await using var disk = await OverlayDisk.MakeAsync(syncs, cancellation);
        await using var server = await ServerProcess.StartAsync(cancellation, disk.Folder);
        var members = new List<Member>();
        for (var i = 0; i < Chatters; i++)
        {
            members.Add(await Member.RegisterAsync(server, cancellation));
        }
        var (megabytes, messages) = (new List<double>(), new List<double>());
        for (var i = -1; i < Rounds; i++) // the first is what only the first one pays
        {
            var published = await PublishAsync(members[0], take, cancellation);
            var said = await ChatAsync(members, cancellation);
            if (i >= 0)
            {
                megabytes.Add(published);
                messages.Add(said);
            }
        }
        members.ForEach(m => m.Dispose());
        return (megabytes, messages);
    }

    private static async Task<double> PublishAsync(
        Member member,
        List<byte[]> take,
        CancellationToken cancellation
    )
    {
        var lives = new List<StartedLive>();
        for (var i = 0; i < Lives; i++)
        {
            lives.Add(await member.StartLiveAsync(cancellation));
        }
        var began = Stopwatch.GetTimestamp();
        await Task.WhenAll(
            lives.Select(live => AcknowledgedTake.PublishAsync(live.IngestUrl, take, cancellation))
        );
        var seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        foreach (var live in lives)
        {
            await member.StopAsync(live.Id, cancellation);
            await member.DeleteAsync(live.Id, cancellation);
        }
        return Lives * take.Sum(p => (double)p.Length) / 1e6 / seconds;
    }

    private static async Task<double> ChatAsync(
        List<Member> members,
        CancellationToken cancellation
    )
    {
        await Task.Delay(Breath, cancellation);
        var live = await members[0].StartLiveAsync(cancellation);
        var began = Stopwatch.GetTimestamp();
        await Task.WhenAll(
            members.Select(async member =>
            {
                for (var i = 0; i < MessagesEach; i++)
                {
                    await member.SayAsync(live.Id, $"message {i}", cancellation);
                }
            })
        );
        var seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        await members[0].StopAsync(live.Id, cancellation);
        return members.Count * MessagesEach / seconds;
    }
}
