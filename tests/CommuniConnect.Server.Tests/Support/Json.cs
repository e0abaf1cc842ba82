using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Xunit;

namespace CommuniConnect.Server.Tests.Support;

/// <summary>Asks, checks the status and reads the JSON answer.</summary>
internal static class Json
{
    public static async Task<JsonElement> GetAsync(
        this HttpClient client,
        string path,
        HttpStatusCode expected
    )
    {
        using var answer = await client.GetAsync(path);
        return await ReadAsync(answer, expected);
    }

    public static async Task<JsonElement> PostAsync(
        this HttpClient client,
        string path,
        object body,
        HttpStatusCode expected
    )
    {
        using var answer = await client.PostAsJsonAsync(path, body);
        return await ReadAsync(answer, expected);
    }

    public static async Task<JsonElement> PutAsync(
        this HttpClient client,
        string path,
        object body,
        HttpStatusCode expected
    )
    {
        using var answer = await client.PutAsJsonAsync(path, body);
        return await ReadAsync(answer, expected);
    }

    public static async Task<JsonElement> DeleteAsync(
        this HttpClient client,
        string path,
        HttpStatusCode expected
    )
    {
        using var answer = await client.DeleteAsync(path);
        return await ReadAsync(answer, expected);
    }

    /// <summary>The answer's JSON; an error must be problem details with everything the contract promises.</summary>
    public static async Task<JsonElement> ReadAsync(
        HttpResponseMessage answer,
        HttpStatusCode expected
    )
    {
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.StatusCode == expected, $"{(int)answer.StatusCode}: {text}");
        if (text.Length == 0)
        {
            return default;
        }
        var json = JsonSerializer.Deserialize<JsonElement>(text);
        if ((int)expected >= 400)
        {
            Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
            Assert.Equal((int)expected, json.GetProperty("status").GetInt32());
            Assert.NotEmpty(json.GetProperty("type").GetString()!);
            Assert.NotEmpty(json.GetProperty("title").GetString()!);
            Assert.NotEmpty(json.GetProperty("detail").GetString()!);
            Assert.Equal(
                json.GetProperty("detail").GetString(),
                json.GetProperty("error").GetString()
            );
        }
        return json;
    }

    public static string? Text(this JsonElement json, string name) =>
        json.GetProperty(name).GetString();

    public static int Int(this JsonElement json, string name) => json.GetProperty(name).GetInt32();

    public static string[] Names(this JsonElement json) =>
        [.. json.EnumerateObject().Select(property => property.Name)];
}
