using System.Globalization;
using System.Runtime.InteropServices;

namespace CommuniConnect.Bench.Support;

/// <summary>Where the figures come from: they mean nothing without it.</summary>
internal static class Machine
{
    public static async Task<IReadOnlyList<string>> DescribeAsync(CancellationToken cancellation)
    {
        var commit = await Tool.RunAsync(
            cancellation,
            "git",
            "-C",
            Repository.Root,
            "log",
            "-1",
            "--format=%h %s"
        );
        var chromium = await Tool.RunAsync(cancellation, Chromium.Program, "--version");
        var ffmpeg = await Tool.RunAsync(cancellation, "ffmpeg", "-version");
        return
        [
            $"{Environment.ProcessorCount} cores, {Field("/proc/cpuinfo", "model name")}",
            $"{MemoryGigabytes():0.#} GB of memory",
            $"{Field("/etc/os-release", "PRETTY_NAME", '=').Trim('"')}, Linux {Kernel()}",
            RuntimeInformation.FrameworkDescription,
            chromium.Split(" built")[0],
            string.Join(' ', ffmpeg.Split(' ').Take(3)),
            $"load before the run: {Load():0.00} (1 minute){(Load() > 0.5 ? ": BUSY, times are upper bounds" : "")}",
            $"tree: {commit}",
        ];
    }

    private static string Kernel() => File.ReadAllText("/proc/sys/kernel/osrelease").Trim();

    private static double MemoryGigabytes() =>
        double.Parse(Field("/proc/meminfo", "MemTotal").Split(' ')[0], CultureInfo.InvariantCulture)
        / (1 << 20);

    private static double Load() =>
        double.Parse(File.ReadAllText("/proc/loadavg").Split(' ')[0], CultureInfo.InvariantCulture);

    private static string Field(string file, string name, char separator = ':') =>
        File.ReadLines(file)
            .Select(line => line.Split(separator, 2))
            .FirstOrDefault(pair => pair.Length == 2 && pair[0].Trim() == name)
            ?[1].Trim()
        ?? "?";
}
