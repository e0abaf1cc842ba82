using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

namespace CommuniConnect.Loss;

/// <summary>A live that was started.</summary>
/// <param name="Owner">Which of the members.</param>
internal sealed record StartedLive(int Id, int Owner, Uri Ingest);

/// <summary>A member and the calls of the API, tried again for as long as the server is away.</summary>
internal sealed class Api(Uri server) : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(30);
    private static readonly TimeSpan LongestAnswer = TimeSpan.FromSeconds(15);
    private readonly HttpClient _client = new() { BaseAddress = server, Timeout = LongestAnswer };

    public static async Task<Api> RegisterAsync(Uri server, string name)
    {
        var api = new Api(server);
        var quartiers = await api.GetAsync("/api/geography/quartiers/");
        var form = new
        {
            username = name,
            email = $"{name}@test.gn",
            password = "motdepasse",
            password_confirm = "motdepasse",
            first_name = name,
            last_name = "Perte",
            quartier = quartiers[0].GetProperty("id").GetInt32(),
        };
        var signedIn = await api.SendAsync(HttpMethod.Post, "/api/users/register/", form);
        api._client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
            "Bearer",
            signedIn.GetProperty("tokens").GetProperty("access").GetString()
        );
        return api;
    }

    public async Task<StartedLive> StartLiveAsync(int owner)
    {
        var live = await SendAsync(
            HttpMethod.Post,
            "/api/posts/live/start/",
            new { title = "Perte" }
        );
        return new StartedLive(
            live.GetProperty("live_id").GetInt32(),
            owner,
            new Uri(live.GetProperty("ingest_url").GetString()!)
        );
    }

    /// <summary>Stops a live; on a busy disk the address of the replay comes with a later answer.</summary>
    public async Task<JsonElement> StopAsync(int live)
    {
        while (true)
        {
            var stopped = await SendAsync(HttpMethod.Put, $"/api/posts/live/{live}/stop/", new { });
            if (
                !stopped.GetProperty("video_saved").GetBoolean()
                || stopped.GetProperty("video_url").ValueKind == JsonValueKind.String
            )
            {
                return stopped;
            }
            await Task.Delay(Pause);
        }
    }

    /// <summary>One attempt; null when it was not answered 201.</summary>
    public async Task<int?> TrySayAsync(
        int live,
        string content,
        string clientId,
        CancellationToken cancellation
    )
    {
        try
        {
            using var answer = await _client.PostAsJsonAsync(
                $"/api/posts/live/{live}/chat/",
                new { content, client_id = clientId },
                cancellation
            );
            if (answer.StatusCode != System.Net.HttpStatusCode.Created)
            {
                return null;
            }
            var said = await answer.Content.ReadFromJsonAsync<JsonElement>(CancellationToken.None);
            return said.GetProperty("id").GetInt32();
        }
        catch (Exception error) when (IsAway(error))
        {
            return null;
        }
    }

    /// <summary>One attempt to take one's own message away; false when it was not answered 204.</summary>
    public async Task<bool> TryRemoveAsync(int live, int id, CancellationToken cancellation)
    {
        try
        {
            using var answer = await _client.DeleteAsync(
                $"/api/posts/live/{live}/chat/messages/{id}/",
                cancellation
            );
            return answer.StatusCode == System.Net.HttpStatusCode.NoContent;
        }
        catch (Exception error) when (IsAway(error))
        {
            return false;
        }
    }

    public async Task<List<(int Id, string Content)>> MessagesAsync(int live, int after = 0)
    {
        var all = new List<(int, string)>();
        while (true)
        {
            var page = await GetAsync(
                $"/api/posts/live/{live}/chat/messages/?after={after}&limit=500"
            );
            if (page.GetArrayLength() == 0)
            {
                return all;
            }
            foreach (var message in page.EnumerateArray())
            {
                after = message.GetProperty("id").GetInt32();
                all.Add((after, message.GetProperty("content").GetString()!));
            }
        }
    }

    public async Task<byte[]> DownloadAsync(string url) =>
        await _client.GetByteArrayAsync(new Uri(url).PathAndQuery);

    public void Dispose() => _client.Dispose();

    public static bool IsAway(Exception error) =>
        error is HttpRequestException or OperationCanceledException or IOException or JsonException;

    private Task<JsonElement> GetAsync(string path) => SendAsync(HttpMethod.Get, path, body: null);

    private async Task<JsonElement> SendAsync(HttpMethod method, string path, object? body)
    {
        while (true)
        {
            try
            {
                using var request = new HttpRequestMessage(method, path)
                {
                    Content = body is null ? null : JsonContent.Create(body),
                };
                using var answer = await _client.SendAsync(request);
                if (answer.IsSuccessStatusCode)
                {
                    return await answer.Content.ReadFromJsonAsync<JsonElement>();
                }
                if ((int)answer.StatusCode < 500)
                {
                    throw new InvalidOperationException(
                        $"{path}: {(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}"
                    );
                }
            }
            catch (Exception error) when (IsAway(error))
            {
                // The server is away: it is asked again.
            }
            await Task.Delay(Pause);
        }
    }
}
