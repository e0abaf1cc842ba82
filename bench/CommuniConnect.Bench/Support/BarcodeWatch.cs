using System.Text.Json;
using Microsoft.Playwright;

namespace CommuniConnect.Bench.Support;

/// <summary>The ages, in milliseconds, of the pictures a page showed.</summary>
/// <param name="Unread">Pictures whose barcode was not legible.</param>
/// <param name="State">How the video was at the end, should that need explaining.</param>
/// <param name="Sync">How far the sound was behind the picture at each click, where it could be listened to.</param>
/// <param name="Sound">The ages of the clicks when they were heard, where they could be listened to.</param>
/// <param name="Stalls">As the player counts them, since it began.</param>
/// <param name="LongestMs">The longest time one picture stood.</param>
internal sealed record BarcodeWatch(
    double[] Ages,
    int Unread,
    string State,
    double[] Sync,
    double[] Sound,
    int Stalls,
    double LongestMs
)
{
    private const double LargestUnreadShare = 0.2;
    private const int FewestPictures = 50;

    /// <param name="surface">A JavaScript expression for the video or canvas element.</param>
    public static async Task<BarcodeWatch> OfAsync(
        IPage page,
        string surface,
        TimeSpan settle,
        TimeSpan length
    )
    {
        var json = await page.EvaluateAsync<string>(
            $"([settle, length]) => window.benchClock.watch({surface}, settle, length)",
            new[] { settle.TotalMilliseconds, length.TotalMilliseconds }
        );
        return JsonSerializer.Deserialize<BarcodeWatch>(json, JsonSerializerOptions.Web)!;
    }

    /// <summary>Whether enough was seen and read to speak of.</summary>
    public bool IsSound =>
        Ages.Length >= FewestPictures && Unread <= LargestUnreadShare * Ages.Length;
}
