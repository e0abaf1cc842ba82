using System.Net;
using System.Net.Http.Json;
using CommuniConnect.Server.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Xunit;

namespace CommuniConnect.Server.Tests.Community.Demo;

public sealed class DemoTests(DemoTests.DemoServer server) : IClassFixture<DemoTests.DemoServer>
{
    public sealed class DemoServer : ServerFixture
    {
        protected override IEnumerable<string> Arguments => ["--demo"];
    }

    [Fact]
    public async Task The_demo_community_is_there_and_a_second_start_adds_nothing()
    {
        var before = await CountAsync();
        await server.RestartAsync();

        Assert.Equal(before, await CountAsync());
        Assert.Equal(3, before.Users);
        Assert.True(before is { Posts: >= 3, Comments: >= 3, Likes: >= 3 });
    }

    [Theory]
    [InlineData("mariam.diallo@test.gn")]
    [InlineData("alpha.barry@test.gn")]
    [InlineData("admin@test.gn")]
    public async Task Its_members_sign_in_and_live_in_Conakry(string email)
    {
        using var answer = await server
            .Anonymous()
            .PostAsJsonAsync("/api/users/login/", new { email, password = "test123456" });

        var signedIn = await Json.ReadAsync(answer, HttpStatusCode.OK);
        Assert.NotNull(signedIn.GetProperty("user").GetProperty("quartier").Text("commune"));
    }

    private Task<(int Users, int Posts, int Comments, int Likes)> CountAsync() =>
        server.WithDbAsync(async db =>
            (
                await db.Users.CountAsync(),
                await db.Posts.CountAsync(),
                await db.Comments.CountAsync(),
                await db.PostLikes.CountAsync()
            )
        );
}
