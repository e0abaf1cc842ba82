using System.Net;
using System.Net.Http.Headers;
using System.Reflection;
using System.Text;
using CommuniConnect.Server.Community.Chat;
using CommuniConnect.Server.Platform.Http;
using CommuniConnect.Server.Tests.Support;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace CommuniConnect.Server.Tests.Platform.Http;

public sealed class BadInputTests(ServerFixture server) : IClassFixture<ServerFixture>
{
    public static TheoryData<string> JsonCalls =>
        [
            "/api/users/register/",
            "/api/users/login/",
            "/api/token/refresh/",
            "/api/users/password/",
            "/api/posts/",
            "/api/posts/1/comments/",
        ];

    [Theory]
    [MemberData(nameof(JsonCalls))]
    public async Task What_is_not_a_JSON_object_is_400_everywhere(string path)
    {
        var member = await server.NewMemberAsync();
        foreach (
            var body in (string[])
                [
                    "",
                    "null",
                    "[]",
                    "\"texte\"",
                    "12",
                    "{",
                    "{\"title\":}",
                    "{\"title\":\"a\",}",
                    "pas du json",
                    new string('[', 1_000),
                    "{} {}",
                ]
        )
        {
            using var answer = await SendAsync(member, path, Encoding.UTF8.GetBytes(body));
            await Json.ReadAsync(answer, HttpStatusCode.BadRequest);
        }
    }

    [Theory]
    [InlineData("{\"title\":\"\\ud800\",\"content\":\"a\"}")]
    [InlineData("{\"title\":\"\\udc00\\ud800\",\"content\":\"a\"}")]
    [InlineData("{\"title\":\"\\u0000\",\"content\":\"a\"}")]
    [InlineData("{\"title\":{},\"content\":\"a\"}")]
    [InlineData("{\"title\":[\"a\"],\"content\":\"a\"}")]
    public async Task Text_that_is_not_text_is_400_and_named(string body)
    {
        var member = await server.NewMemberAsync();

        using var answer = await SendAsync(member, "/api/posts/", Encoding.UTF8.GetBytes(body));
        var problem = await Json.ReadAsync(answer, HttpStatusCode.BadRequest);

        Assert.Equal("title", problem.Text("field"));
    }

    [Fact]
    public async Task Invalid_UTF8_is_400()
    {
        var member = await server.NewMemberAsync();
        byte[] body = [.. "{\"title\":\""u8, 0xFF, 0xC0, 0x80, .. "\",\"content\":\"a\"}"u8];

        using var answer = await SendAsync(member, "/api/posts/", body);

        await Json.ReadAsync(answer, HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Another_content_type_is_415()
    {
        var member = await server.NewMemberAsync();
        foreach (
            var type in (string?[])
                ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", null]
        )
        {
            using var answer = await SendAsync(member, "/api/posts/", "{}"u8.ToArray(), type);
            await Json.ReadAsync(answer, HttpStatusCode.UnsupportedMediaType);
        }
    }

    [Theory]
    [MemberData(nameof(JsonCalls))]
    public async Task A_body_of_ten_megabytes_is_413(string path)
    {
        var member = await server.NewMemberAsync();
        var body = Encoding.UTF8.GetBytes($"{{\"title\":\"{new string('a', 10_000_000)}\"}}");

        using var known = await SendAsync(member, path, body);

        await Json.ReadAsync(known, HttpStatusCode.RequestEntityTooLarge);
    }

    [Fact]
    public async Task A_body_that_does_not_say_its_length_is_cut_at_the_limit()
    {
        var member = await server.NewMemberAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/posts/");
        request.Content = new ByteArrayContent(
            Encoding.UTF8.GetBytes($"{{\"title\":\"{new string('a', 100_000)}\"}}")
        );
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.TransferEncodingChunked = true;

        using var answer = await member.Client.SendAsync(request);

        await Json.ReadAsync(answer, HttpStatusCode.RequestEntityTooLarge);
    }

    [Theory]
    [InlineData("GET", "/api/inconnu/", HttpStatusCode.NotFound)]
    [InlineData("GET", "/api/", HttpStatusCode.NotFound)]
    [InlineData("DELETE", "/api/users/login/", HttpStatusCode.MethodNotAllowed)]
    [InlineData("PATCH", "/api/posts/1/", HttpStatusCode.MethodNotAllowed)]
    public async Task An_unknown_address_or_method_is_a_problem_document_too(
        string method,
        string path,
        HttpStatusCode expected
    )
    {
        var member = await server.NewMemberAsync();
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        request.Headers.Add("Accept", "text/html");

        using var answer = await member.Client.SendAsync(request);

        await Json.ReadAsync(answer, expected);
    }

    [Theory]
    [InlineData("fr-FR,fr;q=0.9", "Authentification requise")]
    [InlineData("en", "Authentication required")]
    [InlineData("en;q=0.9,fr;q=0.8", "Authentication required")]
    [InlineData("en-US,en;q=0.9", "Authentification requise")]
    [InlineData("*", "Authentification requise")]
    [InlineData("de", "Authentification requise")]
    [InlineData(";;;q=x", "Authentification requise")]
    public async Task Errors_are_French_unless_English_is_asked_for(string language, string title)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/posts/");
        request.Headers.TryAddWithoutValidation("Accept-Language", language);

        using var answer = await server.Anonymous().SendAsync(request);

        Assert.Equal(
            title,
            (await Json.ReadAsync(answer, HttpStatusCode.Unauthorized)).Text("title")
        );
    }

    [Fact]
    public async Task The_reference_describes_every_call_with_a_summary()
    {
        var client = server.Anonymous();

        var document = await client.GetAsync("/openapi/v1.json", HttpStatusCode.OK);
        using var page = await client.GetAsync("/docs");

        Assert.StartsWith("3.", document.Text("openapi"), StringComparison.Ordinal);
        Assert.All(
            document
                .GetProperty("paths")
                .EnumerateObject()
                .SelectMany(path => path.Value.EnumerateObject()),
            call => Assert.NotEmpty(call.Value.Text("summary")!)
        );
        var about = document.GetProperty("info").Text("description")!;
        Assert.All(
            typeof(ChatHub).GetMethods(
                BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly
            ),
            call => Assert.Contains($"`{call.Name}(live_id", about, StringComparison.Ordinal)
        );
        Assert.True((int)page.StatusCode is 200 or 301 or 302);
    }

    [Theory]
    [InlineData("/connexion")]
    [InlineData("/inscription")]
    [InlineData("/langue")]
    [InlineData("/rien")]
    public async Task A_broken_form_is_an_answer_about_the_form(string path)
    {
        await server.NewMemberAsync();
        (string Type, byte[] Body)[] forms =
        [
            (
                "application/x-www-form-urlencoded",
                Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("a=1&", 5_000)))
            ),
            ("application/x-www-form-urlencoded", "%00=%ff&_handler=%00&=&&=%"u8.ToArray()),
            ("multipart/form-data; boundary=x", "--y\r\n\r\nrien"u8.ToArray()),
            ("multipart/form-data", "rien"u8.ToArray()),
            ("application/json", "{}"u8.ToArray()),
            ("text/plain", "texte"u8.ToArray()),
        ];
        foreach (var (type, body) in forms)
        {
            var content = new ByteArrayContent(body);
            content.Headers.TryAddWithoutValidation("Content-Type", type);
            using var answer = await server.Browser().PostAsync(path, content);
            Assert.InRange((int)answer.StatusCode, 400, 499);
        }
    }

    [Fact]
    public async Task A_form_of_ten_megabytes_is_refused()
    {
        await server.NewMemberAsync();
        var content = new ByteArrayContent(
            Encoding.ASCII.GetBytes($"Email={new string('a', 10_000_000)}")
        );
        content.Headers.ContentType = new MediaTypeHeaderValue("application/x-www-form-urlencoded");

        using var answer = await server.Browser().PostAsync("/connexion", content);

        Assert.InRange((int)answer.StatusCode, 400, 499);
    }

    [Fact]
    public async Task A_defect_is_a_problem_document_that_gives_nothing_away()
    {
        await using var scope = server.Services.CreateAsyncScope();
        var context = new DefaultHttpContext { RequestServices = scope.ServiceProvider };
        context.Request.Path = "/api/posts/";
        await using var body = new MemoryStream();
        context.Response.Body = body;

        var handled = await new ApiExceptionHandler().TryHandleAsync(
            context,
            new InvalidOperationException("un secret"),
            CancellationToken.None
        );

        Assert.True(handled);
        Assert.Equal(500, context.Response.StatusCode);
        Assert.Equal("application/problem+json", context.Response.ContentType);
        Assert.DoesNotContain(
            "secret",
            Encoding.UTF8.GetString(body.ToArray()),
            StringComparison.Ordinal
        );
    }

    private static Task<HttpResponseMessage> SendAsync(
        Member member,
        string path,
        byte[] body,
        string? type = "application/json"
    )
    {
        var content = new ByteArrayContent(body);
        content.Headers.ContentType = type is null ? null : new MediaTypeHeaderValue(type);
        return member.Client.PostAsync(path, content);
    }
}
