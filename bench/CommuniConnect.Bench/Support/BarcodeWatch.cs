using System.Text.Json;
using Microsoft.Playwright;

namespace CommuniConnect.Bench.Support;

/// <summary>The ages, in milliseconds, of the pictures a page showed.</summary>
/// <param name="Unread">Pictures whose barcode was not legible.</param>
/// <param name="State">How the video was at the end, should that need explaining.</param>
internal sealed record BarcodeWatch(double[] Ages, int Unread, string State)
{
    private const double LargestUnreadShare = 0.2;
    private const int FewestPictures = 50;

    /// <param name="video">A JavaScript expression for the video element.</param>
    public static async Task<BarcodeWatch> OfAsync(
        IPage page,
        string video,
        TimeSpan settle,
        TimeSpan length
    )
    {
        var json = await page.EvaluateAsync<string>(
            $"([settle, length]) => window.benchClock.watch({video}, settle, length)",
            new[] { settle.TotalMilliseconds, length.TotalMilliseconds }
        );
        return JsonSerializer.Deserialize<BarcodeWatch>(json, JsonSerializerOptions.Web)!;
    }

    /// <summary>Whether enough was seen and read to speak of.</summary>
    public bool IsSound =>
        Ages.Length >= FewestPictures && Unread <= LargestUnreadShare * Ages.Length;
}
