using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

namespace CommuniConnect.Browser.Tests.Support;

/// <summary>A member who uses the API as scripts do, beside those who use the pages.</summary>
internal sealed class Member : IDisposable
{
    public const string Password = "test123456";
    private readonly HttpClient _http;

    public int Id { get; private set; }

    private Member(string address) => _http = new HttpClient { BaseAddress = new Uri(address) };

    public static async Task<Member> SignInAsync(string address, string email)
    {
        var member = new Member(address);
        var answer = await member._http.PostAsJsonAsync(
            "/api/users/login/",
            new { email, password = Password }
        );
        await member.TakeTokenAsync(answer);
        return member;
    }

    /// <summary>Registers a neighbour of their own.</summary>
    public static async Task<Member> RegisterAsync(string address, string firstName)
    {
        var member = new Member(address);
        var username = $"{firstName.ToLowerInvariant()}.sylla";
        var quartiers = await member.GetAsync("/api/geography/quartiers/?search=Kip");
        var list =
            quartiers.ValueKind == JsonValueKind.Array
                ? quartiers
                : quartiers.GetProperty("results");
        var answer = await member._http.PostAsJsonAsync(
            "/api/users/register/",
            new
            {
                username,
                email = $"{username}@test.gn",
                password = Password,
                password_confirm = Password,
                first_name = firstName,
                last_name = "Sylla",
                quartier = list[0].GetProperty("id").GetInt32(),
            }
        );
        await member.TakeTokenAsync(answer);
        return member;
    }

    public async Task<JsonElement> GetAsync(string path)
    {
        using var answer = await _http.GetAsync(path);
        answer.EnsureSuccessStatusCode();
        return await answer.Content.ReadFromJsonAsync<JsonElement>();
    }

    public async Task<JsonElement> PostAsync(string path, object body)
    {
        using var answer = await _http.PostAsJsonAsync(path, body);
        Assert.True(
            answer.IsSuccessStatusCode,
            $"{path}: {await answer.Content.ReadAsStringAsync()}"
        );
        return await answer.Content.ReadFromJsonAsync<JsonElement>();
    }

    /// <summary>Starts a live that is broadcast by a program; gives its id and where the media goes.</summary>
    public async Task<(int Id, string IngestUrl)> StartLiveAsync(string title)
    {
        var started = await PostAsync("/api/posts/live/start/", new { title });
        return (
            started.GetProperty("live_id").GetInt32(),
            started.GetProperty("ingest_url").GetString()!
        );
    }

    public async Task StopLiveAsync(int id, bool force = false)
    {
        using var answer = await _http.PutAsJsonAsync($"/api/posts/live/{id}/stop/", new { force });
        answer.EnsureSuccessStatusCode();
    }

    public async Task PutAsync(string path)
    {
        using var answer = await _http.PutAsJsonAsync(path, new { });
        Assert.True(
            answer.IsSuccessStatusCode,
            $"{path}: {await answer.Content.ReadAsStringAsync()}"
        );
    }

    public async Task DeleteAsync(string path)
    {
        using var answer = await _http.DeleteAsync(path);
        answer.EnsureSuccessStatusCode();
    }

    public Task<JsonElement> SayAsync(int liveId, string content, int? replyTo = null) =>
        PostAsync($"/api/posts/live/{liveId}/chat/", new { content, reply_to = replyTo });

    public void Dispose() => _http.Dispose();

    private async Task TakeTokenAsync(HttpResponseMessage answer)
    {
        var body = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, body);
        var signedIn = JsonDocument.Parse(body).RootElement;
        Id = signedIn.GetProperty("user").GetProperty("id").GetInt32();
        var access = signedIn.GetProperty("tokens").GetProperty("access");
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
            "Bearer",
            access.GetString()
        );
    }
}
