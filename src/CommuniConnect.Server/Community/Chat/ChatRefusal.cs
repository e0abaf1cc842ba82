namespace CommuniConnect.Server.Community.Chat;

/// <summary>Why something was not done in a room. What it says to people is in <see cref="ChatTexts"/>.</summary>
internal enum ChatRefusal
{
    Blank,
    TooLong,

    /// <summary>Control characters, half characters.</summary>
    NotText,
    UnknownType,

    /// <summary>The message it answers is not there, or no longer.</summary>
    UnknownReply,
    BadClientId,
    UnknownLive,

    /// <summary>The live is over: its room only tells what was said.</summary>
    Ended,

    /// <summary>The member wrote too much in too little time.</summary>
    TooFast,

    /// <summary>Too much came from the address of the member.</summary>
    AddressTooFast,

    /// <summary>The room is slowed, and the member's last message is not old enough.</summary>
    Slowed,

    /// <summary>The account is no longer there.</summary>
    UnknownMember,

    /// <summary>The member it is about is not there.</summary>
    UnknownOther,
    Silenced,
    Banned,
    Closed,
    OtherQuartier,
    NotFollowing,
    ForbiddenWord,
    UnknownMessage,
    NotYours,

    /// <summary>A message may be changed for a minute.</summary>
    TooLate,

    /// <summary>The changed message would have had to wait for a moderator, and it is shown already.</summary>
    WouldWait,
    NotModerator,

    /// <summary>Whoever moderates a room cannot be sanctioned in it.</summary>
    IsModerator,
    UnknownHeld,

    /// <summary>Whoever wrote what waits has been banned meanwhile.</summary>
    AuthorBanned,

    /// <summary>What waits answers a message that has been removed meanwhile.</summary>
    ReplyGone,
    NotEmoji,

    /// <summary>The live has as many different reactions as one may have.</summary>
    TooManyKinds,

    /// <summary>It could not be saved, now; the sender may try again.</summary>
    Unavailable,
}

/// <summary>A refusal with what its sentence needs.</summary>
/// <param name="RetryAfter">When it makes sense to try again, or null.</param>
/// <param name="Until">When what stands in the way ends by itself, or null.</param>
internal sealed record Refused(
    ChatRefusal Why,
    TimeSpan? RetryAfter = null,
    DateTimeOffset? Until = null
)
{
    public static implicit operator Refused(ChatRefusal why) => new(why);
}
