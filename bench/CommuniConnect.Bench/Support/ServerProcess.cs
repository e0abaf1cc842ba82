using System.Diagnostics;
using System.Threading.Channels;

namespace CommuniConnect.Bench.Support;

/// <summary>The published server as its user runs it: a process of its own, at a free port, with a new data folder that goes with it.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    private static readonly TimeSpan LongestStart = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan LongestStop = TimeSpan.FromSeconds(20);
    private readonly DirectoryInfo _data;
    private readonly bool _keepsData;
    private Process _process;

    private ServerProcess(string? folder)
    {
        if (!File.Exists(Repository.Server))
        {
            throw new FileNotFoundException("publish the server first: ./bench/run does");
        }
        _keepsData = folder is not null;
        _data = folder is null
            ? Directory.CreateTempSubdirectory("communiconnect-bench-")
            : Directory.CreateDirectory(folder);
        _process = Launch();
    }

    public Uri Address { get; private set; } = new("http://127.0.0.1:0");

    public ProcessCost Cost => new(_process.Id);

    /// <param name="folder">The data folder, which stays; null for one of its own.</param>
    public static async Task<ServerProcess> StartAsync(
        CancellationToken cancellation,
        string? folder = null
    )
    {
        var server = new ServerProcess(folder);
        try
        {
            await server.WaitForAddressAsync(cancellation);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>The end without a warning: SIGKILL.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync(CancellationToken.None);
        _process.Dispose();
    }

    /// <summary>Starts it on the same folder, at the same address; returns when it serves.</summary>
    public async Task StartAgainAsync(CancellationToken cancellation)
    {
        _process = Launch();
        await WaitForAddressAsync(cancellation);
    }

    public async ValueTask DisposeAsync()
    {
        await ProcessEnd.StopAsync(_process, LongestStop);
        _process.Dispose();
        if (!_keepsData)
        {
            _data.Delete(recursive: true);
        }
    }

    private Process Launch() =>
        Tool.Start(
            "dotnet",
            Repository.Server,
            "--urls",
            $"http://127.0.0.1:{Address.Port}",
            "--data",
            _data.FullName,
            "--RateLimits:SignInsPerMinute",
            "100000",
            "--RateLimits:ChatPerAddressPerSecond",
            "1000000"
        );

    private async Task WaitForAddressAsync(CancellationToken cancellation)
    {
        const string listening = "Now listening on: ";
        var lines = Channel.CreateUnbounded<string>();
        _process.OutputDataReceived += (_, line) => Pass(line.Data);
        _process.ErrorDataReceived += (_, line) => Pass(line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(LongestStart);
        await foreach (var line in lines.Reader.ReadAllAsync(limit.Token))
        {
            var at = line.IndexOf(listening, StringComparison.Ordinal);
            if (at >= 0)
            {
                Address = new Uri(line[(at + listening.Length)..].Trim());
                lines.Writer.TryComplete();
                return;
            }
        }
        throw new InvalidOperationException("the server ended before it listened");

        void Pass(string? line)
        {
            if (line is null)
            {
                lines.Writer.TryComplete();
            }
            else
            {
                lines.Writer.TryWrite(line);
            }
        }
    }
}
