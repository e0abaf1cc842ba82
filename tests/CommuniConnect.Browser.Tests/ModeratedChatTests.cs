using System.Globalization;
using CommuniConnect.Browser.Tests.Support;
using Microsoft.Playwright;

namespace CommuniConnect.Browser.Tests;

/// <summary>What moderators do is seen on every page that is open.</summary>
public sealed class ModeratedChatTests : IAsyncLifetime
{
    // One of its own for each test: a live that one leaves open would meet the next.
    private readonly BrowserFixture _browser = new();

    public ValueTask InitializeAsync() => _browser.InitializeAsync();

    public ValueTask DisposeAsync() => _browser.DisposeAsync();

    [Fact]
    public async Task Three_members_talk_and_what_the_moderator_removes_is_gone_everywhere_and_from_the_replay()
    {
        using var registered = await Member.RegisterAsync(_browser.Site.Address, "Binta");
        var mariam = await _browser.SignedInAsync(Pages.Mariam);
        var alpha = await _browser.SignedInAsync(Pages.Alpha, 390, 844);
        var binta = await _browser.SignedInAsync("binta.sylla@test.gn");
        var admin = await _browser.SignedInAsync(Pages.Admin);
        var id = await mariam.StartLiveAsync("Un live où l’on parle");
        IPage[] everybody = [mariam, alpha, binta, admin];
        foreach (var page in everybody.Skip(1))
        {
            await page.GotoAsync(LivePath(id));
            await page.WaitForLiveProgressAsync(0.5);
        }

        await alpha.SayAsync("Une phrase de trop");
        await binta.SayAsync("Bonsoir de Binta, voir https://exemple.gn/fete");
        foreach (var page in everybody)
        {
            await Assertions.Expect(Said(page, "Une phrase de trop")).ToBeVisibleAsync();
            await Assertions.Expect(Said(page, "Bonsoir de Binta")).ToBeVisibleAsync();
        }
        var link = alpha.GetByRole(AriaRole.Link, new() { Name = "https://exemple.gn/fete" });
        await Assertions.Expect(link).ToHaveAttributeAsync("rel", "nofollow noopener ugc");

        await RemoveAsync(admin, "Une phrase de trop", "hors sujet");
        foreach (var page in everybody)
        {
            await Assertions.Expect(Said(page, "Une phrase de trop")).ToHaveCountAsync(0);
        }

        await mariam.StopLiveAsync();
        foreach (var page in everybody)
        {
            await Assertions.Expect(Said(page, "Bonsoir de Binta")).ToBeVisibleAsync();
            await Assertions.Expect(Said(page, "Une phrase de trop")).ToHaveCountAsync(0);
        }
        var kept = await registered.GetAsync($"/api/posts/live/{id}/chat/messages/");
        Assert.DoesNotContain("Une phrase de trop", kept.ToString(), StringComparison.Ordinal);
        Assert.Contains("Bonsoir de Binta", kept.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Message_removed_while_the_replay_is_watched_leaves_it_and_comes_back_when_restored()
    {
        using var mariam = await Member.SignInAsync(_browser.Site.Address, Pages.Mariam);
        var alpha = await _browser.SignedInAsync(Pages.Alpha);
        var admin = await _browser.SignedInAsync(Pages.Admin, 360, 740);
        var messages = await mariam.GetAsync("/api/posts/live/1/chat/messages/");
        var words = messages[0].GetProperty("content").GetString()!;
        foreach (var page in new[] { alpha, admin })
        {
            await page.GotoAsync(LivePath(1));
            await Assertions.Expect(Said(page, words)).ToBeVisibleAsync();
        }

        await RemoveAsync(admin, words, "à revoir");
        await Assertions.Expect(Said(alpha, words)).ToHaveCountAsync(0);

        await admin.Button("Gérer le chat").ClickAsync();
        await admin.GetByText("Journal").ClickAsync();
        await Assertions.Expect(admin.GetByText("à revoir")).ToBeVisibleAsync();
        await admin.ScreenshotAsync("chat-log");
        await admin
            .GetByRole(AriaRole.Button, new() { Name = $"Rétablir : {words}", Exact = true })
            .ClickAsync();
        await Assertions.Expect(Said(alpha, words)).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Banned_member_is_told_so_and_is_back_when_the_ban_is_lifted_without_loading_the_page_again()
    {
        using var owner = await Member.SignInAsync(_browser.Site.Address, Pages.Mariam);
        using var banned = await Member.SignInAsync(_browser.Site.Address, Pages.Alpha);
        var started = await owner.PostAsync("/api/posts/live/start/", new { title = "Dehors" });
        var id = started.GetProperty("live_id").GetInt32();
        await owner.SayAsync(id, "Bonsoir à tous");
        var alpha = await _browser.SignedInAsync(Pages.Alpha, 360, 740);
        await alpha.GotoAsync(LivePath(id));
        await Assertions.Expect(Said(alpha, "Bonsoir à tous")).ToBeVisibleAsync();
        var field = alpha.GetByLabel("Votre message");
        var words = alpha.GetByText("Vous êtes exclu du chat de ce live.");

        await BanAsync(owner, banned, id);
        await Assertions.Expect(words).ToBeVisibleAsync();
        await Assertions.Expect(field).ToBeHiddenAsync();
        await Assertions.Expect(Said(alpha, "Bonsoir à tous")).ToHaveCountAsync(0);
        await alpha.ScreenshotAsync("chat-banned");
        await LiftAsync(owner, banned, id);
        await Assertions.Expect(Said(alpha, "Bonsoir à tous")).ToBeVisibleAsync();
        await Assertions.Expect(words).ToBeHiddenAsync();
        await alpha.SayAsync("Me revoilà");
        await Assertions.Expect(Said(alpha, "Me revoilà")).ToBeVisibleAsync();

        // The same beside the replay, also for who comes to it from outside.
        await owner.PutAsync(
            string.Create(CultureInfo.InvariantCulture, $"/api/posts/live/{id}/stop/")
        );
        await BanAsync(owner, banned, id);
        await Assertions.Expect(words).ToBeVisibleAsync();
        await Assertions.Expect(Said(alpha, "Me revoilà")).ToHaveCountAsync(0);
        await alpha.ReloadAsync();
        await Assertions.Expect(words).ToBeVisibleAsync();
        await LiftAsync(owner, banned, id);
        await Assertions.Expect(Said(alpha, "Me revoilà")).ToBeVisibleAsync();
        await Assertions.Expect(alpha.GetByText("Le live est terminé").First).ToBeVisibleAsync();
    }

    private static string LivePath(int id) =>
        string.Create(CultureInfo.InvariantCulture, $"/lives/{id}");

    private static ILocator Said(IPage page, string words) =>
        page.Locator(".chat-list li .chat-content", new() { HasText = words });

    private static Task BanAsync(Member owner, Member member, int live) =>
        owner.PostAsync(
            string.Create(CultureInfo.InvariantCulture, $"/api/posts/live/{live}/chat/sanctions/"),
            new { member_id = member.Id, kind = "ban" }
        );

    private static Task LiftAsync(Member owner, Member member, int live) =>
        owner.DeleteAsync(
            string.Create(
                CultureInfo.InvariantCulture,
                $"/api/posts/live/{live}/chat/sanctions/{member.Id}/"
            )
        );

    private static async Task RemoveAsync(IPage page, string words, string reason)
    {
        var row = page.Locator(".chat-list li", new() { HasText = words }).First;
        await row.Locator("[data-menu]").ClickAsync();
        await page.GetByRole(AriaRole.Menuitem, new() { Name = "Retirer le message" }).ClickAsync();
        var dialog = page.GetByRole(AriaRole.Dialog, new() { Name = "Retirer le message" });
        await dialog.GetByLabel("Raison (facultative)").FillAsync(reason);
        await dialog
            .GetByRole(AriaRole.Button, new() { Name = "Retirer le message", Exact = true })
            .ClickAsync();
    }
}
