using System.Collections.Concurrent;
using Xunit;

namespace CommuniConnect.Server.Tests.Support;

/// <summary>Short WebM files made by FFmpeg, each once for the whole run.</summary>
internal static class Footage
{
    private static readonly ConcurrentDictionary<string, Lazy<Task<string>>> Files = new(
        StringComparer.Ordinal
    );

    /// <summary>Picture and sound: 160x120 at 15 frames/s with a keyframe each second, 48 kHz Opus.</summary>
    public static Task<string> Vp8OpusAsync(int seconds) =>
        MakeAsync("vp8", seconds, "libvpx", sound: true);

    public static Task<string> Vp9OpusAsync(int seconds) =>
        MakeAsync("vp9", seconds, "libvpx-vp9", sound: true);

    public static Task<string> VideoOnlyAsync(int seconds) =>
        MakeAsync("silent", seconds, "libvpx", sound: false);

    public static Task<string> AudioOnlyAsync(int seconds) =>
        MakeAsync("sound", seconds, codec: null, sound: true);

    /// <summary>Sound that uses all of its bitrate, in packets of some length.</summary>
    public static Task<string> SpeechAsync(int seconds, int bitrateBps, int packetMilliseconds) =>
        Files
            .GetOrAdd(
                $"speech-{seconds}-{bitrateBps}-{packetMilliseconds}",
                key => new Lazy<Task<string>>(async () =>
                {
                    var file = Path.Combine(Scratch.Folder(), $"{key}.webm");
                    var (exit, _, errors) = await Tool.RunAsync(
                        "ffmpeg",
                        [
                            "-v",
                            "error",
                            "-f",
                            "lavfi",
                            "-i",
                            $"anoisesrc=sample_rate=48000:duration={seconds}",
                            "-c:a",
                            "libopus",
                            "-b:a",
                            $"{bitrateBps}",
                            "-vbr",
                            "off",
                            "-frame_duration",
                            $"{packetMilliseconds}",
                            "-f",
                            "webm",
                            "-live",
                            "1",
                            file,
                        ]
                    );
                    Assert.True(exit == 0, errors);
                    return file;
                })
            )
            .Value;

    /// <summary>A small rendition of the picture: 80x60, a keyframe each second, no sound.</summary>
    public static Task<string> SmallAsync(int seconds) =>
        MakeAsync("small", seconds, "libvpx", sound: false, "80x60", "60k");

    /// <summary>One keyframe, at the beginning; a Cluster each second, no sound.</summary>
    public static Task<string> LongGroupAsync(int seconds) =>
        MakeAsync("long", seconds, "libvpx", sound: false, group: 10_000);

    /// <summary>Like <see cref="Vp8OpusAsync"/>, and no picture is one of another colour's.</summary>
    /// <param name="hue">Degrees.</param>
    public static Task<string> ColouredAsync(int hue, int seconds) =>
        MakeAsync($"hue{hue}", seconds, "libvpx", sound: true, filter: $",hue=h={hue}");

    /// <summary>Picture and sound of many bytes: about half a megabyte a second.</summary>
    public static Task<string> NoiseAsync(int seconds) =>
        MakeAsync(
            "noise",
            seconds,
            "libvpx",
            sound: true,
            "640x360",
            "4M",
            ",noise=alls=60:allf=t"
        );

    private static Task<string> MakeAsync(
        string name,
        int seconds,
        string? codec,
        bool sound,
        string size = "160x120",
        string bitrate = "200k",
        string filter = "",
        int group = 15
    ) =>
        Files
            .GetOrAdd(
                $"{name}-{seconds}",
                key => new Lazy<Task<string>>(() =>
                    EncodeAsync(key, seconds, codec, sound, size, bitrate, filter, group)
                )
            )
            .Value;

    private static async Task<string> EncodeAsync(
        string key,
        int seconds,
        string? codec,
        bool sound,
        string size,
        string bitrate,
        string filter,
        int group
    )
    {
        var file = Path.Combine(Scratch.Folder(), $"{key}.webm");
        string[] picture =
        [
            "-f",
            "lavfi",
            "-i",
            $"testsrc2=size={size}:rate=15:duration={seconds}{filter}",
        ];
        string[] tone =
        [
            "-f",
            "lavfi",
            "-i",
            $"sine=frequency=440:sample_rate=48000:duration={seconds}",
        ];
        string[] video =
        [
            "-c:v",
            codec ?? "",
            "-g",
            $"{group}",
            "-b:v",
            bitrate,
            "-deadline",
            "realtime",
            "-cpu-used",
            "8",
        ];
        var (exit, _, errors) = await Tool.RunAsync(
            "ffmpeg",
            [
                "-v",
                "error",
                .. codec is null ? [] : picture,
                .. sound ? tone : [],
                .. codec is null ? [] : video,
                .. sound ? new[] { "-c:a", "libopus", "-b:a", "32k" } : [],
                "-f",
                "webm",
                "-live",
                "1",
                "-cluster_time_limit",
                "1000",
                file,
            ]
        );
        Assert.True(exit == 0, errors);
        return file;
    }
}
