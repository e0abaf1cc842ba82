namespace CommuniConnect.Server.Community.Moderation;

/// <summary>Who may write in the chat of a live.</summary>
internal enum ChatAudience
{
    Everyone,

    /// <summary>Members of the quartier of the live.</summary>
    Quartier,

    /// <summary>Members who follow the owner of the live.</summary>
    Followers,
}

/// <summary>The rules of one chat, as its owner set them. A live without a row has the ones of a new object.</summary>
internal sealed record ChatSettings
{
    public const int MostSlowSeconds = 3600;
    public const int MostWords = 200;
    public const int WordLength = 50;

    public int LiveId { get; init; }
    public bool Closed { get; init; }

    /// <summary>Seconds a member waits between two messages; 0 when the chat is not slowed.</summary>
    public int SlowSeconds { get; init; }
    public ChatAudience Audience { get; init; }

    /// <summary>A member's first message here waits for a moderator.</summary>
    public bool HoldFirst { get; init; }

    /// <summary>Messages with links wait for a moderator.</summary>
    public bool HoldLinks { get; init; }

    public List<string> ForbiddenWords { get; init; } = [];

    /// <summary>The number of the pinned message, or null.</summary>
    public int? Pinned { get; init; }
}
