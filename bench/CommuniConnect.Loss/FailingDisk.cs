using System.Diagnostics;

namespace CommuniConnect.Loss;

/// <summary>Which call of the system fails, how.</summary>
/// <param name="Calls">Names of system calls.</param>
/// <param name="Error">What they answer.</param>
internal sealed record DiskFault(string Calls, string Error)
{
    /// <summary>A disk that cannot be written, that is full, and one whose syncs fail.</summary>
    public static readonly DiskFault[] All =
    [
        new("write,pwrite64,writev,pwritev", "EIO"),
        new("write,pwrite64,writev,pwritev,ftruncate,fallocate", "ENOSPC"),
        new("fsync,fdatasync", "EIO"),
    ];
}

/// <summary>
/// Has one call of each thread of the server fail when it concerns a file of its data: strace answers for the kernel. Until
/// disposed of.
/// </summary>
internal sealed class FailingDisk : IAsyncDisposable
{
    private static readonly TimeSpan LongestAttach = TimeSpan.FromSeconds(20);
    private readonly TaskCompletionSource _attached = new(
        TaskCreationOptions.RunContinuationsAsynchronously
    );
    private readonly Process _strace;
    private int _failed;

    private FailingDisk(int server, string folder, DiskFault fault, int number)
    {
        var paths = Directory
            .EnumerateFileSystemEntries(folder, "*", SearchOption.AllDirectories)
            .SelectMany(path => new[] { "-P", path });
        _strace = Process.Start(
            new ProcessStartInfo(
                "strace",
                [
                    "-f",
                    "-e",
                    $"trace={fault.Calls}",
                    "-e",
                    $"inject={fault.Calls}:error={fault.Error}:when={number}",
                    .. paths,
                    "-p",
                    $"{server}",
                ]
            )
            {
                RedirectStandardError = true,
                UseShellExecute = false,
            }
        )!;
        _strace.ErrorDataReceived += (_, line) => Hear(line.Data);
        _strace.BeginErrorReadLine();
    }

    /// <summary>Calls that were answered with the error.</summary>
    public int Failed => Volatile.Read(ref _failed);

    /// <param name="number">Which of its calls fails, from 1; each thread counts its own.</param>
    public static async Task<FailingDisk> BeginAsync(
        int server,
        string folder,
        DiskFault fault,
        int number
    )
    {
        var disk = new FailingDisk(server, folder, fault, number);
        await disk._attached.Task.WaitAsync(LongestAttach);
        return disk;
    }

    public async ValueTask DisposeAsync()
    {
        using var interrupt = Process.Start("kill", ["-INT", $"{_strace.Id}"]);
        await _strace.WaitForExitAsync();
        _strace.Dispose();
    }

    private void Hear(string? line)
    {
        if (line?.Contains("attached", StringComparison.Ordinal) == true)
        {
            _attached.TrySetResult();
        }
        if (line?.Contains("(INJECTED)", StringComparison.Ordinal) == true)
        {
            Interlocked.Increment(ref _failed);
        }
    }
}
