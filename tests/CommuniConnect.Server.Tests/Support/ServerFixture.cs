using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using CommuniConnect.Server.Community.Users;
using CommuniConnect.Server.Platform.Database;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Identity;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Xunit;

namespace CommuniConnect.Server.Tests.Support;

/// <summary>A whole server on a real socket with an empty data folder of its own; share it with <c>IClassFixture</c>.</summary>
public class ServerFixture : IAsyncLifetime
{
    private readonly DirectoryInfo _data = Directory.CreateTempSubdirectory("communiconnect-");
    private readonly List<HttpClient> _clients = [];
    private WebApplication? _app;
    private int _members;

    /// <summary>The server's clock: the real time, ahead by as much as the test has advanced it.</summary>
    internal SteppedTime Time { get; } = new();

    /// <summary>What the server is made of.</summary>
    public IServiceProvider Services => App.Services;

    public string DataPath => _data.FullName;

    public Uri BaseAddress =>
        new(
            App.Services.GetRequiredService<IServer>()
                .Features.Get<IServerAddressesFeature>()!
                .Addresses.Single()
                .Replace("0.0.0.0", "127.0.0.1", StringComparison.Ordinal)
        );

    /// <summary>The address it listens at, with a port nobody has.</summary>
    protected virtual string Listen => "http://127.0.0.1:0";

    /// <summary>More of the command line.</summary>
    protected virtual IEnumerable<string> Arguments => [];

    /// <summary>The version of HTTP that is spoken with it.</summary>
    protected virtual Version Version => HttpVersion.Version11;

    private WebApplication App => _app ?? throw new InvalidOperationException("not started");

    public async ValueTask InitializeAsync() => await StartAsync();

    /// <summary>Stops the server and starts another one on the same data folder, at another address.</summary>
    /// <param name="whileDown">What happens to the data folder in between.</param>
    public async Task RestartAsync(Action? whileDown = null)
    {
        await StopAsync();
        whileDown?.Invoke();
        await StartAsync();
    }

    /// <summary>A client nobody has signed in; keeps no cookies and follows no redirects.</summary>
    public HttpClient Anonymous()
    {
        var client = new HttpClient(
            new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false }
        )
        {
            BaseAddress = BaseAddress,
            DefaultRequestVersion = Version,
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        _clients.Add(client);
        return client;
    }

    /// <summary>A client that carries a cookie jar and says the language a French browser says; follows no redirects.</summary>
    public HttpClient Browser()
    {
        var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false })
        {
            BaseAddress = BaseAddress,
        };
        client.DefaultRequestHeaders.Add("Accept", "text/html");
        client.DefaultRequestHeaders.Add("Accept-Language", "fr-FR,fr;q=0.9");
        _clients.Add(client);
        return client;
    }

    /// <summary>Registers a new member, through the API.</summary>
    public async Task<Member> NewMemberAsync(
        string firstName = "Mariam",
        string lastName = "Diallo",
        int? quartier = null
    )
    {
        var name = $"membre{Interlocked.Increment(ref _members)}";
        var client = Anonymous();
        using var answer = await client.PostAsJsonAsync(
            "/api/users/register/",
            Form(name, firstName, lastName, quartier)
        );
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        var json = await answer.Content.ReadFromJsonAsync<JsonElement>();
        return Member.Of(client, name, json);
    }

    /// <summary>Registers a new member who is a moderator.</summary>
    public async Task<Member> NewModeratorAsync()
    {
        var member = await NewMemberAsync("Admin", "Modérateur");
        await using var scope = Services.CreateAsyncScope();
        var users = scope.ServiceProvider.GetRequiredService<UserManager<User>>();
        var user = await users.FindByEmailAsync(member.Email);
        await users.AddToRoleAsync(user!, Roles.Moderator);
        return await SignInAsync(member.Name);
    }

    /// <summary>Signs an existing member in, through the API.</summary>
    public async Task<Member> SignInAsync(string name)
    {
        var client = Anonymous();
        using var answer = await client.PostAsJsonAsync(
            "/api/users/login/",
            new { email = $"{name}@test.gn", password = Member.Password }
        );
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        return Member.Of(client, name, await answer.Content.ReadFromJsonAsync<JsonElement>());
    }

    /// <summary>Works on the server's database.</summary>
    internal async Task<T> WithDbAsync<T>(Func<AppDb, Task<T>> work)
    {
        await using var scope = Services.CreateAsyncScope();
        return await work(scope.ServiceProvider.GetRequiredService<AppDb>());
    }

    /// <summary>What a new member of this name sends.</summary>
    public static Dictionary<string, object?> Form(
        string name,
        string firstName = "Mariam",
        string lastName = "Diallo",
        int? quartier = null
    ) =>
        new(StringComparer.Ordinal)
        {
            ["username"] = name,
            ["email"] = $"{name}@test.gn",
            ["password"] = Member.Password,
            ["password_confirm"] = Member.Password,
            ["first_name"] = firstName,
            ["last_name"] = lastName,
            ["quartier"] = quartier,
        };

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _data.Delete(recursive: true);
        GC.SuppressFinalize(this);
    }

    private async Task StartAsync()
    {
        _app = await ServerApp.CreateAsync(
            [
                "--urls",
                Listen,
                "--data",
                DataPath,
                "--RateLimits:SignInsPerMinute",
                "100000",
                // What a test makes go wrong on purpose is not for the console; what it expects, it asserts.
                "--Logging:LogLevel:Microsoft.AspNetCore",
                "None",
                "--Logging:LogLevel:Microsoft.EntityFrameworkCore",
                "None",
                "--Logging:LogLevel:Default",
                "None",
                "--Logging:LogLevel:Microsoft.Hosting.Lifetime",
                "None",
                .. Arguments,
            ],
            services =>
            {
                services.Replace(ServiceDescriptor.Singleton<TimeProvider>(Time));
                // As safe as a test needs: the real count would be most of the time of a test run.
                services.Configure<PasswordHasherOptions>(o => o.IterationCount = 1_000);
            }
        );
        await _app.StartAsync();
    }

    private async Task StopAsync()
    {
        foreach (var client in _clients)
        {
            client.Dispose();
        }
        _clients.Clear();
        await App.StopAsync();
        await App.DisposeAsync();
        SqliteConnection.ClearAllPools();
    }
}

/// <summary>A signed-in member and the client that carries the access token.</summary>
public sealed record Member(int Id, string Name, string Access, string Refresh, HttpClient Client)
{
    public const string Password = "motdepasse";

    public string Email => $"{Name}@test.gn";

    internal static Member Of(HttpClient client, string name, JsonElement signedIn)
    {
        var tokens = signedIn.GetProperty("tokens");
        var access = tokens.GetProperty("access").GetString()!;
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
            "Bearer",
            access
        );
        return new(
            signedIn.GetProperty("user").GetProperty("id").GetInt32(),
            name,
            access,
            tokens.GetProperty("refresh").GetString()!,
            client
        );
    }
}
