using Microsoft.Playwright;

namespace CommuniConnect.Bench.Support;

/// <summary>A live whose camera films a clock, and the pages that read it.</summary>
internal sealed class FilmedClock(IBrowserContext publisher, IPage studio, string liveId)
    : IAsyncDisposable
{
    public IPage Studio => studio;

    public static async Task<FilmedClock> StartAsync(
        Chromium chromium,
        ServerProcess server,
        string cookies
    )
    {
        var publisher = await chromium.NewProfileAsync(server, cookies);
        var studio = await PageAsync(publisher);
        return new FilmedClock(publisher, studio, await Support.Studio.StartAsync(studio));
    }

    /// <summary>A viewer's page of the live, played in some way.</summary>
    /// <param name="way">As the page's choice has it.</param>
    public async Task<IPage> WatchAsync(IBrowserContext viewer, string way)
    {
        var page = await PageAsync(viewer);
        await page.GotoAsync($"/lives/{liveId}");
        await page.GetByLabel("Mode de lecture").SelectOptionAsync(way);
        return page;
    }

    public static Task PlaysAsync(IPage page, string way) =>
        page.Locator($"live-player[data-mode={way}]").WaitForAsync();

    /// <summary>How somebody comes to it while it is on air, in the way the player chooses.</summary>
    public async Task<Join> JoinAsync(Chromium chromium, ServerProcess server, string cookies)
    {
        await using var viewer = await chromium.NewProfileAsync(server, cookies);
        return await Join.MeasureAsync(viewer, liveId);
    }

    /// <summary>How soon a way that the viewer chooses shows a picture, in milliseconds from its request, as the player says itself.</summary>
    public async Task<double> ChooseAsync(
        Chromium chromium,
        ServerProcess server,
        string cookies,
        string way
    )
    {
        await using var viewer = await chromium.NewProfileAsync(server, cookies);
        var page = await WatchAsync(viewer, way);
        await PlaysAsync(page, way);
        var joined = await page.WaitForFunctionAsync(
            "() => document.querySelector('live-player').stats.joinMs"
        );
        return await joined.JsonValueAsync<double>();
    }

    /// <summary>Ends the live, and waits for its replay.</summary>
    public Task StopAsync() => Support.Studio.StopAsync(studio);

    public ValueTask DisposeAsync() => publisher.DisposeAsync();

    private static async Task<IPage> PageAsync(IBrowserContext profile)
    {
        await profile.AddInitScriptAsync(Script.Read("barcode.js"));
        return await profile.NewPageAsync();
    }
}
