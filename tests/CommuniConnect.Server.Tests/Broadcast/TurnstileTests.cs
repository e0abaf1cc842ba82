using System.Net;
using System.Net.WebSockets;
using System.Text.Json;
using CommuniConnect.Server.Tests.Support;
using Xunit;

namespace CommuniConnect.Server.Tests.Broadcast;

/// <summary>A viewer who opens stream after stream; on a server of their own, for their address is everybody's here.</summary>
public sealed class TurnstileTests(TurnstileTests.Site server) : IClassFixture<TurnstileTests.Site>
{
    private const int PerViewer = 6;
    private const int PerAddress = 20;
    private const int Asked = 200;

    public sealed class Site : ServerFixture
    {
        protected override IEnumerable<string> Arguments =>
            [
                "--RateLimits:StreamsPerViewer",
                $"{PerViewer}",
                "--RateLimits:StreamsPerAddress",
                $"{PerAddress}",
            ];
    }

    [Fact]
    public async Task Viewer_who_opens_200_streams_is_refused_the_most_of_them_and_others_watch()
    {
        var live = await StartedLive.StartAsync(server);
        await live.PublishAsync(await Footage.Vp8OpusAsync(2));
        var greedy = await server.NewMemberAsync();

        var answers = await Task.WhenAll(
            Enumerable
                .Range(0, Asked)
                .Select(_ =>
                    greedy.Client.GetAsync(live.Watch, HttpCompletionOption.ResponseHeadersRead)
                )
        );

        var refused = answers.Where(a => a.StatusCode == HttpStatusCode.TooManyRequests).ToList();
        Assert.Equal(Asked - PerViewer, refused.Count);
        Assert.All(refused, a => Assert.NotNull(a.Headers.RetryAfter));
        var problem = JsonDocument.Parse(await refused[0].Content.ReadAsStringAsync()).RootElement;
        Assert.Contains("Trop de lectures", problem.Text("detail")!, StringComparison.Ordinal);
        await using (var other = await WatchClient.ConnectAsync(live))
        {
            await other.NextAsync("tracks");
        }

        // Who closes one may open another.
        Array.ForEach(answers, a => a.Dispose());
        await Patience.UntilAsync(
            async () =>
            {
                using var again = await greedy.Client.GetAsync(
                    live.Watch,
                    HttpCompletionOption.ResponseHeadersRead
                );
                return again.StatusCode == HttpStatusCode.OK;
            },
            "the places are free again"
        );
    }

    [Fact]
    public async Task Programs_without_a_name_share_the_places_of_their_address()
    {
        var live = await StartedLive.StartAsync(server);
        await live.PublishAsync(await Footage.Vp8OpusAsync(2));
        var watching = new List<WatchClient>();
        try
        {
            var refused = await Assert.ThrowsAsync<WebSocketException>(async () =>
            {
                while (watching.Count <= PerAddress)
                {
                    watching.Add(await WatchClient.ConnectAsync(live));
                }
            });

            Assert.Contains("429", refused.Message, StringComparison.Ordinal);
            Assert.NotEmpty(watching);
        }
        finally
        {
            foreach (var one in watching)
            {
                await one.DisposeAsync();
            }
        }
    }
}
