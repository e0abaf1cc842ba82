using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

namespace CommuniConnect.Bench.Support;

/// <summary>A live that was started.</summary>
internal sealed record StartedLive(int Id, Uri IngestUrl, Uri WatchUrl);

/// <summary>What a stop answers.</summary>
internal sealed record StoppedLive(bool VideoSaved, string? VideoUrl, double Duration);

/// <summary>A member of the server under test, who uses its API.</summary>
internal sealed class Member : IDisposable
{
    public const string Password = "test123456";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
    };

    private readonly HttpClient _client;

    private Member(Uri server) => _client = new HttpClient { BaseAddress = server };

    public required string Email { get; init; }
    public string AccessToken { get; private set; } = "";

    /// <summary>Registers a new member, who lives in the first quartier there is.</summary>
    public static async Task<Member> RegisterAsync(
        ServerProcess server,
        CancellationToken cancellation
    )
    {
        var name = $"bench{Guid.NewGuid():n}"[..20];
        var member = new Member(server.Address) { Email = $"{name}@test.gn" };
        var signedIn = await member.RegisterAsync(name, cancellation);
        member.AccessToken = signedIn.GetProperty("tokens").GetProperty("access").GetString()!;
        member._client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
            "Bearer",
            member.AccessToken
        );
        await member.MoveInAsync(cancellation);
        return member;
    }

    public async Task<StartedLive> StartLiveAsync(CancellationToken cancellation)
    {
        using var answer = await _client.PostAsJsonAsync(
            "/api/posts/live/start/",
            new { title = "Mesure" },
            cancellation
        );
        await CheckAsync(answer, cancellation);
        var live = await answer.Content.ReadFromJsonAsync<JsonElement>(cancellation);
        return new StartedLive(
            live.GetProperty("live_id").GetInt32(),
            new Uri(live.GetProperty("ingest_url").GetString()!),
            new Uri(live.GetProperty("watch_url").GetString()!)
        );
    }

    /// <summary>Returns once the message is acknowledged.</summary>
    public async Task SayAsync(int liveId, string content, CancellationToken cancellation)
    {
        using var answer = await _client.PostAsJsonAsync(
            $"/api/posts/live/{liveId}/chat/",
            new { content },
            cancellation
        );
        await CheckAsync(answer, cancellation);
    }

    /// <summary>How long the live is so far.</summary>
    public async Task<double> RecordedSecondsAsync(int liveId, CancellationToken cancellation)
    {
        var post = await _client.GetFromJsonAsync<JsonElement>(
            $"/api/posts/live/{liveId}/",
            cancellation
        );
        return post.GetProperty("live").GetProperty("duration").GetDouble();
    }

    public async Task<StoppedLive> StopAsync(int liveId, CancellationToken cancellation)
    {
        using var answer = await _client.PutAsJsonAsync(
            StopPath(liveId),
            new { force = false },
            cancellation
        );
        await CheckAsync(answer, cancellation);
        return await answer.Content.ReadFromJsonAsync<StoppedLive>(Json, cancellation)
            ?? throw new InvalidOperationException("an empty answer to a stop");
    }

    /// <summary>Takes a live down with its recording: hours of them would fill the disk.</summary>
    public async Task DeleteAsync(int liveId, CancellationToken cancellation)
    {
        using var answer = await _client.DeleteAsync(
            new Uri($"/api/posts/{liveId}/", UriKind.Relative),
            cancellation
        );
        await CheckAsync(answer, cancellation);
    }

    public static string StopPath(int liveId) => $"/api/posts/live/{liveId}/stop/";

    public void Dispose() => _client.Dispose();

    private async Task<JsonElement> RegisterAsync(string name, CancellationToken cancellation)
    {
        using var answer = await _client.PostAsJsonAsync(
            "/api/users/register/",
            new
            {
                username = name,
                email = Email,
                password = Password,
                password_confirm = Password,
                first_name = "Mariam",
                last_name = "Diallo",
            },
            cancellation
        );
        await CheckAsync(answer, cancellation);
        return await answer.Content.ReadFromJsonAsync<JsonElement>(cancellation);
    }

    /// <summary>Only who has a quartier may start a live.</summary>
    private async Task MoveInAsync(CancellationToken cancellation)
    {
        var quartiers = await _client.GetFromJsonAsync<JsonElement>(
            "/api/geography/quartiers/",
            cancellation
        );
        var list =
            quartiers.ValueKind == JsonValueKind.Array
                ? quartiers
                : quartiers.GetProperty("results");
        using var answer = await _client.PutAsJsonAsync(
            "/api/users/my-profile/",
            new { quartier = list[0].GetProperty("id").GetInt32() },
            cancellation
        );
        await CheckAsync(answer, cancellation);
    }

    private static async Task CheckAsync(HttpResponseMessage answer, CancellationToken cancellation)
    {
        if (!answer.IsSuccessStatusCode)
        {
            var request = answer.RequestMessage!;
            var text = await answer.Content.ReadAsStringAsync(cancellation);
            throw new InvalidOperationException(
                $"{request.Method} {request.RequestUri}: {(int)answer.StatusCode} {text}"
            );
        }
    }
}
