using System.Net;
using CommuniConnect.Server.Tests.Support;
using Xunit;

namespace CommuniConnect.Server.Tests.Broadcast;

/// <summary>Somebody who asks for picture after picture; on a server of their own, for their address is everybody's here.</summary>
public sealed class StillFloodTests(StillFloodTests.Site server)
    : IClassFixture<StillFloodTests.Site>
{
    private const int MostPerSecond = 40;

    public sealed class Site : ServerFixture
    {
        protected override IEnumerable<string> Arguments =>
            ["--RateLimits:StillsPerAddressPerSecond", $"{MostPerSecond}"];
    }

    [Fact]
    public async Task Who_asks_for_more_than_any_slider_is_told_to_wait_and_the_live_goes_on()
    {
        var live = await StartedLive.StartAsync(server);
        await live.PublishAsync(await Footage.Vp8OpusAsync(3));
        var film = live.Watch.GetLeftPart(UriPartial.Path)[..^".webm".Length];
        var client = server.Anonymous();

        var answers = await Task.WhenAll(
            Enumerable
                .Range(0, 10 * MostPerSecond)
                .Select(_ => client.GetAsync(new Uri($"{film}/still?at=1")))
        );

        var refused = answers.Where(a => a.StatusCode == HttpStatusCode.TooManyRequests).ToList();
        Assert.NotEmpty(refused);
        Assert.All(refused, a => Assert.NotNull(a.Headers.RetryAfter));
        Assert.Equal(
            answers.Length - refused.Count,
            answers.Count(a => a.StatusCode == HttpStatusCode.OK)
        );
        await live.PublishAsync(await Footage.Vp8OpusAsync(3));
        await live.UntilAsync(s => s.Duration > TimeSpan.FromSeconds(5.5));
        Array.ForEach(answers, a => a.Dispose());
    }
}
