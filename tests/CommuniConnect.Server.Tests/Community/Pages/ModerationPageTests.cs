using System.Net;
using CommuniConnect.Server.Tests.Chat;
using CommuniConnect.Server.Tests.Support;
using Xunit;

namespace CommuniConnect.Server.Tests.Community.Pages;

public sealed class ModerationPageTests(ChatServer server) : IClassFixture<ChatServer>
{
    [Theory]
    [InlineData("/moderation")]
    [InlineData("/moderation/journal")]
    [InlineData("/moderation/mots")]
    public async Task Pages_and_their_link_are_for_moderators_only(string path)
    {
        var moderator = await SignedInAsync(await server.NewModeratorAsync());
        var member = await SignedInAsync(await server.NewMemberAsync());

        using var refused = await member.GetAsync(path, ChatServer.Cancellation);

        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        const string Link = "href=\"/moderation\"";
        Assert.DoesNotContain(Link, await member.PageAsync("/"), StringComparison.Ordinal);
        Assert.Contains(Link, await moderator.PageAsync("/"), StringComparison.Ordinal);
        Assert.Contains("Signalements", await moderator.PageAsync(path), StringComparison.Ordinal);
        using var nobody = await server.Browser().GetAsync(path, ChatServer.Cancellation);
        Assert.Equal(HttpStatusCode.Redirect, nobody.StatusCode);
    }

    [Fact]
    public async Task Reported_message_is_shown_escaped_removed_by_its_button_and_restored_from_the_log()
    {
        var (live, _, member) = await server.NewRoomAsync();
        var other = await server.NewMemberAsync();
        var id = await member.SayAsync(live, "<b>vilain mot</b>");
        foreach (var reporter in (Member[])[member, other])
            await reporter.Client.PostAsync(
                $"{ChatClient.Chat(live)}/messages/{id}/report/",
                new { reason = "insulte & co" },
                HttpStatusCode.Created
            );
        var browser = await SignedInAsync(await server.NewModeratorAsync());

        var page = await browser.PageAsync("/moderation");
        Assert.Contains("&lt;b&gt;vilain mot&lt;/b&gt;", page, StringComparison.Ordinal);
        Assert.Contains("insulte &amp; co", page, StringComparison.Ordinal);
        Assert.Contains("Bountou Diallo", page, StringComparison.Ordinal);
        Assert.Contains($"href=\"/publications/{live}\"", page, StringComparison.Ordinal);
        await PressAsync(
            browser,
            "/moderation",
            $"/moderation/lives/{live}/messages/{id}/retirer",
            "/moderation?fait=retire",
            ("reason", "insulte & co")
        );

        Assert.Empty(await other.MessagesAsync(live));
        page = await browser.PageAsync("/moderation?fait=retire");
        Assert.DoesNotContain("vilain mot", page, StringComparison.Ordinal); // both reports are done with
        Assert.Contains("Le message est retiré.", page, StringComparison.Ordinal);
        Assert.Contains(
            "vilain mot",
            await browser.PageAsync("/moderation?etat=classes"),
            StringComparison.Ordinal
        );
        var restore = $"/moderation/lives/{live}/messages/{id}/retablir";
        Assert.Contains(
            restore,
            await browser.PageAsync("/moderation/journal"),
            StringComparison.Ordinal
        );
        await PressAsync(
            browser,
            "/moderation/journal",
            restore,
            "/moderation/journal?fait=retabli",
            ("reason", "")
        );
        Assert.Single(await other.MessagesAsync(live));
        Assert.DoesNotContain(
            restore,
            await browser.PageAsync("/moderation/journal"),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Report_of_a_live_leads_there_and_is_dismissed()
    {
        var (live, _, member) = await server.NewRoomAsync();
        var report = await member.Client.PostAsync(
            $"/api/posts/{live}/report/",
            new { reason = "hors sujet" },
            HttpStatusCode.Created
        );
        var browser = await SignedInAsync(await server.NewModeratorAsync());

        Assert.Contains(
            "hors sujet",
            await browser.PageAsync("/moderation"),
            StringComparison.Ordinal
        );
        var dismiss = $"/moderation/signalements/{report.Int("id")}/classer";
        await PressAsync(browser, "/moderation", dismiss, "/moderation?fait=classe", ("note", ""));

        Assert.DoesNotContain(
            "hors sujet",
            await browser.PageAsync("/moderation"),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Buttons_are_not_for_members_nor_without_the_token_of_the_page()
    {
        var (live, _, member) = await server.NewRoomAsync();
        var id = await member.SayAsync(live, "bonjour");
        var remove = $"/moderation/lives/{live}/messages/{id}/retirer";
        var moderator = await SignedInAsync(await server.NewModeratorAsync());

        using var byMember = await Forms.PostToAsync(
            await SignedInAsync(member),
            "/",
            remove,
            ("reason", "")
        );
        using var forged = await moderator.PostAsync(
            remove,
            new FormUrlEncodedContent([new("reason", "")]),
            ChatServer.Cancellation
        );
        using var unknown = await Forms.PostToAsync(
            moderator,
            "/moderation",
            $"/moderation/lives/{live}/messages/999/retirer",
            ("reason", "")
        );

        Assert.Equal(HttpStatusCode.Forbidden, byMember.StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, forged.StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, unknown.StatusCode);
        Assert.Single(await member.MessagesAsync(live));
    }

    [Fact]
    public async Task Words_written_on_the_page_are_refused_in_every_chat()
    {
        var (live, owner, member) = await server.NewRoomAsync();
        var browser = await SignedInAsync(await server.NewModeratorAsync());

        using var tooLong = await Forms.PostAsync(
            browser,
            "/moderation/mots",
            "mots",
            ("List", new string('a', 51))
        );
        using var saved = await Forms.PostAsync(
            browser,
            "/moderation/mots",
            "mots",
            ("List", "Zèbre\r\n\r\ntrois petits tours\r\n")
        );

        Assert.Contains(
            "champ-mots-erreur",
            await tooLong.Content.ReadAsStringAsync(ChatServer.Cancellation),
            StringComparison.Ordinal
        );
        Assert.Contains(
            "C&#x27;est enregistré.",
            await saved.Content.ReadAsStringAsync(ChatServer.Cancellation),
            StringComparison.Ordinal
        );
        foreach (var text in (string[])["un z3bre !", "Trois  petits TOURS et puis"])
            await member.PostAsync(live, new { content = text }, HttpStatusCode.BadRequest);
        await owner.SayAsync(live, "zèbre"); // who moderates a room may quote
    }

    private async Task<HttpClient> SignedInAsync(Member member)
    {
        var browser = server.Browser();
        using var answer = await Forms.PostAsync(
            browser,
            "/connexion",
            "connexion",
            ("Email", member.Email),
            ("Password", Member.Password)
        );
        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        return browser;
    }

    private static async Task PressAsync(
        HttpClient browser,
        string page,
        string action,
        string leadsTo,
        (string, string) field
    )
    {
        using var answer = await Forms.PostToAsync(browser, page, action, field);
        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        Assert.Equal(leadsTo, answer.Headers.Location!.PathAndQuery());
    }
}
