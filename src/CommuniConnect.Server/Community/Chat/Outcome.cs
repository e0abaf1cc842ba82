namespace CommuniConnect.Server.Community.Chat;

/// <summary>What was asked for, once it is on disk, or why it was not done.</summary>
internal readonly record struct Outcome<T>(T? Value, Refused? Refused)
    where T : class
{
    public static implicit operator Outcome<T>(T value) => new(value, Refused: null);

    public static implicit operator Outcome<T>(Refused refused) => new(Value: null, refused);

    public static implicit operator Outcome<T>(ChatRefusal why) =>
        new(Value: null, new Refused(why));
}

/// <summary>The answer of what has nothing to give but that it was done.</summary>
internal sealed class Done
{
    public static readonly Done Instance = new();
}

/// <summary>A message that was taken: it is shown, or waits for a moderator.</summary>
/// <param name="Repeats">It had been taken before, and its sender did not know.</param>
internal sealed record SendOutcome(
    ShownMessage? Message,
    HeldView? Held,
    Refused? Refused,
    bool Repeats = false
)
{
    public static SendOutcome Saved(ShownMessage message) => new(message, null, null);

    public static SendOutcome Waits(HeldView held) => new(null, held, null);

    public static SendOutcome No(Refused refused) => new(null, null, refused);
}

/// <summary>A message that waits for a moderator, as moderators and its author see it.</summary>
internal sealed record HeldView(
    int HeldId,
    string Content,
    DateTimeOffset Timestamp,
    string Type,
    int? ReplyTo,
    ChatAuthor Author,
    decimal MediaTime,
    decimal? SeenMediaTime,
    string? ClientId
)
{
    public bool Held => true;
}
