using CommuniConnect.Bench.Support;

namespace CommuniConnect.Bench.Measurements;

/// <summary>How soon somebody who opens the page of a live sees it: the whole page from an empty cache, on this machine.</summary>
internal static class JoinTime
{
    private const int Joins = 15;
    private static readonly Target Quick = new(500);
    private static readonly Target QuickInDirect = new(150);
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(5);

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
        var seen = new List<Join>();
        for (var i = -2; i < Joins; i++) // the first two warm server and browser up
        {
            cancellation.ThrowIfCancellationRequested();
            await using var profile = await chromium.NewProfileAsync(server, cookies);
            var join = await Join.MeasureAsync(profile, $"{live.Id}");
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
}
