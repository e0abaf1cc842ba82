using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using CommuniConnect.Server.Community.Users;
using CommuniConnect.Server.Tests.Support;
using Microsoft.AspNetCore.WebUtilities;
using Xunit;

namespace CommuniConnect.Server.Tests.Community.Users;

public sealed class TokenTests(ServerFixture server) : IClassFixture<ServerFixture>
{
    private const string Profile = "/api/users/my-profile/";

    [Fact]
    public async Task Without_a_token_every_call_is_401()
    {
        using var answer = await server.Anonymous().GetAsync(Profile);

        await Json.ReadAsync(answer, HttpStatusCode.Unauthorized);
        Assert.Equal("", answer.Headers.Location?.ToString() ?? "");
    }

    [Fact]
    public async Task Access_ends_after_thirty_minutes_and_refresh_gives_another()
    {
        var member = await server.NewMemberAsync();
        var refresh = new { refresh = member.Refresh };

        server.Time.Advance(TokenIssuer.AccessLifetime);
        await member.Client.GetAsync(Profile, HttpStatusCode.Unauthorized);

        var answer = await server
            .Anonymous()
            .PostAsync("/api/token/refresh/", refresh, HttpStatusCode.OK);
        await As(answer.Text("access")!).GetAsync(Profile, HttpStatusCode.OK);

        server.Time.Advance(TokenIssuer.RefreshLifetime);
        await server
            .Anonymous()
            .PostAsync("/api/token/refresh/", refresh, HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task A_refresh_token_opens_nothing_and_an_access_token_refreshes_nothing()
    {
        var member = await server.NewMemberAsync();

        await As(member.Refresh).GetAsync(Profile, HttpStatusCode.Unauthorized);
        await server
            .Anonymous()
            .PostAsync(
                "/api/token/refresh/",
                new { refresh = member.Access },
                HttpStatusCode.Unauthorized
            );
    }

    [Fact]
    public async Task A_token_with_no_algorithm_another_key_or_another_owner_is_refused()
    {
        var member = await server.NewMemberAsync();
        var (header, payload, signature) = Split(member.Access);
        var unsigned = Encode("""{"alg":"none","typ":"JWT"}""");
        var otherOwner = Encode(
            Decode(payload)
                .Replace($"\"sub\":\"{member.Id}\"", "\"sub\":\"1\"", StringComparison.Ordinal)
                .Replace(
                    "\"token_type\"",
                    "\"role\":\"moderator\",\"token_type\"",
                    StringComparison.Ordinal
                )
        );
        var otherKey = WebEncoders.Base64UrlEncode(
            HMACSHA256.HashData(new byte[64], Encoding.ASCII.GetBytes($"{header}.{payload}"))
        );

        foreach (
            var forged in (string[])
                [
                    $"{unsigned}.{payload}.",
                    $"{unsigned}.{payload}.{signature}",
                    $"{header}.{payload}.{otherKey}",
                    $"{header}.{otherOwner}.{signature}",
                    $"{header}.{payload}.",
                    $"{header}.{payload}",
                    "abc",
                    "....",
                    new string('a', 5_000),
                ]
        )
        {
            await As(forged).GetAsync(Profile, HttpStatusCode.Unauthorized);
            await server
                .Anonymous()
                .PostAsync(
                    "/api/token/refresh/",
                    new { refresh = forged },
                    HttpStatusCode.Unauthorized
                );
        }
    }

    [Fact]
    public async Task A_token_in_the_address_of_an_ordinary_call_is_not_taken()
    {
        var member = await server.NewMemberAsync();

        await server
            .Anonymous()
            .GetAsync($"{Profile}?access_token={member.Access}", HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Tokens_survive_a_restart()
    {
        var member = await server.NewMemberAsync();

        await server.RestartAsync();

        await As(member.Access).GetAsync(Profile, HttpStatusCode.OK);
    }

    private HttpClient As(string token)
    {
        var client = server.Anonymous();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return client;
    }

    private static (string Header, string Payload, string Signature) Split(string token)
    {
        var parts = token.Split('.');
        return (parts[0], parts[1], parts[2]);
    }

    private static string Encode(string json) =>
        WebEncoders.Base64UrlEncode(Encoding.UTF8.GetBytes(json));

    private static string Decode(string part) =>
        Encoding.UTF8.GetString(WebEncoders.Base64UrlDecode(part));
}
