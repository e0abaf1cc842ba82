using System.Diagnostics;

namespace CommuniConnect.Bench.Support;

internal static class ProcessEnd
{
    /// <summary>Ctrl-C, as a person stops it; one that does not listen is killed.</summary>
    public static async Task InterruptAsync(Process process, TimeSpan patience)
    {
        if (process.HasExited)
        {
            return;
        }
        using var kill = Process.Start("kill", ["-INT", $"{process.Id}"]);
        using var limit = new CancellationTokenSource(patience);
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(CancellationToken.None);
        }
    }
}
