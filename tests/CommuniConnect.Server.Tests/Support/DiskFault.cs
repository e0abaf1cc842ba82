using System.Diagnostics;
using System.Globalization;

namespace CommuniConnect.Server.Tests.Support;

/// <summary>Makes the fsyncs of a running server fail, or take long, until disposed of: strace answers for the kernel.</summary>
internal sealed class DiskFault : IAsyncDisposable
{
    private readonly Process _strace;
    private readonly TaskCompletionSource _attached = new();
    private bool _ended;

    private DiskFault(int process, string fault, IEnumerable<string> files)
    {
        _strace = Tool.Start(
            "strace",
            [
                "-f",
                "-e",
                "trace=fsync",
                "-e",
                $"inject=fsync:{fault}",
                .. files.SelectMany(file => new[] { "-P", file }),
                "-p",
                process.ToString(CultureInfo.InvariantCulture),
            ]
        );
        _strace.OutputDataReceived += (_, _) => { };
        _strace.BeginOutputReadLine();
        _strace.ErrorDataReceived += (_, line) =>
        {
            if (line.Data?.Contains("attached", StringComparison.Ordinal) == true)
            {
                _attached.TrySetResult();
            }
        };
        _strace.BeginErrorReadLine();
    }

    /// <param name="fault">As strace's inject has it: <c>error=EIO</c>, <c>delay_enter=7s</c>; it counts <c>when=</c> per thread.</param>
    /// <param name="files">The files it is for; none: all, and the database too.</param>
    public static async Task<DiskFault> BeginAsync(int process, string fault, params string[] files)
    {
        var disk = new DiskFault(process, fault, files);
        await disk._attached.Task.WithinAsync();
        return disk;
    }

    public async ValueTask DisposeAsync()
    {
        if (_ended)
        {
            return;
        }
        _ended = true;
        using var interrupt = Process.Start("kill", ["-INT", $"{_strace.Id}"]);
        await _strace.WaitForExitAsync().WithinAsync();
        _strace.Dispose();
    }
}
