using System.Globalization;
using CommuniConnect.Server.Tests.Support;

namespace CommuniConnect.Browser.Tests.Support;

/// <summary>A film whose picture tells its time: black at the beginning and a little brighter with each second, a keyframe each second.</summary>
internal static class GreyFilm
{
    /// <summary>Red, green and blue grow by so much in a second: ten steps of a luma that is black at 16 and white at 235.</summary>
    public const double StepsPerSecond = 10 * 255.0 / 219;

    /// <summary>Seconds there are shades for.</summary>
    public const int Longest = 20;

    /// <summary>Sends a stretch of the film as one take, as fast as it goes.</summary>
    /// <param name="pace">How FFmpeg reads, <c>-re</c> for as fast as it happens.</param>
    public static async Task PublishAsync(
        string ingestUrl,
        int fromSecond,
        int seconds,
        params string[] pace
    )
    {
        var shade = string.Create(CultureInfo.InvariantCulture, $"16+10*(T+{fromSecond})");
        var (exit, _, errors) = await Tool.RunAsync(
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
                "-f",
                "webm",
                "-live",
                "1",
                ingestUrl,
            ]
        );
        Assert.True(exit == 0, errors);
    }
}
