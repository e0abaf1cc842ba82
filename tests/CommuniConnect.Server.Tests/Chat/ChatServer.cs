using System.Net.Http.Json;
using System.Security.Claims;
using System.Text.Encodings.Web;
using System.Text.Json;
using CommuniConnect.Server.Broadcast;
using CommuniConnect.Server.Community.Chat;
using CommuniConnect.Server.Community.Lives;
using CommuniConnect.Server.Community.Posts;
using CommuniConnect.Server.Community.Users;
using CommuniConnect.Server.Platform.Database;
using CommuniConnect.Server.Platform.Http;
using CommuniConnect.Server.Platform.Storage;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Connections;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Xunit;

namespace CommuniConnect.Server.Tests.Chat;

/// <summary>A server with the chat on a real socket and a real database, which can be stopped and started again on the same data.</summary>
public sealed class ChatServer : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("chat-").FullName;
    private WebApplication? _app;
    private int _names;

    public static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public Uri Address => new(_app!.Urls.Single());
    public string DatabaseFile => new DataFolder(_folder).DatabaseFile;
    internal ChatRooms Rooms => _app!.Services.GetRequiredService<ChatRooms>();

    public static async Task<ChatServer> StartAsync()
    {
        var server = new ChatServer();
        await server.StartAgainAsync();
        return server;
    }

    public async Task StopAsync()
    {
        await _app!.StopAsync(Cancellation);
        await _app.DisposeAsync();
        SqliteConnection.ClearAllPools();
    }

    public async Task StartAgainAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseSetting("urls", "http://127.0.0.1:0");
        builder.Logging.SetMinimumLevel(LogLevel.Error);
        var data = new DataFolder(_folder);
        builder.Services.AddSingleton(data);
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddDatabase(data);
        builder.Services.Configure<IdentityOptions>(DatabaseSetup.ConfigureStores);
        builder.Services.AddApi();
        builder.Services.AddBroadcast();
        builder.Services.AddChat();
        builder
            .Services.AddAuthentication("test")
            .AddScheme<AuthenticationSchemeOptions, IdAsToken>("test", configureOptions: null);
        builder.Services.AddAuthorization();
        _app = builder.Build();
        await DatabaseSetup.PrepareAsync(_app.Services, Cancellation);
        _app.MapChat();
        await _app.StartAsync(Cancellation);
    }

    public async Task<Member> MemberAsync(string firstName = "Mariam")
    {
        var name = $"membre{Interlocked.Increment(ref _names)}";
        var user = new User
        {
            UserName = name,
            NormalizedUserName = name.ToUpperInvariant(),
            Email = $"{name}@test.gn",
            NormalizedEmail = $"{name}@test.gn".ToUpperInvariant(),
            FirstName = firstName,
            LastName = "Diallo",
            SecurityStamp = name,
        };
        await WithDbAsync(db => db.Users.Add(user));
        return new Member(this, user.Id);
    }

    public async Task<IReadOnlyList<Member>> MembersAsync(int count)
    {
        var members = new List<Member>();
        for (var i = 0; i < count; i++)
            members.Add(await MemberAsync($"Membre {i}"));
        return members;
    }

    /// <summary>A live somebody started, waiting for its first frame.</summary>
    public async Task<int> LiveAsync()
    {
        var owner = await MemberAsync("Alpha");
        var post = new Post
        {
            AuthorId = owner.Id,
            Title = "Live",
            Content = "",
            PostType = "live",
            Live = new LiveRecord { WatchToken = Guid.NewGuid().ToString("N") },
        };
        await WithDbAsync(db => db.Posts.Add(post));
        return post.Id;
    }

    /// <summary>Ends a live as stopping it does: first the record, then its room.</summary>
    public async Task<int> EndAsync(int liveId)
    {
        await WithDbAsync(db =>
            db.Lives.Single(l => l.PostId == liveId).EndedAt = DateTimeOffset.UtcNow
        );
        return await Rooms.CloseAsync(liveId, Cancellation);
    }

    public async Task ExecuteAsync(string sql)
    {
        await using var connection = new SqliteConnection($"Data Source={DatabaseFile}");
        await connection.OpenAsync(Cancellation);
        await using var command = connection.CreateCommand();
#pragma warning disable CA2100 // The tests' own sentences.
        command.CommandText = sql;
#pragma warning restore CA2100
        await command.ExecuteNonQueryAsync(Cancellation);
    }

    /// <summary>Fills a room faster than members may write.</summary>
    public async Task FillAsync(int liveId, Member author, int count, string content = "message")
    {
        using var visit = await Rooms.EnterAsync(liveId, Cancellation);
        for (var done = 0; done < count; )
        {
            var some = Math.Min(500, count - done);
            var outcomes = await Task.WhenAll(
                Enumerable
                    .Range(done, some)
                    .Select(i =>
                        visit!.Room.SendAsync(author.Id, new ChatDraft($"{content} {i}", "text"))
                    )
            );
            Assert.All(outcomes, outcome => Assert.NotNull(outcome.Message));
            done += some;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _app!.StopAsync(CancellationToken.None);
        await _app.DisposeAsync();
        SqliteConnection.ClearAllPools();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task WithDbAsync(Action<AppDb> change)
    {
        await using var scope = _app!.Services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<AppDb>();
        change(db);
        await db.SaveChangesAsync(Cancellation);
    }

    /// <summary>Signs in whoever names an id.</summary>
    private sealed class IdAsToken(
        IOptionsMonitor<AuthenticationSchemeOptions> options,
        ILoggerFactory logger,
        UrlEncoder encoder
    ) : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
    {
        protected override Task<AuthenticateResult> HandleAuthenticateAsync()
        {
            var token = Request.Headers.Authorization.ToString();
            if (!token.StartsWith("Bearer ", StringComparison.Ordinal))
                return Task.FromResult(AuthenticateResult.NoResult());
            var id = new Claim("sub", token["Bearer ".Length..]);
            var principal = new ClaimsPrincipal(new ClaimsIdentity([id], Scheme.Name));
            return Task.FromResult(
                AuthenticateResult.Success(new AuthenticationTicket(principal, Scheme.Name))
            );
        }
    }
}

/// <summary>A member with the ways to talk to the server.</summary>
public sealed class Member(ChatServer server, int id)
{
    public int Id => id;
    public string Token => $"{id}";

    public HttpClient Http()
    {
        var http = new HttpClient { BaseAddress = server.Address };
        http.DefaultRequestHeaders.Authorization = new("Bearer", Token);
        return http;
    }

    public async Task<HubConnection> ConnectAsync()
    {
        var hub = new HubConnectionBuilder()
            .WithUrl(
                new Uri(server.Address, "/hubs/chat"),
                options =>
                {
                    options.Headers["Authorization"] = $"Bearer {Token}";
                    options.Transports = HttpTransportType.WebSockets;
                    options.SkipNegotiation = true;
                }
            )
            .Build();
        await hub.StartAsync(ChatServer.Cancellation);
        return hub;
    }

    public async Task<HttpResponseMessage> PostAsync(int liveId, object body)
    {
        using var http = Http();
        return await http.PostAsJsonAsync(
            $"/api/posts/live/{liveId}/chat/",
            body,
            ChatServer.Cancellation
        );
    }

    /// <summary>Says something that is taken, and gives its id.</summary>
    public async Task<int> SayAsync(int liveId, string content, string? clientId = null)
    {
        using var answer = await PostAsync(liveId, new { content, client_id = clientId });
        Assert.Equal(StatusCodes.Status201Created, (int)answer.StatusCode);
        return (await answer.JsonAsync()).GetProperty("id").GetInt32();
    }

    public async Task<JsonElement[]> MessagesAsync(int liveId, string query = "")
    {
        using var http = Http();
        var page = await http.GetFromJsonAsync<JsonElement[]>(
            $"/api/posts/live/{liveId}/chat/messages/{query}",
            ChatServer.Cancellation
        );
        return page!;
    }
}

/// <summary>What the wire says, as JSON.</summary>
public static class Wire
{
    public static async Task<JsonElement> JsonAsync(this HttpResponseMessage answer) =>
        await answer.Content.ReadFromJsonAsync<JsonElement>(ChatServer.Cancellation);

    public static int Id(this JsonElement message) => message.GetProperty("id").GetInt32();

    public static string Content(this JsonElement message) =>
        message.GetProperty("content").GetString()!;

    public static IAsyncEnumerable<JsonElement> Follow(
        this HubConnection hub,
        int liveId,
        int after = 0
    ) => hub.StreamAsync<JsonElement>("Follow", liveId, after, ChatServer.Cancellation);

    public static Task<JsonElement> SendAsync(this HubConnection hub, int liveId, object message) =>
        hub.InvokeAsync<JsonElement>("Send", liveId, message, ChatServer.Cancellation);

    /// <summary>Follows until a message number was shown: everything shown until then.</summary>
    public static async Task<IReadOnlyList<JsonElement>> ReadToAsync(
        this IAsyncEnumerable<JsonElement> updates,
        int number
    )
    {
        var shown = new List<JsonElement>();
        await foreach (var update in updates)
        {
            if (update.GetProperty("type").GetString() == "messages")
                shown.AddRange(update.GetProperty("messages").EnumerateArray());
            if (shown.Count > 0 && shown[^1].Id() >= number)
                break;
        }
        return shown;
    }
}
