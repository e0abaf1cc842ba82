using System.Text;
using CommuniConnect.Server.Platform.Localization;

namespace CommuniConnect.Server.Platform.Http;

/// <summary>The rules of every text that people send: present where it must be, not too long, and made of characters.</summary>
internal static class TextField
{
    /// <summary>What is wrong with the text, or null.</summary>
    /// <param name="maxLength">In characters as people count them (Unicode scalar values).</param>
    public static FieldError? Check(string field, string? text, int maxLength, bool required = true)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            if (required)
            {
                return new(field, Texts.Of("Le champ « {0} » est obligatoire.", field));
            }
            if (text is null)
            {
                return null;
            }
        }
        var length = 0;
        for (var at = 0; at < text.Length; length++)
        {
            var whole = Rune.TryGetRuneAt(text, at, out var rune);
            if (!whole || IsForbidden(rune))
            {
                return new(
                    field,
                    Texts.Of("Le champ « {0} » contient des caractères interdits.", field)
                );
            }
            at += rune.Utf16SequenceLength;
        }
        return length > maxLength
            ? new(field, Texts.Of("Le champ « {0} » dépasse {1} caractères.", field, maxLength))
            : null;
    }

    private static bool IsForbidden(Rune rune) =>
        rune.Value is < 0x20 and not ('\t' or '\n' or '\r') or 0x7F;
}
