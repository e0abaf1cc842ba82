using System.Net;
using System.Text.RegularExpressions;
using CommuniConnect.Server.Tests.Support;
using Xunit;

namespace CommuniConnect.Server.Tests.Community.Pages;

public sealed class PagesTests(ServerFixture server) : IClassFixture<ServerFixture>
{
    private const string Attack = "<script>alert('x')</script><b a=\"1\">gras</b>";

    [Theory]
    [InlineData("/", "/connexion?retour=%2F")]
    [InlineData("/studio", "/connexion?retour=%2Fstudio")]
    [InlineData("/publications/1?page=2", "/connexion?retour=%2Fpublications%2F1%3Fpage%3D2")]
    public async Task Whoever_is_not_signed_in_is_sent_to_sign_in_and_back(string path, string to)
    {
        await server.NewMemberAsync();

        using var answer = await server.Browser().GetAsync(path);

        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        Assert.Equal(to, answer.Headers.Location!.PathAndQuery());
    }

    [Theory]
    [InlineData("/studio", "/studio")]
    [InlineData("https://ailleurs.example/", "/")]
    [InlineData("//ailleurs.example/", "/")]
    [InlineData("/\\ailleurs.example/", "/")]
    [InlineData("javascript:alert(1)", "/")]
    [InlineData("", "/")]
    public async Task Signing_in_leads_back_to_our_own_pages_only(string back, string to)
    {
        var member = await server.NewMemberAsync();

        using var answer = await SignInAsync(
            server.Browser(),
            member,
            $"/connexion?retour={Uri.EscapeDataString(back)}"
        );

        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        Assert.Equal(to, answer.Headers.Location!.PathAndQuery());
    }

    [Fact]
    public async Task The_cookie_is_out_of_reach_of_scripts_and_other_sites()
    {
        var member = await server.NewMemberAsync();

        using var answer = await SignInAsync(server.Browser(), member);

        var cookie = answer
            .Headers.GetValues("Set-Cookie")
            .Single(c => c.StartsWith("communiconnect=", StringComparison.Ordinal));
        Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("samesite=lax", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("expires=", cookie, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task A_wrong_password_says_so_and_signs_nobody_in()
    {
        var member = await server.NewMemberAsync();
        var browser = server.Browser();

        using var answer = await Forms.PostAsync(
            browser,
            "/connexion",
            "connexion",
            ("Email", member.Email),
            ("Password", "pas le bon")
        );

        Assert.Contains(
            "adresse e-mail ou le mot de passe",
            await answer.Content.ReadAsStringAsync(),
            StringComparison.Ordinal
        );
        Assert.Equal(HttpStatusCode.Redirect, (await browser.GetAsync("/")).StatusCode);
    }

    [Fact]
    public async Task Registration_signs_the_new_member_in_and_errors_stand_beside_their_field()
    {
        await server.NewMemberAsync();
        var browser = server.Browser();
        (string, string)[] form =
        [
            ("FirstName", "Fatoumata"),
            ("LastName", "Sow"),
            ("Username", "fatou"),
            ("Email", "fatou@test.gn"),
            ("Password", "motdepasse"),
            ("Quartier", "1"),
        ];

        using var wrong = await Forms.PostAsync(
            browser,
            "/inscription",
            "inscription",
            [.. form, ("PasswordConfirm", "autre")]
        );
        using var right = await Forms.PostAsync(
            browser,
            "/inscription",
            "inscription",
            [.. form, ("PasswordConfirm", "motdepasse")]
        );

        var page = await wrong.Content.ReadAsStringAsync();
        Assert.Contains("id=\"champ-passwordconfirm-erreur\"", page, StringComparison.Ordinal);
        Assert.Contains("value=\"Fatoumata\"", page, StringComparison.Ordinal);
        Assert.DoesNotContain("value=\"motdepasse\"", page, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Redirect, right.StatusCode);
        Assert.Contains("Lancer un live", await browser.PageAsync("/"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_published_text_is_shown_escaped_everywhere_and_can_be_liked_and_commented()
    {
        var member = await server.NewMemberAsync(Attack, Attack);
        var browser = server.Browser();
        await SignInAsync(browser, member);

        using var published = await Forms.PostAsync(
            browser,
            "/",
            "publier",
            ("Title", Attack),
            ("Content", Attack),
            ("Kind", "help")
        );
        Assert.Equal(HttpStatusCode.Redirect, published.StatusCode);
        var posts = await member.Client.GetAsync(
            $"/api/posts/?author={member.Id}",
            HttpStatusCode.OK
        );
        var post = $"/publications/{posts.GetProperty("results")[0].Int("id")}";
        using var commented = await Forms.PostAsync(
            browser,
            post,
            "commenter",
            ("Content", Attack)
        );
        using var liked = await Forms.PostToAsync(browser, post, $"{post}/aimer", ("retour", post));

        Assert.Equal(HttpStatusCode.Redirect, commented.StatusCode);
        Assert.Equal(HttpStatusCode.Redirect, liked.StatusCode);
        foreach (var path in (string[])["/", post, $"/membres/{member.Id}", "/profil"])
        {
            var page = await browser.PageAsync(path);
            Assert.DoesNotContain("<script>alert", page, StringComparison.Ordinal);
            Assert.DoesNotContain("<b a=", page, StringComparison.Ordinal);
            Assert.Contains("&lt;script&gt;alert", page, StringComparison.Ordinal);
        }
        Assert.Contains(
            "aria-pressed=\"true\"",
            await browser.PageAsync(post),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task An_overlong_text_is_explained_in_the_page_and_nothing_is_lost()
    {
        var member = await server.NewMemberAsync();
        var browser = server.Browser();
        await SignInAsync(browser, member);

        using var answer = await Forms.PostAsync(
            browser,
            "/",
            "publier",
            ("Title", "Titre gardé"),
            ("Content", new string('a', 100_000))
        );

        var page = await answer.Content.ReadAsStringAsync();
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Contains(
            "dépasse 5000 caractères",
            WebUtility.HtmlDecode(page),
            StringComparison.Ordinal
        );
        Assert.Contains("Titre gardé", WebUtility.HtmlDecode(page), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_profile_is_changed_in_its_page()
    {
        var member = await server.NewMemberAsync();
        var browser = server.Browser();
        await SignInAsync(browser, member);

        using var answer = await Forms.PostAsync(
            browser,
            "/profil",
            "profil",
            ("FirstName", "Aminata"),
            ("LastName", "Keïta"),
            ("Quartier", "2")
        );

        var profile = await member.Client.GetAsync("/api/users/my-profile/", HttpStatusCode.OK);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("Aminata", profile.Text("first_name"));
        Assert.Equal(2, profile.GetProperty("quartier").Int("id"));
    }

    [Theory]
    [InlineData("/publications/999999")]
    [InlineData("/lives/999999")]
    [InlineData("/membres/999999")]
    [InlineData("/membres/-1")]
    [InlineData("/nulle-part")]
    public async Task What_does_not_exist_is_a_page_with_status_404(string path)
    {
        var browser = server.Browser();
        await SignInAsync(browser, await server.NewMemberAsync());

        using var answer = await browser.GetAsync(path);

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Contains(
            "<h1>Introuvable</h1>",
            await answer.Content.ReadAsStringAsync(),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task A_form_without_its_token_is_refused()
    {
        var browser = server.Browser();
        await SignInAsync(browser, await server.NewMemberAsync());

        foreach (var path in (string[])["/", "/publications/1/aimer", "/deconnexion", "/langue"])
        {
            using var answer = await browser.PostAsync(
                path,
                new FormUrlEncodedContent([
                    new("_handler", "publier"),
                    new("Title", "a"),
                    new("Content", "b"),
                    new("retour", "/"),
                ])
            );
            Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        }
    }

    [Theory]
    [InlineData("Sec-Fetch-Site", "same-origin", HttpStatusCode.OK)]
    [InlineData("Sec-Fetch-Site", "same-site", HttpStatusCode.Forbidden)]
    [InlineData("Sec-Fetch-Site", "cross-site", HttpStatusCode.Forbidden)]
    [InlineData("Sec-Fetch-Site", "none", HttpStatusCode.Forbidden)]
    [InlineData("Origin", "own", HttpStatusCode.OK)]
    [InlineData("Origin", "https://ailleurs.example", HttpStatusCode.Forbidden)]
    [InlineData("Origin", "null", HttpStatusCode.Forbidden)]
    [InlineData("X-Rien", "", HttpStatusCode.Forbidden)]
    public async Task A_call_by_cookie_must_come_from_our_own_page(
        string header,
        string value,
        HttpStatusCode expected
    )
    {
        var browser = server.Browser();
        await SignInAsync(browser, await server.NewMemberAsync());
        using var request = new HttpRequestMessage(HttpMethod.Put, "/api/users/my-profile/");
        request.Content = new StringContent("{}", null, "application/json");
        request.Headers.TryAddWithoutValidation(
            header,
            value == "own" ? server.BaseAddress.GetLeftPart(UriPartial.Authority) : value
        );

        using var answer = await browser.SendAsync(request);

        await Json.ReadAsync(answer, expected);
    }

    [Theory]
    [InlineData("own", HttpStatusCode.NotFound)]
    [InlineData("https://ailleurs.example", HttpStatusCode.Forbidden)]
    public async Task A_socket_by_cookie_opens_from_our_own_page_only(
        string origin,
        HttpStatusCode expected
    )
    {
        var browser = server.Browser();
        await SignInAsync(browser, await server.NewMemberAsync());
        using var request = new HttpRequestMessage(HttpMethod.Get, "/hubs/inconnu");
        request.Headers.Connection.Add("Upgrade");
        request.Headers.Upgrade.ParseAdd("websocket");
        request.Headers.Add(
            "Origin",
            origin == "own" ? server.BaseAddress.GetLeftPart(UriPartial.Authority) : origin
        );

        using var answer = await browser.SendAsync(request);

        await Json.ReadAsync(answer, expected);
    }

    [Fact]
    public async Task Signing_out_and_a_new_password_both_end_the_cookie()
    {
        var member = await server.NewMemberAsync();
        var one = server.Browser();
        var two = server.Browser();
        await SignInAsync(one, member);
        await SignInAsync(two, member);

        using var signedOut = await Forms.PostToAsync(
            one,
            "/",
            "/deconnexion",
            ("retour", "/connexion")
        );
        Assert.Equal(HttpStatusCode.Redirect, (await one.GetAsync("/")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await two.GetAsync("/")).StatusCode);

        await member.Client.PostAsync(
            "/api/users/password/",
            new { current_password = Member.Password, new_password = "tout-neuf-123" },
            HttpStatusCode.OK
        );
        Assert.Equal(HttpStatusCode.Redirect, (await two.GetAsync("/")).StatusCode);
    }

    [Fact]
    public async Task Every_page_says_its_language_has_one_heading_and_allows_only_our_own_scripts()
    {
        var member = await server.NewMemberAsync();
        var browser = server.Browser();
        await SignInAsync(browser, member);

        foreach (var path in (string[])["/", "/studio", "/profil", $"/membres/{member.Id}"])
        {
            using var answer = await browser.GetAsync(path);
            var page = await answer.Content.ReadAsStringAsync();

            Assert.Contains("<html lang=\"fr\">", page, StringComparison.Ordinal);
            Assert.Single(Regex.Matches(page, "<h1", RegexOptions.None, TimeSpan.FromSeconds(1)));
            Assert.StartsWith(
                "default-src 'self'; media-src 'self' blob:; img-src 'self' data: blob:; connect-src 'self' ws: wss:; frame-ancestors 'none'",
                answer.Headers.GetValues("Content-Security-Policy").Single(),
                StringComparison.Ordinal
            );
            Assert.Contains(
                "camera=(self)",
                answer.Headers.GetValues("Permissions-Policy").Single(),
                StringComparison.Ordinal
            );
            Assert.Equal("nosniff", answer.Headers.GetValues("X-Content-Type-Options").Single());
        }
    }

    [Fact]
    public async Task Pages_are_English_for_whoever_asks_for_it()
    {
        var browser = server.Browser();
        await SignInAsync(browser, await server.NewMemberAsync());

        using var chosen = await Forms.PostToAsync(
            browser,
            "/",
            "/langue",
            ("langue", "en"),
            ("retour", "/profil")
        );
        var page = await browser.PageAsync("/profil");

        Assert.Equal("/profil", chosen.Headers.Location!.OriginalString);
        Assert.Contains("<html lang=\"en\">", page, StringComparison.Ordinal);
        Assert.Contains("<h1>My profile</h1>", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_studio_knows_whether_the_member_has_a_quartier()
    {
        var without = server.Browser();
        await SignInAsync(without, await server.NewMemberAsync());
        var with = server.Browser();
        await SignInAsync(with, await server.NewMemberAsync(quartier: 1));

        Assert.DoesNotContain(
            "quartier-ok",
            await without.PageAsync("/studio"),
            StringComparison.Ordinal
        );
        Assert.Contains("quartier-ok", await with.PageAsync("/studio"), StringComparison.Ordinal);
    }

    private static Task<HttpResponseMessage> SignInAsync(
        HttpClient browser,
        Member member,
        string path = "/connexion"
    ) =>
        Forms.PostAsync(
            browser,
            path,
            "connexion",
            ("Email", member.Email),
            ("Password", Member.Password)
        );
}
