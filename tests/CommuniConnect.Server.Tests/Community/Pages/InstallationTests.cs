using System.Net;
using CommuniConnect.Server.Tests.Support;
using Xunit;

namespace CommuniConnect.Server.Tests.Community.Pages;

public sealed class InstallationTests(ServerFixture server) : IClassFixture<ServerFixture>
{
    [Fact]
    public async Task The_first_person_becomes_administrator_and_the_page_is_gone_afterwards()
    {
        var browser = server.Browser();
        foreach (var path in (string[])["/", "/connexion", "/inscription", "/studio"])
        {
            using var answer = await browser.GetAsync(path);
            Assert.Equal("/installation", answer.Headers.Location?.OriginalString);
        }
        using var health = await browser.GetAsync("/health/ready");
        Assert.Equal(HttpStatusCode.OK, health.StatusCode);

        using var created = await Forms.PostAsync(
            browser,
            "/installation",
            "inscription",
            ("FirstName", "Première"),
            ("LastName", "Personne"),
            ("Username", "admin"),
            ("Email", "admin@test.gn"),
            ("Password", Member.Password),
            ("PasswordConfirm", Member.Password)
        );

        Assert.Equal(HttpStatusCode.Redirect, created.StatusCode);
        var admin = await server.SignInAsync("admin");
        var other = await server.NewMemberAsync();
        var post = await other.Client.PostAsync(
            "/api/posts/",
            new { title = "Titre", content = "Texte" },
            HttpStatusCode.Created
        );
        await admin.Client.DeleteAsync($"/api/posts/{post.Int("id")}/", HttpStatusCode.NoContent);
        using var again = await browser.GetAsync("/installation");
        Assert.Equal(HttpStatusCode.Redirect, again.StatusCode);
    }
}
