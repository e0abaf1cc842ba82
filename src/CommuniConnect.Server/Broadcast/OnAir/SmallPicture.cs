using CommuniConnect.Media;

namespace CommuniConnect.Server.Broadcast.OnAir;

/// <summary>The second, small rendition of the picture of a live, for viewers whose network is weak. Never recorded; the sound is the live's own.</summary>
/// <param name="Track">As numbered on air.</param>
/// <param name="Timeline">Its packets, at the same times as those of the large picture. Ends when the rendition does.</param>
internal sealed record SmallPicture(Track Track, Timeline Timeline)
{
    /// <summary>Its number among the tracks of the live.</summary>
    public const int TrackNumber = 3;
}
