using Microsoft.Playwright;

namespace CommuniConnect.Browser.Tests.Support;

/// <summary>What a viewer sees and hears of a live, and how far from the live edge.</summary>
internal static class Watching
{
    /// <summary>How the live is played, as an expression.</summary>
    public const string Mode = "document.querySelector('live-player')?.dataset.mode";

    /// <summary>Keeps every connection to a watch socket in <c>watchSockets</c>.</summary>
    public const string WatchedSockets = """
        const { WebSocket: Real } = window;
        window.watchSockets = [];
        window.WebSocket = class extends Real {
          constructor(address) {
            super(address);
            if (String(address).includes('/watch/')) watchSockets.push(this);
          }
        };
        """;

    /// <summary><c>turn(true)</c> hides the page, <c>turn(false)</c> shows it.</summary>
    public const string TurnedPage = """
        window.turn = (hidden) => {
          Object.defineProperty(document, 'hidden', { configurable: true, get: () => hidden });
          document.dispatchEvent(new Event('visibilitychange'));
        };
        """;

    /// <summary>A device on which it is so many hours later than it is.</summary>
    public static string WrongClock(int hours) =>
        $$"""
            {
              const ms = {{hours}} * 3_600_000;
              const { Date: Real } = window;
              window.Date = class extends Real {
                constructor(...parts) {
                  super(...(parts.length > 0 ? parts : [Real.now() + ms]));
                }
                static now() {
                  return Real.now() + ms;
                }
              };
            }
            """;

    /// <summary>What the player keeps of sound at most, once it came late or had a gap.</summary>
    public const double MostKeptSoundSeconds = 0.5;

    private const string IsTogether =
        "(({ soundTimeSeconds: sound, mediaTimeSeconds: picture }) => sound !== null && Math.abs(sound - picture) < 0.1)(document.querySelector('live-player'))";

    private const string Lag =
        "performance.now() / 1000 - document.querySelector('live-player').mediaTimeSeconds";

    /// <summary>The page's clock against the instant on screen: what it grows by, in seconds, the viewer is later than before.</summary>
    public static Task<double> LagAsync(this IPage page) =>
        page.EvaluateAsync<double>($"() => {Lag}");

    /// <summary>The same, once sound and picture are at one instant.</summary>
    public static async Task<double> LagTogetherAsync(this IPage page)
    {
        await page.WaitForFunctionAsync($"() => {IsTogether}");
        return await page.LagAsync();
    }

    /// <summary>Waits until sound and picture are at one instant, and no later behind the live than a viewer was before.</summary>
    /// <param name="lag">What <see cref="LagTogetherAsync"/> was then, or <see cref="LagAsync"/>.</param>
    /// <param name="withinSeconds">How soon it has to be.</param>
    /// <exception cref="TimeoutException">It was not; says what was there instead.</exception>
    public static async Task WaitForEdgeTogetherAsync(
        this IPage page,
        double lag,
        float withinSeconds = 20
    )
    {
        try
        {
            await page.WaitForFunctionAsync(
                $"lag => {IsTogether} && {Lag} < lag + 0.15",
                lag,
                new() { Timeout = withinSeconds * 1_000 }
            );
        }
        catch (TimeoutException late)
        {
            var state = await page.EvaluateAsync<string>(
                $$"""
                (lag) => {
                  const { soundTimeSeconds: sound, mediaTimeSeconds: picture, dataset } = document.querySelector('live-player');
                  return JSON.stringify({ mode: dataset.mode, sound, picture, later: {{Lag}} - lag });
                }
                """,
                lag
            );
            throw new TimeoutException($"Not together at the edge: {state}", late);
        }
    }
}
