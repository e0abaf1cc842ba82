using System.Diagnostics;

namespace CommuniConnect.Bench.Support;

/// <summary>FFmpeg sending the footage over and over, in real time.</summary>
internal sealed class FfmpegPublisher : IAsyncDisposable
{
    private static readonly TimeSpan LongestStop = TimeSpan.FromSeconds(5);
    private readonly Process _process;

    /// <param name="clusterMilliseconds">What it sends at a time: short ones make a stream as smooth as a browser's.</param>
    public FfmpegPublisher(Uri ingestUrl, Footage footage, int clusterMilliseconds = 100)
    {
        _process = Tool.Start(
            "ffmpeg",
            [
                "-v",
                "error",
                "-re",
                "-stream_loop",
                "-1",
                "-i",
                footage.File,
                .. Output(ingestUrl, clusterMilliseconds),
            ]
        );
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public async ValueTask DisposeAsync()
    {
        await ProcessEnd.StopAsync(_process, LongestStop);
        _process.Dispose();
    }

    // FFmpeg sends whole clusters.
    private static string[] Output(Uri ingestUrl, int clusterMilliseconds) =>
        [
            .. new[] { "-c", "copy", "-f", "webm" },
            .. new[] { "-cluster_time_limit", $"{clusterMilliseconds}", ingestUrl.ToString() },
        ];
}
