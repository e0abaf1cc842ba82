using System.Text.Json.Serialization;
using CommuniConnect.Server.Broadcast.OnAir;

namespace CommuniConnect.Server.Community.Chat;

/// <summary>One item of what a follower of a room is told: messages, or the state of the live.</summary>
/// <param name="Type">"messages" or "state".</param>
/// <param name="Messages">Oldest first; each number once.</param>
/// <param name="MessagesCount">How many the live has, beside the messages, so that a counter needs no state of its own.</param>
internal sealed record RoomUpdate(
    string Type,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
        IReadOnlyList<ShownMessage>? Messages,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? MessagesCount,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] LiveState? State
)
{
    public static RoomUpdate Of(IReadOnlyList<ShownMessage> messages, int messagesCount) =>
        new("messages", messages, messagesCount, State: null);

    public static RoomUpdate Of(LiveState state) =>
        new("state", Messages: null, MessagesCount: null, state);
}

/// <summary>Where the live stands, as its room tells it.</summary>
/// <param name="Duration">Recorded time so far, in seconds.</param>
/// <param name="ReconnectUntil">When an interrupted live ends by itself, or null.</param>
/// <param name="EndReason">Why it ended, or null while it runs.</param>
/// <param name="EndExplanation">What the moderator who stopped it had to say, or null.</param>
internal sealed record LiveState(
    int LiveId,
    LiveStatus Status,
    int Viewers,
    int PeakViewers,
    int MessagesCount,
    decimal Duration,
    DateTimeOffset? StartedAt,
    DateTimeOffset? ReconnectUntil,
    string? EndReason = null,
    string? EndExplanation = null
);
