using System.Diagnostics;
using CommuniConnect.Bench.Support;

namespace CommuniConnect.Bench.Measurements;

/// <summary>
/// How much later a server that was killed in the middle of long lives serves again, and has their recordings found. Each
/// start is held against one on the same database when nothing is open any more.
/// </summary>
internal static class Recovery
{
    private const int Lives = 3;
    private const double GigabytesEach = 1;
    private const int Rounds = 3;

    /// <summary>What may have been on its way when the server was killed.</summary>
    private static readonly TimeSpan Lost = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(10);
    private const string Caches = "/proc/sys/vm/drop_caches";
    private static readonly Target PerGigabyte = new(1);
    private static readonly Target Delay = new(2);

    public static async Task<IReadOnlyList<Figure>> MeasureAsync(
        BenchOptions options,
        CancellationToken cancellation
    )
    {
        var footage = await Footage.MakeAsync(cancellation);
        var length = TimeSpan.FromSeconds(GigabytesEach * 8e9 / footage.BitsPerSecond);
        await using var server = await ServerProcess.StartAsync(cancellation);
        using var member = await Member.RegisterAsync(server, cancellation);
        var lives = new List<RecordedLive>();
        try
        {
            for (var i = 0; i < Lives; i++)
            {
                Progress.Say($"  live {i + 1} of {Lives}: {length.TotalHours:0.0} hours");
                lives.Add(await RecordedLive.MakeAsync(member, footage, length, cancellation));
            }
            // The first kill meets the cameras in mid-sentence; at the others the lives stand interrupted.
            var (open, found) = await StartsAsync(server, member, lives, cancellation);
            foreach (var live in lives)
            {
                var stopped = await member.StopAsync(live.Id, cancellation);
                if (stopped.Duration < length.TotalSeconds - Lost.TotalSeconds)
                {
                    throw new InvalidOperationException($"only {stopped.Duration} s were found");
                }
            }
            var (none, _) = await StartsAsync(server, member, [], cancellation);
            var late = Stats.Median(open) - Stats.Median(none);
            const double gigabytes = Lives * GigabytesEach;
            return
            [
                new(
                    "recovery of a gigabyte",
                    (Stats.Median(found) - Stats.Median(none)) / gigabytes,
                    "s",
                    PerGigabyte
                ),
                new($"serves later with {gigabytes} GB on air", late, "s", Delay),
                Figure.Median($"start with {gigabytes} GB in {Lives} lives on air", open, "s"),
                Figure.Median("until every recording was found", found, "s"),
                Figure.Median("start with nothing on air", none, "s"),
            ];
        }
        finally
        {
            foreach (var live in lives)
            {
                await live.DisposeAsync();
            }
        }
    }

    /// <summary>Kills the server and starts it again, some times: seconds until it serves, and until the lives have what was recorded.</summary>
    private static async Task<(List<double> Served, List<double> Found)> StartsAsync(
        ServerProcess server,
        Member member,
        IReadOnlyList<RecordedLive> lives,
        CancellationToken cancellation
    )
    {
        var (served, found) = (new List<double>(), new List<double>());
        for (var i = 0; i < Rounds; i++)
        {
            await server.KillAsync();
            await ForgetAsync(cancellation);
            var began = Stopwatch.GetTimestamp();
            await server.StartAgainAsync(cancellation);
            served.Add(Stopwatch.GetElapsedTime(began).TotalSeconds);
            foreach (var live in lives)
            {
                while (await member.RecordedSecondsAsync(live.Id, cancellation) == 0)
                {
                    await Task.Delay(Look, cancellation);
                }
            }
            found.Add(Stopwatch.GetElapsedTime(began).TotalSeconds);
        }
        return (served, found);
    }

    /// <summary>Has the system forget what it read, as after a cut of power; where that is not allowed, the files are still in memory.</summary>
    private static async Task ForgetAsync(CancellationToken cancellation)
    {
        try
        {
            await Tool.RunAsync(cancellation, "sync");
            await File.WriteAllTextAsync(Caches, "3", cancellation);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            Progress.Say("  the system keeps what it read: not as after a cut of power");
        }
    }
}
