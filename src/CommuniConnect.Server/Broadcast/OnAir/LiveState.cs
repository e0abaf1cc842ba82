namespace CommuniConnect.Server.Broadcast.OnAir;

/// <summary>What others see of a live, but for its viewers and its duration.</summary>
internal sealed record LiveState(
    LiveStatus Status,
    DateTimeOffset? StartedAt,
    int Takes,
    DateTimeOffset? ReconnectUntil
);
