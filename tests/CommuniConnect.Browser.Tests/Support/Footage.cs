using System.Diagnostics;
using System.Globalization;

namespace CommuniConnect.Browser.Tests.Support;

/// <summary>What FFmpeg reads in a file, packet by packet.</summary>
internal static class Footage
{
    /// <summary>The packets of one stream in their order: size and checksum.</summary>
    /// <param name="mayBreakOff">Whether the file may end in the middle of a packet.</param>
    public static async Task<IReadOnlyList<string>> PacketsAsync(
        string file,
        char kind,
        bool mayBreakOff = false
    )
    {
        var packets = await FrameCrcAsync(file, kind, mayBreakOff);
        return [.. packets.Select(f => $"{f[4]} {f[5]}")];
    }

    /// <summary>The longest time, in seconds, from one picture to the next, and the whole.</summary>
    public static async Task<(double LongestGap, double Duration)> TimesAsync(string file)
    {
        var times = (await FrameCrcAsync(file, 'v', mayBreakOff: false))
            .Select(f => long.Parse(f[2], CultureInfo.InvariantCulture) / 1000.0)
            .ToList();
        Assert.All(times.Zip(times.Skip(1)), pair => Assert.True(pair.First < pair.Second));
        return (times.Zip(times.Skip(1)).Max(p => p.Second - p.First), times[^1] - times[0]);
    }

    private static async Task<List<string[]>> FrameCrcAsync(
        string file,
        char kind,
        bool mayBreakOff
    )
    {
        var start = new ProcessStartInfo(
            "ffmpeg",
            ["-v", "error", "-i", file, "-map", $"0:{kind}", "-c", "copy", "-f", "framecrc", "-"]
        )
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        var complaints = await errors;
        if (!mayBreakOff)
        {
            Assert.Empty(complaints);
        }
        return
        [
            .. output
                .Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Where(line => !line.StartsWith('#'))
                .Select(line => line.Split(',', StringSplitOptions.TrimEntries)),
        ];
    }
}
