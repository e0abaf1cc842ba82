using System.Globalization;
using CommuniConnect.Browser.Tests.Support;
using Microsoft.Playwright;

namespace CommuniConnect.Browser.Tests;

/// <summary>The conversation of a replay, which moves with its picture.</summary>
public sealed class ReplayChatTests : IAsyncLifetime
{
    // One of its own for each test: they stop it to put a long evening into its database.
    private readonly BrowserFixture _browser = new();

    public ValueTask InitializeAsync() => _browser.InitializeAsync();

    public ValueTask DisposeAsync() => _browser.DisposeAsync();

    [Fact]
    public async Task Every_message_of_a_replay_appears_with_the_picture_it_was_written_at_also_at_double_speed()
    {
        using var mariam = await Member.SignInAsync(_browser.Site.Address, Pages.Mariam);
        var live = await mariam.GetAsync("/api/posts/live/1/");
        var length = live.GetProperty("media_files")[0].GetProperty("duration").GetDouble();
        var said = await mariam.GetAsync("/api/posts/live/1/chat/messages/");
        var first = said.GetArrayLength() + 1;
        // Their numbers go the other way: what waited for a moderator has a late number and an early moment.
        var moments = Enumerable
            .Range(0, 200)
            .Select(at => TimeSpan.FromSeconds(length * (199 - at) / 200));
        await _browser.Site.StopAsync();
        await ChatRows.AddAsync(_browser.Site.DataPath, 1, first, [.. moments]);
        await _browser.Site.StartAsync();
        var alpha = await _browser.SignedInAsync(Pages.Alpha);
        await alpha.GotoAsync(LivePath(1));
        await alpha.WaitForPictureAsync("replay-player video");
        await Assertions.Expect(Said(alpha, $"Message n° {first}.")).ToBeVisibleAsync();

        var delays = await alpha.EvaluateAsync<double[]>(
            """
            async ([first, length]) => {
              const player = document.querySelector('replay-player');
              const list = document.querySelector('.chat-list');
              player.seek(0.05);
              while (list.querySelector(`[data-id="${first}"]`)) await new Promise(requestAnimationFrame);
              const delays = [];
              const seen = new Set([...list.children].map((row) => row.dataset.id));
              new MutationObserver(() => {
                for (const row of list.children) {
                  const number = Number(row.dataset.id);
                  if (number < first || seen.has(row.dataset.id)) continue;
                  seen.add(row.dataset.id);
                  delays.push((player.currentTime - (length * (first + 199 - number)) / 200) / player.video.playbackRate);
                }
              }).observe(list, { childList: true });
              player.video.muted = true;
              await player.video.play();
              player.video.playbackRate = 2;
              while (!player.video.ended) await new Promise(requestAnimationFrame);
              return delays;
            }
            """,
            new object[] { first, length }
        );

        Assert.InRange(delays.Length, 195, 200);
        Assert.All(delays, delay => Assert.InRange(delay, -0.01, 1));
        Assert.InRange(delays.Order().ElementAt(delays.Length / 2), -0.01, 0.25);
    }

    /// <summary>20 s, a pause, 5 s, a cut of 60 s that was filled later, 25 s; four messages in each second of the live.</summary>
    [Fact]
    public async Task Seeking_to_either_side_of_a_pause_and_of_a_back_filled_cut_shows_what_had_been_said_by_then()
    {
        using var mariam = await Member.SignInAsync(_browser.Site.Address, Pages.Mariam);
        var started = await mariam.PostAsync("/api/posts/live/start/", new { title = "Coupures" });
        var id = started.GetProperty("live_id").GetInt32();
        var ingest = started.GetProperty("ingest_url").GetString()!;
        var data = _browser.Site.DataPath;
        await (await Take.MakeAsync(ingest, data, hue: 0, seconds: 20)).SendAsync();
        var cut = await Take.MakeAsync(ingest, data, hue: 120, seconds: 65);
        await cut.BreakOffAsync(5.0 / 65);
        await (await Take.MakeAsync(ingest, data, hue: 240, seconds: 25)).SendAsync();
        await cut.SendTailAsync();
        await mariam.PutAsync(
            string.Create(CultureInfo.InvariantCulture, $"/api/posts/live/{id}/stop/")
        );
        await _browser.Site.StopAsync();
        var moments = Enumerable
            .Range(0, 200)
            .Select(at => TimeSpan.FromSeconds(0.125 + (at / 4.0)));
        await ChatRows.AddAsync(data, id, 1, [.. moments]);
        await _browser.Site.StartAsync();
        var alpha = await _browser.SignedInAsync(Pages.Alpha);
        await alpha.GotoAsync(LivePath(id));
        await alpha.WaitForPictureAsync("replay-player video");
        await Assertions.Expect(Said(alpha, "Message n° 200.")).ToBeVisibleAsync();

        (double At, int Last)[] sights =
        [
            (1, 4),
            (19, 76),
            (19.75, 79),
            (20.3, 81),
            (24.5, 98), // on both sides of the pause
            (25.5, 100),
            (55, 100),
            (84.5, 100), // what the live was not shown
            (85.55, 102),
            (90.1, 120),
            (110, 200),
            (10, 40),
            (86.1, 104),
            (24.5, 98), // and to and fro
        ];
        foreach (var (at, last) in sights)
        {
            await alpha.EvaluateAsync("at => document.querySelector('replay-player').seek(at)", at);
            await alpha.WaitForFunctionAsync(
                "at => { const v = document.querySelector('replay-player video'); return !v.seeking && v.readyState >= 2 && Math.abs(v.currentTime - at) < 0.01 }",
                at
            );
            var newest = alpha.Locator(".chat-list li").Last;
            await Assertions
                .Expect(newest)
                .ToHaveAttributeAsync("data-id", $"{last}", new() { Timeout = 20_000 });
        }
        await alpha.ScreenshotAsync("replay-chat-cut");
    }

    private static string LivePath(int id) =>
        string.Create(CultureInfo.InvariantCulture, $"/lives/{id}");

    private static ILocator Said(IPage page, string words) =>
        page.Locator(".chat-list li .chat-content", new() { HasText = words });
}
