using System.Net;
using System.Net.Http.Json;
using CommuniConnect.Server.Tests.Support;
using Xunit;

namespace CommuniConnect.Server.Tests.Community.Users;

public sealed class AccountsTests(ServerFixture server) : IClassFixture<ServerFixture>
{
    private static readonly string[] PublicUser =
    [
        "id",
        "username",
        "first_name",
        "last_name",
        "profile_picture",
        "quartier",
    ];

    [Fact]
    public async Task Registration_gives_the_user_and_both_tokens()
    {
        var answer = await server
            .Anonymous()
            .PostAsync(
                "/api/users/register/",
                ServerFixture.Form("kadiatou"),
                HttpStatusCode.Created
            );

        Assert.Equal("Inscription réussie !", answer.Text("message"));
        Assert.Equal([.. PublicUser, "email"], answer.GetProperty("user").Names());
        Assert.Equal("kadiatou", answer.GetProperty("user").Text("username"));
        Assert.Equal(["access", "refresh"], answer.GetProperty("tokens").Names());
    }

    [Fact]
    public async Task Registration_works_without_a_quartier_and_ignores_unknown_fields()
    {
        var form = ServerFixture.Form("sans-quartier");
        form.Remove("quartier");
        form["is_moderator"] = true;

        var answer = await server
            .Anonymous()
            .PostAsync("/api/users/register", form, HttpStatusCode.Created);

        Assert.Null(answer.GetProperty("user").Text("quartier"));
    }

    [Theory]
    [InlineData("username", "")]
    [InlineData("username", null)]
    [InlineData("username", "deux mots")]
    [InlineData("username", "<b>gras</b>")]
    [InlineData("username", 12)]
    [InlineData("email", "sans-arobase")]
    [InlineData("email", "a@b@c")]
    [InlineData("email", "Nom <a@test.gn>")]
    [InlineData("email", null)]
    [InlineData("password", "court")]
    [InlineData("password", null)]
    [InlineData("password_confirm", "autre chose")]
    [InlineData("password_confirm", null)]
    [InlineData("first_name", "  ")]
    [InlineData("first_name", "nul\0")]
    [InlineData("last_name", null)]
    [InlineData("last_name", true)]
    [InlineData("quartier", 999_999)]
    [InlineData("quartier", "centre")]
    [InlineData("quartier", 1.5)]
    [InlineData("quartier", 99_999_999_999)]
    public async Task Registration_with_a_bad_field_names_it(string field, object? value)
    {
        var form = ServerFixture.Form("mauvais");
        form[field] = value;
        if (field == "password")
        {
            form["password_confirm"] = value;
        }

        var problem = await server
            .Anonymous()
            .PostAsync("/api/users/register/", form, HttpStatusCode.BadRequest);

        Assert.Equal(field, problem.Text("field"));
    }

    [Theory]
    [InlineData("username")]
    [InlineData("email")]
    [InlineData("first_name")]
    [InlineData("last_name")]
    [InlineData("password")]
    public async Task Registration_with_an_overlong_field_names_it(string field)
    {
        var form = ServerFixture.Form("trop-long");
        form[field] = new string('a', 1_000) + "@test.gn";

        var problem = await server
            .Anonymous()
            .PostAsync("/api/users/register/", form, HttpStatusCode.BadRequest);

        Assert.Equal(field, problem.Text("field"));
    }

    [Fact]
    public async Task A_taken_name_or_address_is_refused_whatever_its_case()
    {
        var first = await server.NewMemberAsync();

        var sameName = ServerFixture.Form("libre");
        sameName["username"] = first.Name.ToUpperInvariant();
        var sameEmail = ServerFixture.Form("libre");
        sameEmail["email"] = first.Email.ToUpperInvariant();

        var client = server.Anonymous();
        Assert.Equal(
            "username",
            (
                await client.PostAsync("/api/users/register/", sameName, HttpStatusCode.BadRequest)
            ).Text("field")
        );
        Assert.Equal(
            "email",
            (
                await client.PostAsync("/api/users/register/", sameEmail, HttpStatusCode.BadRequest)
            ).Text("field")
        );
    }

    [Fact]
    public async Task Many_registrations_of_one_person_at_once_make_one_member()
    {
        var client = server.Anonymous();
        var answers = await Task.WhenAll(
            Enumerable
                .Range(0, 8)
                .Select(_ =>
                    client.PostAsJsonAsync("/api/users/register/", ServerFixture.Form("pressee"))
                )
        );

        Assert.Single(answers, a => a.StatusCode == HttpStatusCode.Created);
        Assert.Equal(7, answers.Count(a => a.StatusCode == HttpStatusCode.BadRequest));
    }

    [Fact]
    public async Task Login_gives_tokens_that_open_the_own_profile()
    {
        var member = await server.NewMemberAsync("Alpha", "Barry");

        var again = await server.SignInAsync(member.Name);
        var profile = await again.Client.GetAsync("/api/users/my-profile/", HttpStatusCode.OK);

        Assert.Equal(member.Id, profile.Int("id"));
        Assert.Equal(member.Email, profile.Text("email"));
        Assert.Equal("Alpha", profile.Text("first_name"));
    }

    [Theory]
    [InlineData("inconnue@test.gn", Member.Password)]
    [InlineData("", "")]
    [InlineData(null, null)]
    public async Task Login_of_nobody_is_401(string? email, string? password)
    {
        var problem = await server
            .Anonymous()
            .PostAsync("/api/users/login/", new { email, password }, HttpStatusCode.Unauthorized);

        Assert.Equal(
            "L'adresse e-mail ou le mot de passe n'est pas le bon.",
            problem.Text("error")
        );
    }

    [Fact]
    public async Task Ten_wrong_passwords_lock_the_account_for_five_minutes_only()
    {
        var member = await server.NewMemberAsync();
        var client = server.Anonymous();
        var wrong = new { email = member.Email, password = "pas le bon" };
        for (var i = 0; i < 10; i++)
        {
            await client.PostAsync("/api/users/login/", wrong, HttpStatusCode.Unauthorized);
        }

        var right = new { email = member.Email, password = Member.Password };
        using var locked = await client.PostAsJsonAsync("/api/users/login/", right);
        await Json.ReadAsync(locked, HttpStatusCode.TooManyRequests);
        Assert.InRange(locked.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 300);
    }

    [Fact]
    public async Task Profile_changes_what_is_sent_and_keeps_the_rest()
    {
        var member = await server.NewMemberAsync("Aïssatou", "Bah");

        var changed = await member.Client.PutAsync(
            "/api/users/my-profile/",
            new { first_name = "<script>alert(1)</script>" },
            HttpStatusCode.OK
        );

        Assert.Equal("<script>alert(1)</script>", changed.Text("first_name"));
        Assert.Equal("Bah", changed.Text("last_name"));
    }

    [Fact]
    public async Task A_new_password_ends_every_other_session()
    {
        var member = await server.NewMemberAsync();
        var next = new { current_password = Member.Password, new_password = "tout-neuf-123" };

        await member.Client.PostAsync(
            "/api/users/password/",
            new { current_password = "pas le bon", new_password = "tout-neuf-123" },
            HttpStatusCode.BadRequest
        );
        var renewed = await member.Client.PostAsync(
            "/api/users/password/",
            next,
            HttpStatusCode.OK
        );

        var client = server.Anonymous();
        await client.PostAsync(
            "/api/token/refresh/",
            new { refresh = member.Refresh },
            HttpStatusCode.Unauthorized
        );
        await client.PostAsync(
            "/api/token/refresh/",
            new { refresh = renewed.GetProperty("tokens").Text("refresh") },
            HttpStatusCode.OK
        );
    }

    [Fact]
    public async Task Signing_out_everywhere_ends_the_refresh_token()
    {
        var member = await server.NewMemberAsync();

        using var answer = await member.Client.PostAsync(
            "/api/users/logout/?everywhere=true",
            content: null
        );

        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
        await server
            .Anonymous()
            .PostAsync(
                "/api/token/refresh/",
                new { refresh = member.Refresh },
                HttpStatusCode.Unauthorized
            );
    }
}
