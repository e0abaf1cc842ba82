using System.Diagnostics;
using System.Net;
using System.Net.WebSockets;
using System.Text.Json;
using CommuniConnect.Server.Tests.Support;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.Data.Sqlite;
using Xunit;

namespace CommuniConnect.Server.Tests.Chat;

/// <summary>A database that is locked or full, a server that is killed: a message is refused with its reason, or in the room for ever, once.</summary>
public sealed class ChatFaultTests
{
    private const int DiskMegabytes = 24;

    /// <summary>The five seconds in which the server waits for another writer, and less than as much again.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(9.5);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Message_is_refused_while_another_holds_the_database_and_is_there_once_afterwards()
    {
        await using var server = await StartAsync();
        var (id, _) = await server.NewLiveAsync();
        await SayAsync(server, id, "avant", HttpStatusCode.Created);
        await using var other = await LockAsync(server);

        var began = Stopwatch.GetTimestamp();
        var problems = await Task.WhenAll(
            Enumerable
                .Range(0, 5)
                .Select(i =>
                    SayAsync(server, id, $"pendant {i}", HttpStatusCode.ServiceUnavailable)
                )
        );
        Assert.True(Stopwatch.GetElapsedTime(began) < LongestWait);
        Assert.All(
            problems,
            p => Assert.Contains("enregistré", p.Text("detail"), StringComparison.Ordinal)
        );
        Assert.Equal(["avant"], await ContentsAsync(server, id)); // reading goes on

        await other.DisposeAsync();
        for (var again = 0; again < 2; again++)
        {
            for (var i = 0; i < problems.Length; i++)
            {
                await SayAsync(server, id, $"pendant {i}", HttpStatusCode.Created);
            }
        }
        string[] all = ["avant", .. Enumerable.Range(0, 5).Select(i => $"pendant {i}")];
        Assert.Equal(all, await ContentsAsync(server, id));
    }

    [Fact]
    public async Task Short_lock_is_waited_for()
    {
        await using var server = await StartAsync();
        var (id, _) = await server.NewLiveAsync();
        var other = await LockAsync(server);

        var saying = SayAsync(server, id, "patience", HttpStatusCode.Created);
        Assert.Empty(await ContentsAsync(server, id));
        Assert.False(saying.IsCompleted);
        await other.DisposeAsync();

        Assert.Equal(1, (await saying).Int("id"));
    }

    [Fact]
    public async Task Full_disk_refuses_messages_with_the_reason_and_takes_them_once_there_is_room()
    {
        await using var disk = await SmallDisk.MakeAsync(DiskMegabytes);
        await using var server = await StartAsync(
            disk.Folder,
            "--Storage:MegabytesToStart",
            "0",
            "--Storage:MegabytesToGoOn",
            "0"
        );
        var (id, _) = await server.NewLiveAsync();
        await SayAsync(server, id, "avant", HttpStatusCode.Created);

        var filler = disk.Fill(leftBytes: 0);
        var acknowledged = new List<string> { "avant" };
        string? refused = null;
        for (var i = 0; refused is null; i++)
        {
            // What the database has room for within its own files is still taken.
            var content = $"{i} {new string('x', 400)}";
            if (await TrySayAsync(server, id, content) is { } problem)
            {
                Assert.False(string.IsNullOrEmpty(problem.Text("detail")));
                refused = content;
            }
            else
            {
                acknowledged.Add(content);
            }
        }
        Assert.Equal(acknowledged, await ContentsAsync(server, id));
        await server.KillAsync();
        File.Delete(filler);
        await server.StartAsync();

        await SayAsync(server, id, refused, HttpStatusCode.Created);
        await SayAsync(server, id, refused, HttpStatusCode.Created);
        Assert.Equal([.. acknowledged, refused], await ContentsAsync(server, id));
    }

    [Fact]
    public async Task Order_is_the_same_for_everybody_across_a_kill()
    {
        await using var server = await StartAsync();
        var (id, _) = await server.NewLiveAsync();
        await using var first = await ConnectAsync(server);
        await using var second = await ConnectAsync(server);
        var acknowledged = new SortedDictionary<int, string>();
        using var killed = new CancellationTokenSource();
        var read = Task.WhenAll(
            ReadAsync(first, id, killed.Token),
            ReadAsync(second, id, killed.Token)
        );
        var saying = Enumerable
            .Range(0, 4)
            .Select(async who =>
            {
                for (var i = 0; i < 5 && !killed.IsCancellationRequested; i++)
                {
                    try
                    {
                        var said = await SayAsync(server, id, $"{who}/{i}", HttpStatusCode.Created);
                        lock (acknowledged)
                        {
                            acknowledged[said.Int("id")] = $"{who}/{i}";
                        }
                    }
                    catch (HttpRequestException)
                    {
                        return;
                    }
                }
            })
            .ToList();
        await Patience.UntilAsync(
            () =>
            {
                lock (acknowledged)
                {
                    return Task.FromResult(acknowledged.Count >= 8);
                }
            },
            "some messages are acknowledged"
        );

        await server.KillAsync();
        await killed.CancelAsync();
        await Task.WhenAll(saying);
        var seen = await read;
        await server.StartAsync();

        var kept = await MessagesAsync(server, id);
        Assert.Equal(Enumerable.Range(1, kept.Count), kept.Select(m => m.Id()));
        Assert.Equal(kept.Count, kept.Select(m => m.Content()).Distinct().Count());
        Assert.All(acknowledged, m => Assert.Equal(m.Value, kept[m.Key - 1].Content()));
        foreach (var reader in seen)
        {
            Assert.Equal(Enumerable.Range(1, reader.Count), reader.Select(m => m.Id));
            Assert.All(reader, m => Assert.Equal(m.Content, kept[m.Id - 1].Content()));
        }
        var next = await SayAsync(server, id, "encore", HttpStatusCode.Created);
        Assert.Equal(kept.Count + 1, next.Int("id"));
    }

    private static async Task<ServerProcess> StartAsync(
        string? folder = null,
        params string[] settings
    )
    {
        var server = new ServerProcess(folder, settings);
        await server.StartAsync();
        await server.RegisterAsync();
        return server;
    }

    /// <summary>Holds the database for writing, as a backup tool or another program does, until disposed of.</summary>
    private static async Task<SqliteConnection> LockAsync(ServerProcess server)
    {
        var file = Directory.GetFiles(server.DataPath, "*.db").Single();
        var connection = new SqliteConnection($"Data Source={file};Pooling=False");
        await connection.OpenAsync(Cancellation);
        await using var command = connection.CreateCommand();
        command.CommandText = "BEGIN IMMEDIATE";
        await command.ExecuteNonQueryAsync(Cancellation);
        return connection;
    }

    /// <summary>The content is its own client id: said again, it is the same message.</summary>
    private static Task<JsonElement> SayAsync(
        ServerProcess server,
        int id,
        string content,
        HttpStatusCode expected
    ) =>
        server.Client.PostAsync(
            $"/api/posts/live/{id}/chat/",
            new { content, client_id = ClientId(content) },
            expected
        );

    /// <summary>Null when it is taken, else the problem: of a disk that is full.</summary>
    private static async Task<JsonElement?> TrySayAsync(
        ServerProcess server,
        int id,
        string content
    )
    {
        using var body = System.Net.Http.Json.JsonContent.Create(
            new { content, client_id = ClientId(content) }
        );
        while (true)
        {
            using var answer = await server.Client.PostAsync(
                $"/api/posts/live/{id}/chat/",
                body,
                Cancellation
            );
            switch (answer.StatusCode)
            {
                case HttpStatusCode.Created:
                    return null;
                case HttpStatusCode.TooManyRequests:
                    await Task.Delay(answer.Headers.RetryAfter!.Delta!.Value, Cancellation);
                    break;
                case HttpStatusCode.InsufficientStorage:
                    return await Json.ReadAsync(answer, HttpStatusCode.InsufficientStorage);
                default:
                    return await Json.ReadAsync(answer, HttpStatusCode.ServiceUnavailable);
            }
        }
    }

    private static string ClientId(string content) =>
        content[..Math.Min(20, content.Length)].Trim();

    private static async Task<IReadOnlyList<JsonElement>> MessagesAsync(
        ServerProcess server,
        int id
    ) =>
        [
            .. (
                await server.Client.GetAsync(
                    $"/api/posts/live/{id}/chat/messages/?after=0&limit=500",
                    HttpStatusCode.OK
                )
            ).EnumerateArray(),
        ];

    private static async Task<IEnumerable<string>> ContentsAsync(ServerProcess server, int id) =>
        (await MessagesAsync(server, id)).Select(m => m.Content());

    private static async Task<HubConnection> ConnectAsync(ServerProcess server)
    {
        var hub = new HubConnectionBuilder()
            .WithUrl(
                new Uri(server.Address, "/hubs/chat"),
                options => options.Headers["Authorization"] = $"Bearer {server.Access}"
            )
            .Build();
        await hub.StartAsync(Cancellation);
        return hub;
    }

    /// <summary>Everything a follower is shown until the server is gone.</summary>
    private static async Task<List<(int Id, string Content)>> ReadAsync(
        HubConnection hub,
        int id,
        CancellationToken gone
    )
    {
        var seen = new List<(int, string)>();
        try
        {
            await foreach (var update in hub.StreamAsync<JsonElement>("Follow", id, 0, gone))
            {
                if (update.Text("type") == "messages")
                {
                    seen.AddRange(
                        update
                            .GetProperty("messages")
                            .EnumerateArray()
                            .Select(m => (m.Id(), m.Content()))
                    );
                }
            }
        }
        catch (Exception error)
            when (error
                    is OperationCanceledException
                        or InvalidOperationException
                        or IOException
                        or WebSocketException
            )
        {
            // The server is gone.
        }
        return seen;
    }
}
