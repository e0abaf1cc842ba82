using System.Collections.Frozen;

namespace CommuniConnect.Server.Platform.Webhooks;

/// <summary>Something that happened, as receivers are told.</summary>
/// <param name="Type">One of <see cref="All"/>.</param>
/// <param name="Data">What is to be known about it.</param>
internal sealed record WebhookEvent(string Type, DateTimeOffset Timestamp, object Data)
{
    public const string LiveStarted = "live.started";
    public const string LiveEnded = "live.ended";
    public const string ReplayReady = "replay.ready";
    public const string ChatMessage = "chat.message";
    public const string ChatRemoved = "chat.removed";
    public const string ChatRestored = "chat.restored";

    public static readonly FrozenSet<string> All = FrozenSet.Create(
        LiveStarted,
        LiveEnded,
        ReplayReady,
        ChatMessage,
        ChatRemoved,
        ChatRestored
    );
}
