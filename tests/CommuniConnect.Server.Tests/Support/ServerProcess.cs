using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.RegularExpressions;
using Xunit;

namespace CommuniConnect.Server.Tests.Support;

/// <summary>The server as a process of its own, which can be killed.</summary>
/// <param name="folder">The data folder, which stays; null for one of its own.</param>
/// <param name="settings">More of the command line.</param>
internal sealed partial class ServerProcess(string? folder = null, params string[] settings)
    : IAsyncDisposable
{
    private readonly string _data = folder ?? Scratch.Folder();
    private readonly string _downloads = Scratch.Folder();
    private Process? _process;
    private string? _access;

    public HttpClient Client { get; private set; } = new();
    public Uri Address => Client.BaseAddress!;
    public string DataPath => _data;
    public int Id => _process!.Id;

    public async Task StartAsync()
    {
        string[] arguments =
        [
            Path.Combine(AppContext.BaseDirectory, "CommuniConnect.Server.dll"),
            "--urls",
            "http://127.0.0.1:0",
            "--data",
            _data,
            .. settings,
        ];
        _process = Tool.Start("dotnet", arguments);
        _process.ErrorDataReceived += (_, _) => { };
        _process.BeginErrorReadLine();
        var listening = new TaskCompletionSource<string>();
        _process.OutputDataReceived += (_, line) =>
        {
            if (ListeningLine().Match(line.Data ?? "") is { Success: true } match)
            {
                listening.TrySetResult(match.Groups["address"].Value);
            }
        };
        _process.BeginOutputReadLine();
        Client = new HttpClient { BaseAddress = new Uri(await listening.Task.WithinAsync()) };
        if (_access is not null)
        {
            Client.DefaultRequestHeaders.Authorization = new("Bearer", _access);
        }
    }

    /// <summary>The end without a warning: SIGKILL.</summary>
    public async Task KillAsync()
    {
        _process!.Kill();
        await _process.WaitForExitAsync().WithinAsync();
        Client.Dispose();
    }

    /// <summary>The end with a warning, SIGTERM: the exit code.</summary>
    public async Task<int> TerminateAsync(TimeSpan longest)
    {
        using var terminate = System.Diagnostics.Process.Start("kill", ["-TERM", $"{Id}"]);
        await _process!.WaitForExitAsync().WaitAsync(longest);
        Client.Dispose();
        return _process.ExitCode;
    }

    /// <summary>What the one member is known by.</summary>
    public string Access => _access!;

    /// <summary>Registers the one member of these tests, whose token every later request carries.</summary>
    public async Task RegisterAsync()
    {
        var quartiers = await Client.GetAsync("/api/geography/quartiers/", HttpStatusCode.OK);
        var quartier = quartiers.EnumerateArray().First().Int("id");
        var signedIn = await Client.PostAsync(
            "/api/users/register/",
            ServerFixture.Form("mariam", quartier: quartier),
            HttpStatusCode.Created
        );
        _access = signedIn.GetProperty("tokens").Text("access");
        Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
            "Bearer",
            _access
        );
    }

    public async Task<(int Id, string Ingest)> NewLiveAsync()
    {
        var started = await Client.PostAsync(
            "/api/posts/live/start/",
            new { title = "Direct" },
            HttpStatusCode.Created
        );
        return (started.Int("live_id"), new Uri(started.Text("ingest_url")!).PathAndQuery);
    }

    public async Task<JsonElement> LiveAsync(int id) => (await PostAsync(id)).GetProperty("live");

    /// <summary>The post of the live, as its owner sees it.</summary>
    public Task<JsonElement> PostAsync(int id) =>
        Client.GetAsync($"/api/posts/live/{id}/", HttpStatusCode.OK);

    /// <summary>Waits until the live stands so.</summary>
    public Task UntilAsync(int id, string status) =>
        Patience.UntilAsync(
            async () => (await LiveAsync(id)).Text("status") == status,
            $"the live is {status}"
        );

    public Task<JsonElement> StopAsync(int id, bool force = false) =>
        Client.PutAsync($"/api/posts/live/{id}/stop/", new { force }, HttpStatusCode.OK);

    public async Task<string> ReplayAsync(JsonElement stopped)
    {
        Assert.True(stopped.GetProperty("video_saved").GetBoolean(), $"{stopped}");
        var file = Path.Combine(_downloads, $"replay-{Guid.NewGuid():N}.webm");
        var path = new Uri(stopped.Text("video_url")!).PathAndQuery;
        await File.WriteAllBytesAsync(file, await Client.GetByteArrayAsync(path));
        return file;
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is { HasExited: false })
        {
            await KillAsync();
        }
        _process?.Dispose();
        Client.Dispose();
        if (folder is null)
        {
            Directory.Delete(_data, recursive: true);
        }
    }

    [GeneratedRegex(
        @"Now listening on: (?<address>http://\S+)",
        RegexOptions.ExplicitCapture,
        1_000
    )]
    private static partial Regex ListeningLine();
}
