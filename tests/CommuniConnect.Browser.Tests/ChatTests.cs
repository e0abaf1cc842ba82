using System.Globalization;
using CommuniConnect.Browser.Tests.Support;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace CommuniConnect.Browser.Tests;

/// <summary>The conversation as members have it: talking, moderating, ten thousand messages, by keyboard alone.</summary>
public sealed class ChatTests : IAsyncLifetime
{
    // One of its own for each test: a live that one leaves open would meet the next.
    private readonly BrowserFixture _browser = new();

    public ValueTask InitializeAsync() => _browser.InitializeAsync();

    public ValueTask DisposeAsync() => _browser.DisposeAsync();

    [Fact]
    public async Task Ten_thousand_messages_scroll_and_the_reader_keeps_the_place()
    {
        const int Count = 10_000;
        using var mariam = await Member.SignInAsync(_browser.Site.Address, Pages.Mariam);
        var started = await mariam.PostAsync("/api/posts/live/start/", new { title = "Dix mille" });
        var id = started.GetProperty("live_id").GetInt32();
        await _browser.Site.StopAsync();
        var moments = Enumerable.Range(1, Count).Select(at => TimeSpan.FromMilliseconds(at * 100));
        await ChatRows.AddAsync(_browser.Site.DataPath, id, 1, [.. moments]);
        await _browser.Site.StartAsync();
        var alpha = await _browser.SignedInAsync(Pages.Alpha);
        await alpha.GotoAsync(LivePath(id));
        await Assertions.Expect(Said(alpha, $"Message n° {Count}.")).ToBeVisibleAsync();

        // Page after page to the very first one.
        await alpha.EvaluateAsync(
            """
            async () => {
              const log = document.querySelector('.chat-log');
              while (!log.querySelector('[data-id="1"]')) {
                log.scrollTop = 0;
                await new Promise(requestAnimationFrame);
              }
            }
            """
        );
        await Assertions.Expect(Said(alpha, "Message n° 1.")).ToBeVisibleAsync();
        Assert.InRange(await alpha.Locator(".chat-list li").CountAsync(), 1, 200);

        // From there down, one sight after the other: every message comes by, none twice.
        var seen = await alpha.EvaluateAsync<int>(
            """
            async () => {
              const log = document.querySelector('.chat-log');
              const seen = new Set();
              for (;;) {
                const rows = [...log.querySelectorAll('[data-id]')];
                rows.forEach((row, at) => {
                  seen.add(row.dataset.id);
                  const below = rows[at + 1];
                  if (below && Math.abs(row.getBoundingClientRect().bottom - below.getBoundingClientRect().top) > 1) throw new Error('a hole behind ' + row.dataset.id);
                });
                if (log.scrollTop + log.clientHeight >= log.scrollHeight - 1) return seen.size;
                log.scrollTop += 1500;
                await new Promise(requestAnimationFrame);
              }
            }
            """
        );
        Assert.Equal(Count, seen);

        // In the middle, new messages move nothing.
        await alpha.EvaluateAsync(
            "() => { const log = document.querySelector('.chat-log'); log.scrollTop = log.scrollHeight / 2 }"
        );
        const string Place = """
            () => {
              const top = document.querySelector('.chat-log').getBoundingClientRect().top;
              const row = [...document.querySelectorAll('.chat-list li')].find((each) => each.getBoundingClientRect().top >= top);
              return `${row.dataset.id} ${Math.round(row.getBoundingClientRect().top)}`;
            }
            """;
        await Assertions.Expect(alpha.Button("Revenir au direct")).ToBeVisibleAsync();
        var before = await alpha.EvaluateAsync<string>(Place);
        await mariam.SayAsync(id, "Une nouvelle");
        await Assertions.Expect(alpha.Button("1 nouveau message")).ToBeVisibleAsync();
        Assert.Equal(before, await alpha.EvaluateAsync<string>(Place));
        await alpha.Button("1 nouveau message").ClickAsync();
        await Assertions.Expect(Said(alpha, "Une nouvelle")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Whole_chat_goes_by_keyboard_alone_and_axe_finds_nothing_serious_in_any_of_its_states()
    {
        using var alpha = await Member.SignInAsync(_browser.Site.Address, Pages.Alpha);
        using var owner = await Member.SignInAsync(_browser.Site.Address, Pages.Mariam);
        var started = await owner.PostAsync("/api/posts/live/start/", new { title = "Au clavier" });
        var id = started.GetProperty("live_id").GetInt32();
        var said = await alpha.SayAsync(id, "Bonsoir Mariam");
        var mariam = await _browser.SignedInAsync(Pages.Mariam, 360, 740);
        await mariam.GotoAsync(LivePath(id));
        await Assertions.Expect(Said(mariam, "Bonsoir Mariam")).ToBeVisibleAsync();
        await ExpectNothingSeriousAsync(mariam, "chat");
        var keys = mariam.Keyboard;

        // Up to the message, answer it, mention its author by completion, send.
        await TabToAsync(mariam, ".chat-log");
        await keys.PressAsync("ArrowUp");
        await Assertions.Expect(mariam.Locator("li[data-id]:focus")).ToContainTextAsync("Bonsoir");
        await keys.PressAsync("Tab");
        await keys.PressAsync("Enter");
        await Assertions.Expect(mariam.GetByLabel("Votre message")).ToBeFocusedAsync();
        await ExpectNothingSeriousAsync(mariam, "chat-answer");
        await keys.TypeAsync("Merci @alp");
        await Assertions
            .Expect(mariam.GetByRole(AriaRole.Listbox).GetByRole(AriaRole.Option))
            .ToBeVisibleAsync();
        await ExpectNothingSeriousAsync(mariam, "chat-mention");
        await keys.PressAsync("Enter");
        await Assertions
            .Expect(mariam.GetByLabel("Votre message"))
            .ToHaveValueAsync("Merci @alpha.barry ");
        await keys.PressAsync("Enter");
        var mine = mariam.Locator(".chat-list .mine").Last;
        await Assertions.Expect(mine).ToContainTextAsync("Merci @alpha.barry");
        await Assertions.Expect(mine.Locator(".chat-quote")).ToContainTextAsync("Bonsoir Mariam");

        // An emoji from the picker.
        await keys.PressAsync("Tab");
        await keys.PressAsync("Enter");
        await Assertions.Expect(mariam.GetByRole(AriaRole.Dialog)).ToBeVisibleAsync();
        await ExpectNothingSeriousAsync(mariam, "chat-emoji");
        await keys.PressAsync("ArrowRight");
        await keys.PressAsync("Enter");
        await Assertions.Expect(mariam.GetByLabel("Votre message")).ToHaveValueAsync("😃");
        await keys.PressAsync("Enter");

        // Pin, and remove with a reason: menu and dialog give the focus back.
        await TabToAsync(mariam, ".chat-log", backwards: true);
        await keys.PressAsync("Home");
        await keys.PressAsync("Tab");
        await keys.PressAsync("Tab");
        await keys.PressAsync("Enter");
        await Assertions.Expect(mariam.GetByRole(AriaRole.Menu)).ToBeVisibleAsync();
        await ExpectNothingSeriousAsync(mariam, "chat-menu");
        await keys.PressAsync("Enter");
        var pinned = mariam.GetByRole(AriaRole.Note, new() { Name = "Message épinglé" });
        await Assertions.Expect(pinned).ToContainTextAsync("Bonsoir Mariam");
        await Assertions.Expect(mariam.Locator(".chat-dots:focus")).ToBeVisibleAsync();
        await keys.PressAsync("Enter");
        await keys.PressAsync("ArrowDown");
        await keys.PressAsync("Enter");
        await Assertions.Expect(mariam.GetByRole(AriaRole.Dialog)).ToBeVisibleAsync();
        await ExpectNothingSeriousAsync(mariam, "chat-remove");
        await keys.TypeAsync("essai");
        await keys.PressAsync("Enter");
        await Assertions
            .Expect(mariam.Locator($"li[data-id='{said.GetProperty("id").GetInt32()}']"))
            .ToHaveCountAsync(0);
        await Assertions.Expect(mariam.Locator(".chat-log")).ToBeFocusedAsync();

        // The room's rules.
        await TabToAsync(mariam, ".chat-manage", backwards: true);
        await keys.PressAsync("Enter");
        var slow = mariam.GetByLabel("Mode lent");
        await Assertions.Expect(slow).ToBeVisibleAsync();
        await ExpectNothingSeriousAsync(mariam, "chat-room");
        await TabToAsync(mariam, "#room-closed");
        await keys.PressAsync("Space");
        await TabToAsync(mariam, ".room-section [type=submit]");
        await keys.PressAsync("Enter");
        await Assertions.Expect(mariam.GetByText("Enregistré.")).ToBeVisibleAsync();
        await keys.PressAsync("Escape");
        await Assertions.Expect(mariam.Locator(".chat-manage")).ToBeFocusedAsync();
        var other = await _browser.SignedInAsync(Pages.Alpha);
        await other.GotoAsync(LivePath(id));
        await Assertions.Expect(other.GetByText("Le chat est fermé")).ToBeVisibleAsync();
        await Assertions.Expect(other.GetByLabel("Votre message")).ToBeDisabledAsync();
        await ExpectNothingSeriousAsync(other, "chat-closed");
    }

    [Fact]
    public async Task Reactions_are_counted_for_everybody_and_rise_over_the_picture()
    {
        using var owner = await Member.SignInAsync(_browser.Site.Address, Pages.Mariam);
        var started = await owner.PostAsync("/api/posts/live/start/", new { title = "Bravo" });
        var id = started.GetProperty("live_id").GetInt32();
        var alpha = await _browser.SignedInAsync(Pages.Alpha);
        var mariam = await _browser.SignedInAsync(Pages.Mariam);
        await alpha.GotoAsync(LivePath(id));
        await mariam.GotoAsync(LivePath(id));
        await mariam.EmulateMediaAsync(new() { ReducedMotion = ReducedMotion.Reduce });
        await Assertions.Expect(mariam.Locator("live-chat .chat-note")).ToHaveTextAsync(""); // connected
        await Assertions.Expect(alpha.Locator("live-chat .chat-note")).ToHaveTextAsync(""); // connected

        await alpha.Button("Réagir 👏").ClickAsync();
        await Assertions.Expect(alpha.Locator(".reaction-layer span")).ToHaveCountAsync(1);
        await Assertions.Expect(alpha.Button("Réagir 👏, 1 fois")).ToBeVisibleAsync();
        await Assertions.Expect(mariam.Button("Réagir 👏, 1 fois")).ToBeVisibleAsync();
        await Assertions.Expect(mariam.Locator(".reaction-layer span")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Message_waits_for_the_picture_of_who_paused_until_it_plays_or_is_asked_for()
    {
        using var binta = await Member.RegisterAsync(_browser.Site.Address, "Binta");
        var mariam = await _browser.SignedInAsync(Pages.Mariam);
        var alpha = await _browser.SignedInAsync(Pages.Alpha, 360, 740);
        var id = await mariam.StartLiveAsync("Finale du quartier");
        await alpha.GotoAsync(LivePath(id));
        await alpha.WaitForLiveProgressAsync(1);
        var waiting = alpha.Button("1 en attente de l’image");

        await PauseAndFallBehindAsync(alpha);
        await binta.SayAsync(id, "But !");
        await Assertions.Expect(waiting).ToBeVisibleAsync();
        await Assertions.Expect(Said(alpha, "But !")).ToHaveCountAsync(0);
        await alpha.ScreenshotAsync("chat-waits-for-picture");
        await alpha.Button("Lecture").ClickAsync();
        await Assertions.Expect(Said(alpha, "But !")).ToBeVisibleAsync();
        await Assertions.Expect(waiting).ToBeHiddenAsync();

        await PauseAndFallBehindAsync(alpha);
        await binta.SayAsync(id, "Encore un !");
        await waiting.ClickAsync();
        await Assertions.Expect(Said(alpha, "Encore un !")).ToBeVisibleAsync();
        await Assertions.Expect(alpha.Button("Lecture")).ToBeVisibleAsync(); // the picture still waits
    }

    /// <summary>So far that what is written now was not on the screen when it stopped.</summary>
    private static async Task PauseAndFallBehindAsync(IPage page)
    {
        await page.Button("Pause").ClickAsync();
        await page.WaitForFunctionAsync(
            "() => { const p = document.querySelector('live-player'); return p.dataset.state === 'paused' && p.behindSeconds > 2 }"
        );
    }

    private static string LivePath(int id) =>
        string.Create(CultureInfo.InvariantCulture, $"/lives/{id}");

    private static ILocator Said(IPage page, string words) =>
        page.Locator(".chat-list li .chat-content", new() { HasText = words });

    /// <summary>Presses Tab until an element has the focus; whoever uses no mouse has no other way.</summary>
    private static async Task TabToAsync(IPage page, string selector, bool backwards = false)
    {
        const int Most = 60;
        for (var press = 0; press < Most; press++)
        {
            if (
                await page.EvaluateAsync<bool>(
                    "selector => document.activeElement?.matches(selector) ?? false",
                    selector
                )
            )
                return;
            await page.Keyboard.PressAsync(backwards ? "Shift+Tab" : "Tab");
        }
        Assert.Fail($"{selector} is not reached by Tab");
    }

    private static async Task ExpectNothingSeriousAsync(IPage page, string state)
    {
        await page.ScreenshotAsync(state);
        var result = await page.RunAxe();
        var serious = result
            .Violations.Where(v => v.Impact is "serious" or "critical")
            .Select(v =>
                $"{state}: {v.Id}: {v.Help} {string.Join(", ", v.Nodes.Select(n => n.Html))}"
            );
        Assert.Empty(serious);
    }
}
