using System.Globalization;
using CommuniConnect.Media;

namespace CommuniConnect.Server.Broadcast.Watch;

/// <summary>A moment of a live or a replay as addresses have it: decimal seconds from its beginning.</summary>
internal static class MediaMoment
{
    /// <summary>What is said of one that is none.</summary>
    public const string Refusal = "Le moment demandé doit être un nombre de secondes.";

    /// <summary>Reads a moment. False when it is no such time.</summary>
    public static bool TryRead(string? text, out MediaTime time)
    {
        var isTime =
            decimal.TryParse(
                text,
                NumberStyles.AllowDecimalPoint,
                CultureInfo.InvariantCulture,
                out var seconds
            )
            && seconds <= int.MaxValue;
        time = MediaTime.FromMilliseconds(isTime ? (long)(seconds * 1_000) : 0);
        return isTime;
    }
}
