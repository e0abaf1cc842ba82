using System.Diagnostics;

namespace CommuniConnect.Loss;

/// <summary>What FFmpeg does here: it makes the footage, and reads the replays.</summary>
internal static class Ffmpeg
{
    /// <summary>Twenty seconds of a small picture with sound, a keyframe a second, as a live stream.</summary>
    public static async Task<byte[]> FootageAsync(string scratch)
    {
        var file = Path.Combine(scratch, "footage.webm");
        await ServerUnderTest.RunAsync(
            "ffmpeg",
            [
                .. new[] { "-v", "error" },
                .. new[] { "-f", "lavfi", "-i", "testsrc2=size=320x180:rate=15:duration=20" },
                .. new[]
                {
                    "-f",
                    "lavfi",
                    "-i",
                    "sine=frequency=440:sample_rate=48000:duration=20",
                },
                .. new[] { "-c:v", "libvpx", "-g", "15", "-b:v", "200k" },
                .. new[] { "-deadline", "realtime", "-cpu-used", "8" },
                .. new[] { "-c:a", "libopus", "-b:a", "32k", "-f", "webm", "-live", "1", file },
            ]
        );
        return await File.ReadAllBytesAsync(file);
    }

    /// <summary>Reads every packet of a file: the exit code, and what there was to complain about.</summary>
    public static async Task<(int Exit, string Errors)> ProbeAsync(byte[] replay, string scratch)
    {
        var file = Path.Combine(scratch, "replay.webm");
        await File.WriteAllBytesAsync(file, replay);
        using var probe = Process.Start(
            new ProcessStartInfo(
                "ffprobe",
                ["-v", "error", "-count_packets", "-show_entries", "stream=nb_read_packets", file]
            )
            {
                RedirectStandardError = true,
                UseShellExecute = false,
                RedirectStandardOutput = true,
            }
        )!;
        var output = probe.StandardOutput.ReadToEndAsync();
        var errors = await probe.StandardError.ReadToEndAsync();
        await output;
        await probe.WaitForExitAsync();
        return (probe.ExitCode, errors);
    }
}
