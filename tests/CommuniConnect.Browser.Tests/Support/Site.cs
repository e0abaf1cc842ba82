using System.Diagnostics;
using System.Threading.Channels;

namespace CommuniConnect.Browser.Tests.Support;

/// <summary>The server as its user runs it: a process of its own, with the demo community in a new data folder.</summary>
public sealed class Site : IAsyncDisposable
{
    private static readonly TimeSpan LongestStart = TimeSpan.FromSeconds(60);
    private readonly DirectoryInfo _data = Directory.CreateTempSubdirectory("communiconnect-");
    private readonly List<string> _output = [];
    private Process? _process;

    /// <summary>Where it listens. Stays the same when it is started again.</summary>
    public string Address { get; private set; } = "http://127.0.0.1:0";

    public string DataPath => _data.FullName;

    /// <summary>What the server printed, newest last.</summary>
    public IReadOnlyList<string> Output => _output;

    public async Task StartAsync()
    {
        var server = Path.Combine(
            Repository.Root,
            "artifacts",
            "bin",
            "CommuniConnect.Server",
            "release",
            "CommuniConnect.Server.dll"
        );
        Assert.True(File.Exists(server), "build the server first, in Release: ./test does");
        var start = new ProcessStartInfo(
            "dotnet",
            [server, "--demo", "--urls", Address, "--data", DataPath]
        )
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        var lines = Channel.CreateUnbounded<string>();
        _process = Process.Start(start)!;
        _process.OutputDataReceived += (_, line) => lines.Writer.TryWrite(line.Data ?? "");
        _process.ErrorDataReceived += (_, line) => lines.Writer.TryWrite(line.Data ?? "");
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        using var limit = new CancellationTokenSource(LongestStart);
        const string listening = "Now listening on: ";
        await foreach (var line in lines.Reader.ReadAllAsync(limit.Token))
        {
            _output.Add(line);
            if (line.Contains(listening, StringComparison.Ordinal))
            {
                Address = line[
                    (line.IndexOf(listening, StringComparison.Ordinal) + listening.Length)..
                ]
                    .Trim();
                break;
            }
        }
    }

    /// <summary>SIGTERM, as Ctrl-C and every service manager stop it.</summary>
    public async Task StopAsync()
    {
        if (_process is { HasExited: false } process)
        {
            using var kill = Process.Start("kill", ["-TERM", $"{process.Id}"]);
            await process.WaitForExitAsync();
        }
    }

    /// <summary>kill -9: nothing gets a chance to be saved.</summary>
    public async Task KillAsync()
    {
        _process!.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>Ends what is on air; starts the server for it, where a test has left it stopped.</summary>
    public async Task EndLivesAsync()
    {
        if (_process is { HasExited: true })
        {
            await StartAsync();
        }
        using var admin = await Member.SignInAsync(Address, Pages.Admin);
        var running = await admin.GetAsync("/api/posts/?is_live_post=true");
        foreach (var post in running.GetProperty("results").EnumerateArray())
        {
            var id = post.GetProperty("id").GetInt32();
            await admin.StopLiveAsync(id, force: true);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _process?.Dispose();
        _data.Delete(recursive: true);
    }
}
