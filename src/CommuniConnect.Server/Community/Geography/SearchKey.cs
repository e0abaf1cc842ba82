using System.Globalization;
using System.Text;

namespace CommuniConnect.Server.Community.Geography;

/// <summary>How names are compared: without accents, case or outer spaces, for people leave them out when they search.</summary>
internal static class SearchKey
{
    public static string Of(string text)
    {
        var key = new StringBuilder(text.Length);
        foreach (var rune in Whole(text).Normalize(NormalizationForm.FormD).EnumerateRunes())
        {
            if (Rune.GetUnicodeCategory(rune) is not UnicodeCategory.NonSpacingMark)
            {
                key.Append(Rune.ToLowerInvariant(rune));
            }
        }
        return key.ToString();
    }

    public static string Of(string nom, string commune) => Of($"{nom} {commune}");

    /// <summary>A lone surrogate cannot be normalised.</summary>
    private static string Whole(string text) =>
        string.Concat(text.Trim().EnumerateRunes().Select(rune => rune.ToString()));
}
