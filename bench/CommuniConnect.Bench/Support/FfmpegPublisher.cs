using System.Diagnostics;

namespace CommuniConnect.Bench.Support;

/// <summary>FFmpeg sending the footage over and over, in real time.</summary>
internal sealed class FfmpegPublisher : IAsyncDisposable
{
    private static readonly TimeSpan LongestStop = TimeSpan.FromSeconds(5);
    private readonly Process _process;

    public FfmpegPublisher(Uri ingestUrl, Footage footage)
    {
        _process = Tool.Start(
            "ffmpeg",
            ["-v", "error", "-re", "-stream_loop", "-1", "-i", footage.File, .. Output(ingestUrl)]
        );
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public async ValueTask DisposeAsync()
    {
        await ProcessEnd.StopAsync(_process, LongestStop);
        _process.Dispose();
    }

    // FFmpeg sends whole clusters: short ones make a stream as smooth as a browser's.
    private static string[] Output(Uri ingestUrl) =>
        ["-c", "copy", "-f", "webm", "-cluster_time_limit", "100", ingestUrl.ToString()];
}
