using System.Buffers;
using System.Globalization;
using System.Text;

namespace CommuniConnect.Server.Community.Chat;

/// <summary>What a member wants to say, as it came from outside.</summary>
/// <param name="Type">"text", "emoji" or "reaction"; text when missing.</param>
/// <param name="ReplyTo">The id of the message it answers, or null.</param>
/// <param name="ClientId">What the sender calls it, at most 64 characters; sent again with the same one, it is stored once.</param>
/// <param name="SeenMediaTime">Seconds of the live its author was seeing. One that cannot be is passed over: a wrong clock costs no message.</param>
internal sealed record ChatDraft(
    string? Content,
    string? Type = null,
    int? ReplyTo = null,
    string? ClientId = null,
    decimal? SeenMediaTime = null
)
{
    /// <summary>Longer than any live.</summary>
    public const decimal MostSeconds = 1_000_000;

    /// <summary>The draft as it is to be stored, or why it is refused.</summary>
    public (ChatDraft? Checked, ChatRefusal? Refusal) Check()
    {
        if (Content is null || !IsText(Content))
            return (null, Content is null ? ChatRefusal.Blank : ChatRefusal.NotText);
        // NFC, so that the same words are the same characters whatever keyboard wrote them, and are counted alike.
        var content = Content.Normalize(NormalizationForm.FormC).Trim();
        if (!content.EnumerateRunes().Any(IsVisible))
            return (null, ChatRefusal.Blank);
        if (content.EnumerateRunes().Count() > ChatMessage.ContentLength)
            return (null, ChatRefusal.TooLong);
        if (Type is not (null or "text" or "emoji" or "reaction"))
            return (null, ChatRefusal.UnknownType);
        if (ReplyTo < 1)
            return (null, ChatRefusal.UnknownReply);
        if (
            ClientId is not null
            && (ClientId.Length > ChatMessage.ClientIdLength || !IsText(ClientId))
        )
            return (null, ChatRefusal.BadClientId);
        var clientId = string.IsNullOrWhiteSpace(ClientId) ? null : ClientId;
        var seen = SeenMediaTime is >= 0 and <= MostSeconds ? SeenMediaTime : null;
        return (new ChatDraft(content, Type ?? "text", ReplyTo, clientId, seen), null);
    }

    /// <summary>Whole characters only, and none that a screen or a database would stumble over; lines and tabs are fine.</summary>
    private static bool IsText(string value)
    {
        for (var rest = value.AsSpan(); !rest.IsEmpty; )
        {
            if (Rune.DecodeFromUtf16(rest, out var rune, out var used) != OperationStatus.Done)
                return false; // a surrogate without its other half
            if (Rune.IsControl(rune) && rune.Value is not ('\n' or '\r' or '\t'))
                return false;
            if ((rune.Value & 0xFFFE) == 0xFFFE)
                return false; // a noncharacter: never text
            rest = rest[used..];
        }
        return true;
    }

    private static bool IsVisible(Rune rune) =>
        !Rune.IsWhiteSpace(rune)
        && Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control or UnicodeCategory.Format);
}
