using System.Net;
using CommuniConnect.Server.Tests.Support;
using Xunit;

namespace CommuniConnect.Server.Tests.Chat;

/// <summary>A hundred accounts of one address: the address is slowed down, and rooms hear of it nothing.</summary>
public sealed class ChatFloodTests : IAsyncLifetime
{
    private readonly NarrowServer _server = new();

    public ValueTask InitializeAsync() => _server.InitializeAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Hundred_accounts_of_one_address_are_asked_to_wait_together()
    {
        var live = await _server.NewLiveAsync();
        var members = await _server.NewMembersAsync(100);

        var answers = await Task.WhenAll(
            members.Select(m => m.PostAsync(live, new { content = "flot" }))
        );

        var refused = answers.Where(a => a.StatusCode == HttpStatusCode.TooManyRequests).ToList();
        Assert.NotEmpty(refused);
        foreach (var answer in refused)
        {
            Assert.NotNull(answer.Headers.RetryAfter?.Delta);
            var problem = await Json.ReadAsync(answer, HttpStatusCode.TooManyRequests);
            Assert.Contains("votre connexion", problem.Text("error"), StringComparison.Ordinal);
        }
        var taken = answers.Length - refused.Count;
        Assert.True(taken >= 20, $"{taken}");
        var kept = await members[0].MessagesAsync(live, "?after=0&limit=500");
        Assert.Equal(Enumerable.Range(1, taken), kept.Select(m => m.Id()));
        await using var hub = await members[0].ConnectAsync();
        await Patience.UntilAsync(
            async () =>
            {
                try
                {
                    await hub.SendAsync(live, new { content = "et après" });
                    return true;
                }
                catch (Microsoft.AspNetCore.SignalR.HubException)
                {
                    return false;
                }
            },
            "the address may write again"
        );
    }

    /// <summary>Takes ten messages a second of an address, twenty at once.</summary>
    private sealed class NarrowServer : ChatServer
    {
        protected override IEnumerable<string> Arguments =>
            ["--RateLimits:ChatPerAddressPerSecond", "10"];
    }
}
