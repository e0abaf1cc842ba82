using CommuniConnect.Media;

namespace CommuniConnect.Server.Broadcast.OnAir;

/// <summary>When the camera saw an instant of a timeline, by the server's clock.</summary>
/// <param name="Media">An instant of the take, or of the live.</param>
internal sealed record CaptureClock(MediaTime Media, DateTimeOffset CapturedAt)
{
    /// <summary>A publisher whose clock says that it is further off than this has not asked for the server's.</summary>
    private static readonly TimeSpan LargestDistance = TimeSpan.FromMinutes(5);

    /// <summary>Longest take anybody makes.</summary>
    private const double LongestSeconds = 7 * 24 * 3600;

    /// <summary>What a publisher says, or null when it cannot be so.</summary>
    /// <param name="mediaSeconds">On the take's own timeline.</param>
    /// <param name="capturedMs">Milliseconds since 1970 by the server's clock.</param>
    public static CaptureClock? Of(double? mediaSeconds, double? capturedMs, DateTimeOffset now)
    {
        if (
            mediaSeconds is not (>= 0 and <= LongestSeconds)
            || capturedMs is not { } captured
            || !(
                Math.Abs(captured - now.ToUnixTimeMilliseconds())
                <= LargestDistance.TotalMilliseconds
            )
        )
        {
            return null;
        }
        return new(
            new MediaTime((long)(mediaSeconds.Value * 1e9)),
            DateTimeOffset.UnixEpoch.AddMilliseconds(captured)
        );
    }
}
