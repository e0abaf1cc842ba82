using System.Text.Json;
using Microsoft.Playwright;

namespace CommuniConnect.Bench.Support;

/// <summary>
/// How somebody came to a live, in milliseconds since the navigation began. The page watches itself: whatever is asked of it from outside
/// meanwhile would take its time.
/// </summary>
/// <param name="ElementMs">The player is on the page.</param>
/// <param name="FrameMs">A picture was shown.</param>
/// <param name="PlayerMs">From the player's request to its picture, as it says itself.</param>
internal sealed record Join(double ElementMs, double FrameMs, double PlayerMs)
{
    /// <summary>What the page says on its console, before the answer: a question from outside would be a script more for it to run.</summary>
    private const string Answer = "join: ";

    /// <param name="profile">With an empty cache; nothing of it has been on the page.</param>
    public static async Task<Join> MeasureAsync(IBrowserContext profile, string liveId)
    {
        var page = await profile.NewPageAsync();
        await page.AddInitScriptAsync(Script.Read("join-clock.js"));
        var told = await page.RunAndWaitForConsoleMessageAsync(
            () => page.GotoAsync($"/lives/{liveId}", new() { WaitUntil = WaitUntilState.Commit }),
            new()
            {
                Predicate = message => message.Text.StartsWith(Answer, StringComparison.Ordinal),
            }
        );
        return JsonSerializer.Deserialize<Join>(
            told.Text[Answer.Length..],
            JsonSerializerOptions.Web
        )!;
    }
}
