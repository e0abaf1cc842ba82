using System.Diagnostics;
using CommuniConnect.Bench.Support;
using CommuniConnect.Browser.Tests.Support;
using Microsoft.Playwright;

namespace CommuniConnect.Bench.Measurements;

/// <summary>
/// The network of a broadcaster is gone for a minute in a live of five, and comes back twice as fast as the encoder writes.
/// What the encoder made is held against the replay packet by packet, by FFmpeg.
/// </summary>
internal static class LongCut
{
    private static readonly TimeSpan Before = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Cut = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan After = TimeSpan.FromMinutes(3);
    private static readonly Target Soon = new(2_000);
    private const double LongestWaitMs = 300_000;

    public static async Task<IReadOnlyList<Figure>> MeasureAsync(
        BenchOptions options,
        CancellationToken cancellation
    )
    {
        await using var server = await ServerProcess.StartAsync(cancellation);
        await using var network = new ThrottledProxy(server.Address.ToString());
        using var member = await Member.RegisterAsync(server, cancellation);
        await using var chromium = await Chromium.LaunchAsync();
        var cookies = await chromium.SignInAsync(server, member);
        await using var publisher = await chromium.NewProfileAsync(
            server,
            cookies,
            network.Address
        );
        await publisher.AddInitScriptAsync(Script.Read("encoder-witness.js"));
        var studio = await publisher.NewPageAsync();
        var liveId = await Studio.StartAsync(studio);
        await using var viewer = await chromium.NewProfileAsync(server, cookies);
        var page = await viewer.NewPageAsync();
        await page.GotoAsync($"/lives/{liveId}");
        await Task.Delay(Before, cancellation);

        var bitsPerSecond = await BitsPerSecondAsync(studio, Before);
        var edge = await page.EvaluateAsync<double>(
            "() => document.querySelector('live-player').mediaTimeSeconds"
        );
        network.Cut();
        await Task.Delay(Cut, cancellation);
        network.Upload.BitsPerSecond = (long)(2 * bitsPerSecond);
        network.Restore();
        var back = Stopwatch.StartNew();
        // What was shown when the link broke may have gone on for a moment.
        await WaitAsync(
            page,
            $"document.querySelector('live-player').mediaTimeSeconds > {edge} + 1.5"
        );
        var backMs = back.Elapsed.TotalMilliseconds;
        await WaitAsync(
            studio,
            "![...document.querySelectorAll('upload-backlog progress')].some((bar) => bar.checkVisibility())"
        );
        var filledSeconds = back.Elapsed.TotalSeconds;
        await Task.Delay(After, cancellation);
        await Studio.StopAsync(studio);

        var replay = await PacketsAsync(await ReplayAsync(studio, liveId), cancellation);
        var made = await MadeAsync(studio, cancellation);
        return
        [
            new("viewers at the edge after the return", backMs, "ms", Soon),
            new("all that was missing is there after", filledSeconds, "s"),
            new("takes", made.Takes, ""),
            new("packets the encoder made", made.Packets.Count, ""),
            new(
                "of them not in the replay, in order, once",
                Differences(made.Packets, replay),
                "",
                new Target(1)
            ),
        ];
    }

    private static Task<IJSHandle> WaitAsync(IPage page, string condition) =>
        page.WaitForFunctionAsync(
            $"() => {condition}",
            null,
            new() { Timeout = (float)LongestWaitMs, PollingInterval = 50 }
        );

    private static async Task<double> BitsPerSecondAsync(IPage studio, TimeSpan length) =>
        await studio.EvaluateAsync<double>(
            "() => window.benchTakes.flat().reduce((sum, piece) => sum + (piece.byteLength ?? piece.size), 0)"
        )
        * 8
        / length.TotalSeconds;

    /// <summary>What all encoders made, picture and sound each in one row.</summary>
    private static async Task<(int Takes, List<string> Packets)> MadeAsync(
        IPage studio,
        CancellationToken cancellation
    )
    {
        var takes = await studio.EvaluateAsync<int>("() => window.benchTakes.length");
        var (picture, sound) = (new List<string>(), new List<string>());
        for (var take = 0; take < takes; take++)
        {
            var bytes = await studio.EvaluateAsync<string>("take => window.benchTake(take)", take);
            var packets = await PacketsAsync(Convert.FromBase64String(bytes), cancellation);
            picture.AddRange(packets.Where(p => p.StartsWith('v')));
            sound.AddRange(packets.Where(p => p.StartsWith('a')));
        }
        return (takes, [.. picture, .. sound]);
    }

    private static async Task<byte[]> ReplayAsync(IPage studio, string liveId)
    {
        var replay = await studio.EvaluateAsync<string>(
            """
            async id => {
              const post = await (await fetch(`/api/posts/live/${id}/`)).json();
              return new Uint8Array(await (await fetch(new URL(post.media_files[0].file_url).pathname)).arrayBuffer()).toBase64();
            }
            """,
            liveId
        );
        return Convert.FromBase64String(replay);
    }

    /// <summary>Size and checksum of each packet, as FFmpeg reads them: first the picture's, then the sound's.</summary>
    private static async Task<List<string>> PacketsAsync(
        byte[] file,
        CancellationToken cancellation
    )
    {
        var path = Path.Combine(
            Path.GetTempPath(),
            $"communiconnect-bench-{Guid.NewGuid():n}.webm"
        );
        await File.WriteAllBytesAsync(path, file, cancellation);
        try
        {
            var packets = new List<string>();
            foreach (var kind in new[] { "v", "a" })
            {
                var rows = await Tool.RunAsync(
                    cancellation,
                    "ffmpeg",
                    [
                        "-v",
                        "error",
                        "-i",
                        path,
                        "-map",
                        $"0:{kind}",
                        "-c",
                        "copy",
                        "-f",
                        "framecrc",
                        "-",
                    ]
                );
                packets.AddRange(
                    rows.Split('\n')
                        .Where(row => !row.StartsWith('#'))
                        .Select(row => row.Split(','))
                        .Select(row => $"{kind} {row[4].Trim()} {row[5].Trim()}")
                );
            }
            return packets;
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static int Differences(List<string> made, List<string> replay) =>
        Math.Abs(made.Count - replay.Count)
        + made.Zip(replay).Count(pair => pair.First != pair.Second);
}
