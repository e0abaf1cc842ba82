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

    private sealed record Start(double Seconds, double ProcessorSeconds);

    public static async Task<IReadOnlyList<Figure>> MeasureAsync(
        BenchOptions options,
        CancellationToken cancellation
    )
    {
        var folder = Directory.CreateTempSubdirectory("communiconnect-bench-");
        try
        {
            var (empty, kept) = (new List<Start>(), new List<Start>());
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
                Figure.Median(
                    "first start, making the database",
                    [.. empty.Select(s => s.Seconds)],
                    "s",
                    Quick
                ),
                Figure.Median(
                    "start with a database",
                    [.. kept.Select(s => s.Seconds)],
                    "s",
                    Quick
                ),
                // A busy machine lengthens the others; this one says what is the server's own part.
                Figure.Median(
                    "processor time of that start",
                    [.. kept.Select(s => s.ProcessorSeconds)],
                    "s"
                ),
            ];
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>Starts the server, waits until /health/ready answers 200, and stops it.</summary>
    private static async Task<Start> StartAsync(string data, CancellationToken cancellation)
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
            return new Start(
                Stopwatch.GetElapsedTime(began).TotalSeconds,
                new ProcessCost(process.Id).Processor.TotalSeconds
            );
        }
        finally
        {
            await ProcessEnd.StopAsync(process, LongestStop);
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
