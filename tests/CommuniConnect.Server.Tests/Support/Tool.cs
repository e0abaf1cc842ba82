using System.Diagnostics;
using Xunit;

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
    public static async Task<string> ProbeAsync(string file, string entries)
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
        Assert.Empty(errors);
        return output.Trim();
    }

    /// <summary>Every packet as FFmpeg reads it: stream, size and checksum, without its time.</summary>
    public static async Task<string[]> PacketsAsync(string file)
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
        return
        [
            .. output
                .Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Where(line => !line.StartsWith('#'))
                .Select(line => line.Split(','))
                .Select(f => $"{f[0].Trim()} {f[4].Trim()} {f[5].Trim()}")
                .Order(StringComparer.Ordinal),
        ];
    }
}
