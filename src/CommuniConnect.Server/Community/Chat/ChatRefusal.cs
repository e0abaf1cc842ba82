namespace CommuniConnect.Server.Community.Chat;

/// <summary>Why a message was not taken. What it says to people is in <see cref="ChatTexts"/>.</summary>
internal enum ChatRefusal
{
    Blank,
    TooLong,

    /// <summary>Control characters, half characters.</summary>
    NotText,
    UnknownType,

    /// <summary>The message it answers is not there.</summary>
    UnknownReply,
    BadClientId,
    UnknownLive,

    /// <summary>The live is over: its room only tells what was said.</summary>
    Ended,

    /// <summary>The member wrote too much in too little time.</summary>
    TooFast,

    /// <summary>The account is no longer there.</summary>
    UnknownMember,

    /// <summary>It could not be saved, now; the sender may try again.</summary>
    Unavailable,
}

/// <summary>A message that was saved, or why it was not.</summary>
/// <param name="RetryAfter">When it makes sense to try again, or null.</param>
internal sealed record SendOutcome(
    ShownMessage? Message,
    ChatRefusal? Refusal,
    TimeSpan? RetryAfter = null
)
{
    public static SendOutcome Saved(ShownMessage message) => new(message, Refusal: null);

    public static SendOutcome Refused(ChatRefusal refusal, TimeSpan? retryAfter = null) =>
        new(Message: null, refusal, retryAfter);
}
