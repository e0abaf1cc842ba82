using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace CommuniConnect.Loss;

/// <summary>The server as a process that is killed, on a data folder that outlives it, always at the same address.</summary>
internal sealed class ServerUnderTest(string program, DataDisk disk, ServerNetwork network)
    : IAsyncDisposable
{
    private static readonly TimeSpan LongestStart = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan LongestAnswer = TimeSpan.FromSeconds(1);
    private readonly int _port = FreePort();
    private Process? _process;

    public Uri Address => new($"http://{network.Host}:{_port}");

    public int Id => _process!.Id;

    public string Folder => disk.Folder;

    /// <summary>Whether it went down by itself.</summary>
    public bool HasEnded => _process!.HasExited;

    /// <summary>How long it took until it said that it is ready.</summary>
    public TimeSpan LastStart { get; private set; }

    public async Task StartAsync()
    {
        var began = Stopwatch.GetTimestamp();
        var (command, arguments) = network.Command(
            "dotnet",
            [
                program,
                "--urls",
                $"{Address}",
                "--data",
                disk.Folder,
                "--RateLimits:SignInsPerMinute",
                "100000",
                "--Storage:MegabytesToStart",
                "0",
                "--Storage:MegabytesToGoOn",
                "0",
            ]
        );
        _process = Start(command, arguments);
        using var client = new HttpClient { BaseAddress = Address, Timeout = LongestAnswer };
        while (!await IsReadyAsync(client))
        {
            if (_process.HasExited || Stopwatch.GetElapsedTime(began) > LongestStart)
            {
                throw new InvalidOperationException("the server does not start");
            }
            await Task.Delay(20);
        }
        LastStart = Stopwatch.GetElapsedTime(began);
    }

    /// <summary>The end without a warning: of the process, or of the power.</summary>
    public async Task KillAsync()
    {
        if (disk.IsPowerCut)
        {
            using var stop = Start("kill", ["-STOP", $"{_process!.Id}"]);
            await stop.WaitForExitAsync();
            await disk.CopyAsync();
        }
        _process!.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _process = null;
        await disk.CutAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
            _process.Dispose();
        }
    }

    public static async Task RunAsync(string program, params string[] arguments)
    {
        using var process = Start(program, arguments);
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{program} failed");
        }
    }

    public static Process Start(string program, IEnumerable<string> arguments)
    {
        var process =
            Process.Start(
                new ProcessStartInfo(program, arguments)
                {
                    RedirectStandardOutput = true,
                    RedirectStandardError = true,
                    UseShellExecute = false,
                }
            ) ?? throw new InvalidOperationException($"{program} did not start");
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }

    private static async Task<bool> IsReadyAsync(HttpClient client)
    {
        try
        {
            using var answer = await client.GetAsync("/health/ready");
            return answer.IsSuccessStatusCode;
        }
        catch (Exception error) when (Api.IsAway(error))
        {
            return false;
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
