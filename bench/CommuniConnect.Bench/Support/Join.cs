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
    /// <param name="profile">With an empty cache; nothing of it has been on the page.</param>
    public static async Task<Join> MeasureAsync(IBrowserContext profile, string liveId)
    {
        var page = await profile.NewPageAsync();
        await page.AddInitScriptAsync(Script.Read("join-clock.js"));
        await page.GotoAsync(
            $"/lives/{liveId}",
            new() { WaitUntil = WaitUntilState.DOMContentLoaded }
        );
        var answer = await page.EvaluateAsync<string>("() => window.benchJoin");
        return JsonSerializer.Deserialize<Join>(answer, JsonSerializerOptions.Web)!;
    }
}
