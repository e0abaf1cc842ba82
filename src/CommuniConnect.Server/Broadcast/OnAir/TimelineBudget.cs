namespace CommuniConnect.Server.Broadcast.OnAir;

/// <summary>How much of a timeline is kept for viewers.</summary>
/// <param name="Retention">How far a viewer may fall behind before it is moved to the newest group.</param>
/// <param name="RetentionBytes">Most memory of packets kept. Each kind of viewers that is there has them framed once more.</param>
/// <param name="GroupBytes">A group this long is left to those who are in it already; new viewers wait for the next keyframe.</param>
internal sealed record TimelineBudget(TimeSpan Retention, long RetentionBytes, long GroupBytes)
{
    /// <summary>Of picture and sound: 10 s at 12 Mbit/s.</summary>
    public static readonly TimelineBudget Main = new(
        TimeSpan.FromSeconds(10),
        RetentionBytes: 16 << 20,
        GroupBytes: 8 << 20
    );

    /// <summary>Of the small picture: the newest group and what its readers may still be at.</summary>
    public static readonly TimelineBudget Small = new(
        TimeSpan.FromSeconds(2),
        RetentionBytes: 1 << 20,
        GroupBytes: 512 << 10
    );
}
