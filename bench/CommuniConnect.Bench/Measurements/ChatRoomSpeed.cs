using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;
using CommuniConnect.Server;
using CommuniConnect.Server.Community.Chat;
using CommuniConnect.Server.Community.Lives;
using CommuniConnect.Server.Community.Posts;
using CommuniConnect.Server.Community.Users;
using CommuniConnect.Server.Platform.Database;
using Microsoft.EntityFrameworkCore;

namespace CommuniConnect.Bench.Measurements;

/// <summary>The room itself, in this process, on a real disk: what grouped commits are worth, and joining a long chat.</summary>
internal static class ChatRoomSpeed
{
    private const int Long = 50_000;
    private const int OneByOne = 300;
    private const int Joins = 21;

    /// <summary>As many as the replay's page asks for at once.</summary>
    private const int WindowLength = 200;

    /// <summary>The long chat is spread over three hours.</summary>
    private const double MessageSeconds = 3.0 * 3600 / Long;

    /// <summary>Fewer than wait in a room before it asks to try again.</summary>
    private const int AtOnce = 1000;

    public static async Task<IReadOnlyList<Figure>> MeasureAsync(CancellationToken cancellation)
    {
        var data = Directory.CreateTempSubdirectory("communiconnect-bench-");
        try
        {
            int live,
                author;
            double grouped,
                single;
            await using (var app = await StartAsync(data))
            {
                (live, author) = await AddLiveAsync(app);
                var rooms = app.Services.GetRequiredService<ChatRooms>();
                using var visit = await rooms.EnterAsync(live, cancellation);
                await FillAsync(visit!.Room, author, AtOnce); // compiled, and the file grown
                var began = Stopwatch.GetTimestamp();
                for (var i = 0; i < OneByOne; i++)
                    await FillAsync(visit.Room, author, 1);
                single = OneByOne / Stopwatch.GetElapsedTime(began).TotalSeconds;
                began = Stopwatch.GetTimestamp();
                const int Rest = Long - AtOnce - OneByOne;
                for (var left = Rest; left > 0; left -= AtOnce)
                    await FillAsync(visit.Room, author, Math.Min(left, AtOnce));
                grouped = Rest / Stopwatch.GetElapsedTime(began).TotalSeconds;
                await app.StopAsync(cancellation);
            }
            var (opened, joined) = await JoinAsync(data, live, author, cancellation);
            var sought = await SeekAsync(data, live, cancellation);
            return
            [
                new("messages saved, grouped commits", grouped, "messages/s"),
                new("messages saved one by one", single, "messages/s"),
                new("grouped to one by one", grouped / single, "×"),
                new(
                    $"first join of a room of {Long} messages after a start, to its last 100",
                    opened,
                    "ms",
                    new Target(50)
                ),
                Figure.Median("every other join, to the last 100", joined, "ms", new Target(50)),
                new(
                    $"first seek in its replay after a start, to the {WindowLength} messages around it",
                    sought[0],
                    "ms",
                    new Target(100)
                ),
                Figure.Median("every other seek", sought[1..], "ms", new Target(100)),
            ];
        }
        finally
        {
            data.Delete(recursive: true);
        }
    }

    private static async Task<(double First, IReadOnlyCollection<double> Others)> JoinAsync(
        DirectoryInfo data,
        int live,
        int author,
        CancellationToken cancellation
    )
    {
        await using var app = await StartAsync(data);
        var rooms = app.Services.GetRequiredService<ChatRooms>();
        var (other, _) = await AddLiveAsync(app);
        using (await rooms.EnterAsync(other, cancellation)) { } // its queries are compiled
        var times = new List<double>();
        RoomVisit? kept = null;
        for (var i = 0; i < Joins; i++)
        {
            var began = Stopwatch.GetTimestamp();
            var visit = await rooms.EnterAsync(live, cancellation);
            var reader = await rooms.ReaderAsync(new Asker(author, IsModerator: false));
            await foreach (
                var update in visit!
                    .Room.Follow(new RoomPlace(0), reader)
                    .UpdatesAsync(cancellation)
            )
            {
                if (update.Messages is not { Count: 100 })
                    throw new InvalidOperationException("the last 100 did not come first");
                break;
            }
            times.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
            kept ??= visit;
        }
        kept?.Dispose();
        await app.StopAsync(cancellation);
        return (times[0], times[1..]);
    }

    /// <summary>To and fro in the replay, over HTTP as its page does.</summary>
    private static async Task<double[]> SeekAsync(
        DirectoryInfo data,
        int live,
        CancellationToken cancellation
    )
    {
        await using var app = await StartAsync(data);
        await SpreadAsync(app, live, cancellation);
        using var client = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
        client.DefaultRequestHeaders.Authorization = new(
            "Bearer",
            await RegisterAsync(client, cancellation)
        );
        // Whoever seeks has opened the page, which asked for the end of the chat.
        await client.GetByteArrayAsync(
            $"/api/posts/live/{live}/chat/messages/?limit={WindowLength}",
            cancellation
        );
        var times = new List<double>();
        for (var i = 0; i < Joins; i++)
        {
            var at = (int)(Long * MessageSeconds * (i * 8 % Joins) / Joins);
            var began = Stopwatch.GetTimestamp();
            var page = await client.GetFromJsonAsync<JsonElement>(
                $"/api/posts/live/{live}/chat/messages/?at={at}&limit={WindowLength}",
                cancellation
            );
            times.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
            if (page.GetArrayLength() < WindowLength / 2)
                throw new InvalidOperationException(
                    "the messages around the position did not come"
                );
        }
        await app.StopAsync(cancellation);
        return [.. times];
    }

    private static async Task SpreadAsync(
        WebApplication app,
        int live,
        CancellationToken cancellation
    )
    {
        await using var scope = app.Services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<AppDb>();
        const int ms = (int)(MessageSeconds * 1000);
        await db.Database.ExecuteSqlAsync(
            $"UPDATE ChatMessages SET MediaTime = Number * {ms} WHERE LiveId = {live}",
            cancellation
        );
    }

    private static async Task<string> RegisterAsync(
        HttpClient client,
        CancellationToken cancellation
    )
    {
        using var answer = await client.PostAsJsonAsync(
            "/api/users/register/",
            new
            {
                username = "lectrice",
                email = "lectrice@test.gn",
                password = "motdepasse1",
                password_confirm = "motdepasse1",
                first_name = "Binta",
                last_name = "Sylla",
            },
            cancellation
        );
        answer.EnsureSuccessStatusCode();
        var signedIn = await answer.Content.ReadFromJsonAsync<JsonElement>(cancellation);
        return signedIn.GetProperty("tokens").GetProperty("access").GetString()!;
    }

    private static async Task<WebApplication> StartAsync(DirectoryInfo data)
    {
        var app = await ServerApp.CreateAsync([
            "--urls",
            "http://127.0.0.1:0",
            "--data",
            data.FullName,
            "--Logging:LogLevel:Default",
            "Warning",
            "--Logging:LogLevel:Microsoft.Hosting.Lifetime",
            "Warning",
        ]);
        await app.StartAsync();
        return app;
    }

    private static async Task FillAsync(ChatRoom room, int author, int count)
    {
        var outcomes = await Task.WhenAll(
            Enumerable
                .Range(0, count)
                .Select(i => room.SendAsync(author, new ChatDraft($"message n° {i}", "text")))
        );
        if (Array.Exists(outcomes, o => o.Message is null))
            throw new InvalidOperationException("a message was not saved");
    }

    private static async Task<(int Live, int Author)> AddLiveAsync(WebApplication app)
    {
        await using var scope = app.Services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<AppDb>();
        var name = $"bench{Guid.NewGuid():n}"[..20];
        var author = new User
        {
            UserName = name,
            NormalizedUserName = name.ToUpperInvariant(),
            FirstName = "Mariam",
            LastName = "Diallo",
        };
        db.Users.Add(author);
        await db.SaveChangesAsync();
        var post = new Post
        {
            AuthorId = author.Id,
            Title = "Mesure",
            Content = "",
            PostType = "live",
            Live = new LiveRecord(),
        };
        db.Posts.Add(post);
        await db.SaveChangesAsync();
        return (post.Id, author.Id);
    }
}
