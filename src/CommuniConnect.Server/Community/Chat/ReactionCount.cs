namespace CommuniConnect.Server.Community.Chat;

/// <summary>How often one emoji was given in one second of a live: reactions are counted, not kept one by one.</summary>
internal sealed class ReactionCount
{
    /// <summary>Longest emoji, in UTF-16 units: families and flags are made of many.</summary>
    public const int EmojiLength = 32;

    /// <summary>Different emoji of one live.</summary>
    public const int MostKinds = 50;

    public int LiveId { get; init; }

    /// <summary>Whole seconds of media time.</summary>
    public int Second { get; init; }
    public required string Emoji { get; init; }
    public int Count { get; set; }
}
