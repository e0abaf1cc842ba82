using System.Net;
using System.Net.Http.Json;
using CommuniConnect.Server.Tests.Support;
using Xunit;

namespace CommuniConnect.Server.Tests.Platform.Http;

public sealed class RateLimitTests(RateLimitTests.SlowServer server)
    : IClassFixture<RateLimitTests.SlowServer>
{
    public sealed class SlowServer : ServerFixture
    {
        protected override IEnumerable<string> Arguments => ["--RateLimits:SignInsPerMinute", "3"];
    }

    [Fact]
    public async Task Too_many_sign_ins_are_429_and_say_when_to_come_back()
    {
        var client = server.Anonymous();
        var nobody = new { email = "a@test.gn", password = "motdepasse" };
        for (var i = 0; i < 3; i++)
        {
            await client.PostAsync("/api/users/login/", nobody, HttpStatusCode.Unauthorized);
        }

        using var answer = await client.PostAsJsonAsync("/api/users/login/", nobody);

        await Json.ReadAsync(answer, HttpStatusCode.TooManyRequests);
        Assert.InRange(answer.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 60);
        using var health = await client.GetAsync("/health/live");
        Assert.Equal(HttpStatusCode.OK, health.StatusCode);
    }
}
