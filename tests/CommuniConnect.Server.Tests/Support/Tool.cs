using System.Diagnostics;
using System.Globalization;
using Assert = Xunit.Assert;

namespace CommuniConnect.Server.Tests.Support;

/// <summary>Runs a program of the machine as a judge or as a publisher.</summary>
internal static class Tool
{
    public static async Task<(int ExitCode, string Output, string Errors)> RunAsync(
        string program,
        params string[] arguments
    )
    {
        using var process = Start(program, arguments);
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, await output, await errors);
    }

    public static Process Start(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            UseShellExecute = false,
        };
        return Process.Start(start)
            ?? throw new InvalidOperationException($"{program} did not start");
    }

    /// <summary>What ffprobe says of a file; it must have nothing to complain about.</summary>
    /// <param name="mayBreakOff">Whether it may end within a frame: a kill may fall into a write.</param>
    public static async Task<string> ProbeAsync(
        string file,
        string entries,
        bool mayBreakOff = false
    )
    {
        var (_, output, errors) = await RunAsync(
            "ffprobe",
            "-v",
            "error",
            "-count_packets",
            "-show_entries",
            entries,
            "-of",
            "csv=p=0",
            file
        );
        Assert.DoesNotContain(
            errors.Split('\n', StringSplitOptions.RemoveEmptyEntries),
            error =>
                !mayBreakOff || !error.EndsWith("File ended prematurely", StringComparison.Ordinal)
        );
        return output.Trim();
    }

    /// <summary>Every packet as FFmpeg reads it: stream, size and checksum, without its time.</summary>
    public static async Task<string[]> PacketsAsync(string file) =>
        [
            .. (await FrameCrcAsync(file))
                .Select(f => $"{f[0]} {f[4]} {f[5]}")
                .Order(StringComparer.Ordinal),
        ];

    /// <summary>The packets of one stream in their order, without their times, which only ever grow.</summary>
    public static async Task<string[]> PacketsInOrderAsync(string file, int stream)
    {
        var packets = (await FrameCrcAsync(file)).Where(f => f[0] == $"{stream}").ToList();
        var times = packets.Select(f => long.Parse(f[1], CultureInfo.InvariantCulture)).ToList();
        Assert.All(times.Zip(times.Skip(1)), pair => Assert.True(pair.First < pair.Second));
        return [.. packets.Select(f => $"{f[4]} {f[5]}")];
    }

    /// <summary>The longest time, in seconds, from one picture to the next.</summary>
    public static async Task<double> LongestGapAsync(string file)
    {
        var times = (await FrameCrcAsync(file))
            .Where(f => f[0] == "0")
            .Select(f => long.Parse(f[2], CultureInfo.InvariantCulture))
            .Order()
            .ToList();
        return times.Zip(times.Skip(1)).Max(pair => pair.Second - pair.First) / 1_000.0;
    }

    /// <summary>When each picture of a file is shown, in seconds, with its size and checksum: see <see cref="CrcOf"/>.</summary>
    public static async Task<List<(double Seconds, string Crc)>> PicturesAsync(string file) =>
        [
            .. (await FrameCrcAsync(file))
                .Where(f => f[0] == "0")
                .Select(f =>
                    (long.Parse(f[2], CultureInfo.InvariantCulture) / 1_000.0, $"{f[4]} {f[5]}")
                ),
        ];

    /// <summary>A packet as FFmpeg's framecrc names it: its size, and Adler-32 begun at 0.</summary>
    public static string CrcOf(ReadOnlySpan<byte> packet)
    {
        const uint Modulus = 65521;
        var (a, b) = (0u, 0u);
        foreach (var value in packet)
        {
            a = (a + value) % Modulus;
            b = (b + a) % Modulus;
        }
        return string.Create(CultureInfo.InvariantCulture, $"{packet.Length} 0x{(b << 16) | a:x8}");
    }

    private static async Task<IEnumerable<string[]>> FrameCrcAsync(string file)
    {
        var (_, output, errors) = await RunAsync(
            "ffmpeg",
            "-v",
            "error",
            "-i",
            file,
            "-map",
            "0",
            "-c",
            "copy",
            "-f",
            "framecrc",
            "-"
        );
        Assert.Empty(errors);
        return output
            .Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Where(line => !line.StartsWith('#'))
            .Select(line => line.Split(',', StringSplitOptions.TrimEntries));
    }
}
