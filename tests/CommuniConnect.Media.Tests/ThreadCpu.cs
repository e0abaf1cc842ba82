using System.Diagnostics;
using System.Globalization;

namespace CommuniConnect.Media.Tests;

/// <summary>The time a test spent on a processor: on a busy machine, the time of the clock says nothing of the code.</summary>
internal readonly struct ThreadCpu
{
    // Linux: nanoseconds on a processor, nanoseconds waiting for one, turns
    private const string SchedulerFile = "/proc/thread-self/schedstat";

    private readonly TimeSpan _start;

    private ThreadCpu(TimeSpan start) => _start = start;

    /// <summary>Time spent since the start, on this thread.</summary>
    public TimeSpan Elapsed => Now() - _start;

    public static ThreadCpu Start() => new(Now());

    private static TimeSpan Now()
    {
        if (!File.Exists(SchedulerFile))
            return Stopwatch.GetElapsedTime(0);
        var nanoseconds = long.Parse(
            File.ReadAllText(SchedulerFile).Split(' ')[0],
            CultureInfo.InvariantCulture
        );
        return new TimeSpan(nanoseconds / 100);
    }
}
