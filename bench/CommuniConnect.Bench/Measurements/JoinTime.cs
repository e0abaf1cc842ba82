using System.Text.Json;
using CommuniConnect.Bench.Support;
using Microsoft.Playwright;

namespace CommuniConnect.Bench.Measurements;

/// <summary>How soon somebody who opens the page of a live sees it: the whole page from an empty cache, on this machine.</summary>
internal static class JoinTime
{
    private const int Joins = 15;
    private static readonly Target Quick = new(500);
    private static readonly Target QuickInDirect = new(150);
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(5);

    /// <summary>What the page reports, in milliseconds since its navigation began.</summary>
    /// <param name="ElementMs">The player is on the page.</param>
    /// <param name="FrameMs">A picture was shown.</param>
    /// <param name="PlayerMs">From the player's request to its picture, as it says itself.</param>
    private sealed record Seen(double ElementMs, double FrameMs, double PlayerMs);

    public static async Task<IReadOnlyList<Figure>> MeasureAsync(
        BenchOptions options,
        CancellationToken cancellation
    )
    {
        var footage = await Footage.MakeAsync(cancellation);
        await using var server = await ServerProcess.StartAsync(cancellation);
        using var member = await Member.RegisterAsync(server, cancellation);
        var live = await member.StartLiveAsync(cancellation);
        await using var publisher = new Publisher(live.IngestUrl, footage, TimeSpan.Zero);
        await using var chromium = await Chromium.LaunchAsync();
        var cookies = await chromium.SignInAsync(server, member);
        await Task.Delay(Settling, cancellation);
        var seen = new List<Seen>();
        for (var i = -2; i < Joins; i++) // the first two warm server and browser up
        {
            cancellation.ThrowIfCancellationRequested();
            var join = await JoinAsync(chromium, server, cookies, live.Id);
            if (i >= 0)
            {
                seen.Add(join);
            }
        }
        return
        [
            Figure.Median(
                "page opened to first picture",
                [.. seen.Select(s => s.FrameMs)],
                "ms",
                Quick
            ),
            Figure.Median(
                "player on the page to first picture",
                [.. seen.Select(s => s.FrameMs - s.ElementMs)],
                "ms",
                Quick
            ),
            Figure.Median(
                "the same as the player says (joinMs)",
                [.. seen.Select(s => s.PlayerMs)],
                "ms",
                QuickInDirect
            ),
        ];
    }

    private static async Task<Seen> JoinAsync(
        Chromium chromium,
        ServerProcess server,
        string cookies,
        int liveId
    )
    {
        await using var profile = await chromium.NewProfileAsync(server, cookies);
        var page = await profile.NewPageAsync();
        await page.AddInitScriptAsync(Script.Read("join-clock.js"));
        await page.GotoAsync(
            $"/lives/{liveId}",
            new() { WaitUntil = WaitUntilState.DOMContentLoaded }
        );
        var answer = await page.EvaluateAsync<string>("() => window.benchJoin");
        return JsonSerializer.Deserialize<Seen>(answer, JsonSerializerOptions.Web)!;
    }
}
