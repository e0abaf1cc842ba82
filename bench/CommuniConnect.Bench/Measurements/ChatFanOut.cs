using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using CommuniConnect.Bench.Support;

namespace CommuniConnect.Bench.Measurements;

/// <summary>One room with 3,000 connected chatters and 20 messages a second, beside a plain SignalR broadcast of the same.</summary>
internal static class ChatFanOut
{
    private const int Chatters = 3000;
    private const int PerSecond = 20;

    /// <summary>Accounts behind the connections: as many as write, one message a second each.</summary>
    private const int Members = PerSecond;

    private static readonly TimeSpan Warming = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Length = TimeSpan.FromSeconds(15);

    private sealed record Round(double P50Ms, double P95Ms, double SavedMs, double Cores, int Seen);

    public static async Task<IReadOnlyList<Figure>> MeasureAsync(CancellationToken cancellation)
    {
        var ours = await OursAsync(cancellation);
        var plain = await PlainAsync(cancellation);
        return
        [
            new(
                $"post to receipt, p95, {Chatters} chatters, {PerSecond} messages/s",
                ours.P95Ms,
                "ms",
                new Target(250),
                $"{ours.Seen} receipts looked at"
            ),
            new("post to receipt, p50", ours.P50Ms, "ms"),
            new("of which until it is on disk and answered, p50", ours.SavedMs, "ms"),
            new("server", ours.Cores, "cores", new Target(1.5)),
            new(
                "plain SignalR broadcast of the same: p95",
                plain.P95Ms,
                "ms",
                Spread: $"{plain.Seen} receipts looked at"
            ),
            new("plain SignalR broadcast of the same: p50", plain.P50Ms, "ms"),
            new("plain SignalR broadcast of the same: server", plain.Cores, "cores"),
            new("p95, ours to plain SignalR", ours.P95Ms / plain.P95Ms, "×"),
            new("processor, ours to plain SignalR", ours.Cores / plain.Cores, "×"),
        ];
    }

    private static async Task<Round> OursAsync(CancellationToken cancellation)
    {
        await using var server = await ServerProcess.StartAsync(cancellation);
        var members = new List<Member>();
        try
        {
            for (var i = 0; i < Members; i++)
                members.Add(await Member.RegisterAsync(server, cancellation));
            var live = await members[0].StartLiveAsync(cancellation);
            var hello =
                $$"""{"type":4,"invocationId":"1","target":"Follow","arguments":[{{live.Id}},0]}""";
            await using var crowd = await ChatCrowd.ConnectAsync(
                Socket(server.Address, "/hubs/chat"),
                [.. members.Select(m => m.AccessToken)],
                Chatters,
                hello,
                cancellation
            );
            var clients = members.ConvertAll(member => Client(server.Address, member.AccessToken));
            return await TalkAsync(
                crowd,
                server.Cost,
                (n, content) =>
                    clients[n % clients.Count]
                        .PostAsJsonAsync(
                            $"/api/posts/live/{live.Id}/chat/",
                            new { content },
                            cancellation
                        ),
                cancellation
            );
        }
        finally
        {
            members.ForEach(member => member.Dispose());
        }
    }

    private static async Task<Round> PlainAsync(CancellationToken cancellation)
    {
        using var process = Tool.Start(
            "dotnet",
            Environment.GetCommandLineArgs()[0],
            PlainSignalR.Argument
        );
        try
        {
            const string listening = "Now listening on: ";
            Uri? address = null;
            while (address is null)
            {
                var line =
                    await process.StandardOutput.ReadLineAsync(cancellation)
                    ?? throw new InvalidOperationException("the plain hub did not start");
                var at = line.IndexOf(listening, StringComparison.Ordinal);
                address = at < 0 ? null : new Uri(line[(at + listening.Length)..].Trim());
            }
            _ = process.StandardOutput.ReadToEndAsync(cancellation);
            await using var crowd = await ChatCrowd.ConnectAsync(
                Socket(address, "/hub"),
                [],
                Chatters,
                hello: null,
                cancellation
            );
            using var client = Client(address, token: null);
            return await TalkAsync(
                crowd,
                new ProcessCost(process.Id),
                (_, content) => client.PostAsJsonAsync("/say", new { content }, cancellation),
                cancellation
            );
        }
        finally
        {
            process.Kill();
            await process.WaitForExitAsync(CancellationToken.None);
        }
    }

    private static async Task<Round> TalkAsync(
        ChatCrowd crowd,
        ProcessCost cost,
        Func<int, string, Task<HttpResponseMessage>> sayAsync,
        CancellationToken cancellation
    )
    {
        var count = 0;
        var saved = new ConcurrentQueue<double>();
        await ForAsync(Warming);
        crowd.Forget();
        saved.Clear();
        var (began, used) = (Stopwatch.GetTimestamp(), cost.Processor);
        await ForAsync(Length);
        var cores =
            (cost.Processor - used).TotalSeconds / Stopwatch.GetElapsedTime(began).TotalSeconds;
        var delays = crowd.Delays.ToList();
        return new(
            Stats.Percentile(delays, 50),
            Stats.Percentile(delays, 95),
            Stats.Percentile(saved, 50),
            cores,
            delays.Count
        );

        async Task<HttpResponseMessage> AnsweredAsync(int number)
        {
            var posted = Stopwatch.GetTimestamp();
            var answer = await sayAsync(number, $"message n° {number} {ChatCrowd.Stamp()}");
            saved.Enqueue(Stopwatch.GetElapsedTime(posted).TotalMilliseconds);
            return answer;
        }

        async Task ForAsync(TimeSpan length)
        {
            var answers = new List<Task<HttpResponseMessage>>();
            using var beat = new PeriodicTimer(TimeSpan.FromSeconds(1.0 / PerSecond));
            for (var end = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(end) < length; )
            {
                await beat.WaitForNextTickAsync(cancellation);
                answers.Add(AnsweredAsync(count++));
            }
            foreach (var answer in await Task.WhenAll(answers))
            {
                using (answer)
                    answer.EnsureSuccessStatusCode();
            }
        }
    }

    private static Uri Socket(Uri server, string path) =>
        new UriBuilder(server) { Scheme = "ws", Path = path }.Uri;

    private static HttpClient Client(Uri server, string? token)
    {
        var client = new HttpClient { BaseAddress = server };
        if (token is not null)
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
                "Bearer",
                token
            );
        return client;
    }
}
