using System.Diagnostics;
using CommuniConnect.Bench.Support;

namespace CommuniConnect.Bench.Measurements;

/// <summary>How long a stop takes to answer: the same after hours as after seconds.</summary>
internal static class StopLatency
{
    public static readonly TimeSpan Short = TimeSpan.FromSeconds(10);
    public static readonly TimeSpan Long = TimeSpan.FromHours(3);
    public const int Takes = 10;
    private const int Rounds = 5;
    private const int ColdStarts = 3;
    private static readonly Target Quick = new(50);

    public static async Task<IReadOnlyList<Figure>> MeasureAsync(
        BenchOptions options,
        CancellationToken cancellation
    )
    {
        var footage = await Footage.MakeAsync(cancellation);
        var first = new List<double>();
        for (var i = 0; i < ColdStarts; i++)
        {
            await using var cold = await ServerProcess.StartAsync(cancellation);
            first.Add(await FirstStopAsync(cold, footage, cancellation));
        }
        var (brief, hours, broken) = (new List<double>(), new List<double>(), new List<double>());
        var syncs = new List<double>();
        await using var server = await ServerProcess.StartAsync(cancellation);
        using var member = await Member.RegisterAsync(server, cancellation);
        await StopAsync(member, footage, Short, cancellation); // what only the first one pays
        for (var i = 0; i < Rounds; i++)
        {
            Progress.Say($"  round {i + 1} of {Rounds}");
            brief.Add(await StopAsync(member, footage, Short, cancellation));
            hours.Add(await StopAsync(member, footage, Long, cancellation));
            broken.Add(await StopAsync(member, footage, Long, cancellation, Takes));
            syncs.AddRange(DiskSync.Measure());
        }
        return
        [
            Figure.Median("stop after 10 s", brief, "ms", Quick),
            Figure.Median("stop after 3 h", hours, "ms", Quick),
            Figure.Median($"stop after 3 h in {Takes} takes", broken, "ms", Quick),
            new("3 h : 10 s", Stats.Median(hours) / Stats.Median(brief), "", new Target(2)),
            Figure.Median("first stop of a server just started", first, "ms"),
            Figure.Median("one write with fsync on this disk", syncs, "ms"),
        ];
    }

    private static async Task<double> FirstStopAsync(
        ServerProcess server,
        Footage footage,
        CancellationToken cancellation
    )
    {
        using var member = await Member.RegisterAsync(server, cancellation);
        return await StopAsync(member, footage, Short, cancellation);
    }

    /// <summary>Milliseconds from the request to the whole answer, while the camera still sends.</summary>
    private static async Task<double> StopAsync(
        Member member,
        Footage footage,
        TimeSpan length,
        CancellationToken cancellation,
        int takes = 1
    )
    {
        await using var live = await RecordedLive.MakeAsync(
            member,
            footage,
            length,
            cancellation,
            takes
        );
        var began = Stopwatch.GetTimestamp();
        var stopped = await member.StopAsync(live.Id, cancellation);
        var time = Stopwatch.GetElapsedTime(began).TotalMilliseconds;
        RecordedLive.CheckLength(stopped.Duration, length);
        await member.DeleteAsync(live.Id, cancellation);
        return time;
    }
}
