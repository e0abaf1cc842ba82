using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using CommuniConnect.Bench.Support;

namespace CommuniConnect.Bench.Measurements;

/// <summary>From <c>./run</c> on a built tree until the site may be used.</summary>
internal static class StartUp
{
    private const int Starts = 5;
    private static readonly Target Quick = new(3);
    private static readonly TimeSpan LongestStart = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LongestStop = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);

    public static async Task<IReadOnlyList<Figure>> MeasureAsync(
        BenchOptions options,
        CancellationToken cancellation
    )
    {
        var folder = Directory.CreateTempSubdirectory("communiconnect-bench-");
        try
        {
            var (empty, kept) = (new List<double>(), new List<double>());
            for (var i = -1; i < Starts; i++) // the first fills the system's caches
            {
                var data = Path.Combine(folder.FullName, $"data{i}");
                var first = await StartAsync(data, cancellation);
                var again = await StartAsync(data, cancellation);
                if (i >= 0)
                {
                    empty.Add(first);
                    kept.Add(again);
                }
            }
            return
            [
                Figure.Median("first start, making the database", empty, "s", Quick),
                Figure.Median("start with a database", kept, "s", Quick),
            ];
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>Seconds until /health/ready answers 200.</summary>
    private static async Task<double> StartAsync(string data, CancellationToken cancellation)
    {
        var address = $"http://127.0.0.1:{FreePort()}";
        using var client = new HttpClient();
        var began = Stopwatch.GetTimestamp();
        using var process = Tool.Start(
            Path.Combine(Repository.Root, "run"),
            "--urls",
            address,
            "--data",
            data
        );
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        try
        {
            while (!await IsReadyAsync(client, $"{address}/health/ready", cancellation))
            {
                if (process.HasExited || Stopwatch.GetElapsedTime(began) > LongestStart)
                {
                    throw new InvalidOperationException("./run did not start the server");
                }
                await Task.Delay(Pause, cancellation);
            }
            return Stopwatch.GetElapsedTime(began).TotalSeconds;
        }
        finally
        {
            await ProcessEnd.InterruptAsync(process, LongestStop);
        }
    }

    private static async Task<bool> IsReadyAsync(
        HttpClient client,
        string url,
        CancellationToken cancellation
    )
    {
        try
        {
            using var answer = await client.GetAsync(new Uri(url), cancellation);
            return answer.StatusCode == HttpStatusCode.OK;
        }
        catch (HttpRequestException)
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
