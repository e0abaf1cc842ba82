using System.Globalization;
using System.Net;
using System.Text.Json;
using Xunit;

namespace CommuniConnect.Server.Tests.Support;

/// <summary>One take of a live, sent by HEAD and PATCH.</summary>
/// <param name="Client">Signed in, where the address asks for it.</param>
/// <param name="Address">Without the offset; with <c>take</c>.</param>
internal sealed record TakeUpload(HttpClient Client, Uri Address)
{
    public static TakeUpload ByKey(StartedLive live, Guid take, Guid? after = null) =>
        new(
            new HttpClient(),
            new UriBuilder(live.Ingest)
            {
                Query = $"take={take}{(after is null ? "" : $"&after={after}")}",
            }.Uri
        );

    /// <summary>At the address of the owner, which goes on when the live has ended.</summary>
    public static TakeUpload ByOwner(
        StartedLive live,
        Guid take,
        HttpClient client,
        Guid? after = null
    ) =>
        new(
            client,
            new Uri(
                live.Ingest,
                $"/api/posts/live/{live.Id}/takes/{take}/{(after is null ? "" : $"?after={after}")}"
            )
        );

    public static TakeUpload ByOwner(ServerProcess server, int live, Guid take) =>
        new(server.Client, new Uri(server.Address, $"/api/posts/live/{live}/takes/{take}/"));

    /// <summary>How far the take is, or null when nothing is known of it.</summary>
    public async Task<(long Offset, bool IsComplete)?> HeadAsync()
    {
        using var answer = await SendAsync(
            HttpMethod.Head,
            offset: null,
            complete: null,
            body: null
        );
        if (answer.StatusCode == HttpStatusCode.NotFound)
        {
            return null;
        }
        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
        return OffsetIn(answer);
    }

    /// <summary>Sends bytes that are taken, and gives how far the take is then.</summary>
    public async Task<(long Offset, bool IsComplete)> PatchAsync(
        long offset,
        ReadOnlyMemory<byte> bytes,
        bool complete = false
    )
    {
        using var answer = await SendAsync(
            HttpMethod.Patch,
            $"{offset}",
            complete ? "?1" : null,
            new ReadOnlyMemoryContent(bytes)
        );
        Assert.True(
            answer.StatusCode == HttpStatusCode.NoContent,
            $"{(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}"
        );
        return OffsetIn(answer);
    }

    /// <summary>Sends what is refused, and gives the problem and how far the take is, where that is told.</summary>
    public async Task<(JsonElement Problem, long? Offset)> RefusedAsync(
        HttpStatusCode expected,
        string? offset,
        string? complete = null,
        byte[]? body = null
    )
    {
        using var answer = await SendAsync(
            HttpMethod.Patch,
            offset,
            complete,
            new ByteArrayContent(body ?? [1, 2, 3])
        );
        var problem = await Json.ReadAsync(answer, expected);
        return (problem, answer.Headers.Contains("Upload-Offset") ? OffsetIn(answer).Offset : null);
    }

    private async Task<HttpResponseMessage> SendAsync(
        HttpMethod method,
        string? offset,
        string? complete,
        HttpContent? body
    )
    {
        using var request = new HttpRequestMessage(method, Address) { Content = body };
        if (offset is not null)
        {
            request.Headers.TryAddWithoutValidation("Upload-Offset", offset);
        }
        if (complete is not null)
        {
            request.Headers.TryAddWithoutValidation("Upload-Complete", complete);
        }
        return await Client.SendAsync(request).WithinAsync();
    }

    private static (long Offset, bool IsComplete) OffsetIn(HttpResponseMessage answer) =>
        (
            long.Parse(
                Assert.Single(answer.Headers.GetValues("Upload-Offset")),
                CultureInfo.InvariantCulture
            ),
            Assert.Single(answer.Headers.GetValues("Upload-Complete")) == "?1"
        );
}
