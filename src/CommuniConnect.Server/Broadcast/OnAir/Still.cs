namespace CommuniConnect.Server.Broadcast.OnAir;

/// <summary>A picture of a live: one keyframe out of its recording, as a whole WebM file on the timeline it was asked for on.</summary>
/// <param name="WebM">Header and one Cluster with one block.</param>
/// <param name="ContentType">With its codec.</param>
/// <param name="Tag">Names this picture among those of its live.</param>
/// <param name="IsSettled">Whether the moment it was asked for will always show this one.</param>
internal sealed record Still(
    ReadOnlyMemory<byte> WebM,
    string ContentType,
    string Tag,
    bool IsSettled
);
