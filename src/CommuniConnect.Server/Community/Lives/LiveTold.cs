namespace CommuniConnect.Server.Community.Lives;

/// <summary>What webhooks are told of a live.</summary>
/// <param name="Duration">Recorded seconds.</param>
internal sealed record LiveTold(
    int LiveId,
    DateTimeOffset? StartedAt,
    DateTimeOffset? EndedAt,
    string? Reason,
    decimal Duration
)
{
    public static LiveTold Of(LiveRecord live) =>
        new(
            live.PostId,
            live.StartedAt,
            live.EndedAt,
            live.EndReasonName,
            (long)live.Duration.TotalMilliseconds / 1000m
        );
}
