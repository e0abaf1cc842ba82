using System.Diagnostics;
using System.Globalization;
using CommuniConnect.Server.Tests.Support;

namespace CommuniConnect.Browser.Tests.Support;

/// <summary>
/// A film whose picture tells its time: black at the beginning and a little brighter with each second, until it begins anew. It has
/// a keyframe each second.
/// </summary>
internal static class GreyFilm
{
    /// <summary>Red, green and blue grow by so much in a second: ten steps of a luma that is black at 16 and white at 235.</summary>
    public const double StepsPerSecond = 10 * 255.0 / 219;

    /// <summary>Seconds from black to black.</summary>
    public const int Longest = 20;

    /// <summary>Sends a stretch of the film as one take, as fast as it goes.</summary>
    public static async Task PublishAsync(string ingestUrl, int fromSecond, int seconds)
    {
        using var ffmpeg = Start(ingestUrl, fromSecond, seconds);
        var errors = await ffmpeg.StandardError.ReadToEndAsync();
        await ffmpeg.WaitForExitAsync();
        Assert.True(ffmpeg.ExitCode == 0, errors);
    }

    /// <summary>Begins to send a stretch of the film.</summary>
    /// <param name="pace">How FFmpeg reads: <c>-re</c> for as it happens.</param>
    public static Process Start(string ingestUrl, int fromSecond, int seconds, params string[] pace)
    {
        var shade = string.Create(
            CultureInfo.InvariantCulture,
            $"16+10*mod(T+{fromSecond}\\,{Longest})"
        );
        return Tool.Start(
            "ffmpeg",
            [
                "-v",
                "error",
                .. pace,
                "-f",
                "lavfi",
                "-i",
                $"color=black:size=320x180:rate=10:duration={seconds},geq=lum='{shade}':cb=128:cr=128",
                .. pace,
                "-f",
                "lavfi",
                "-i",
                $"sine=frequency=440:sample_rate=48000:duration={seconds}",
                "-c:v",
                "libvpx",
                "-g",
                "10",
                "-deadline",
                "realtime",
                "-cpu-used",
                "8",
                "-c:a",
                "libopus",
                "-b:a",
                "32k",
                "-flush_packets",
                "1",
                "-f",
                "webm",
                "-live",
                "1",
                ingestUrl,
            ]
        );
    }
}
