using System.Globalization;
using System.Text;

namespace CommuniConnect.Server.Community.Moderation;

/// <summary>
/// Finds forbidden words as people hide them: accents, case, fullwidth and mathematical letters, letters of other
/// scripts and digits that look alike, repeated letters, letters with blanks or dots between. Whole words only:
/// an innocent word may contain another.
/// </summary>
internal sealed class WordFilter
{
    // From what is seen to what is meant; l and 1 look like i, so all of them are one.
    private const string Seen = "013457$€аеорсухіѕјӏαβονρτυωιl|";
    private const string Meant = "oieastseaeopcyxisjiabovptuwiii";

    private readonly List<string[]> _words;

    public WordFilter(IEnumerable<string> words) =>
        _words = [.. words.Select(Tokens).Where(tokens => tokens.Length > 0)];

    /// <summary>Whether the text has one of the words.</summary>
    public bool Matches(string text)
    {
        if (_words.Count == 0)
            return false;
        var tokens = Tokens(text);
        return _words.Exists(word => tokens.AsSpan().IndexOf(word) >= 0);
    }

    private static string[] Tokens(string text)
    {
        var folded = new StringBuilder(text.Length);
        foreach (var rune in text.Normalize(NormalizationForm.FormKD).EnumerateRunes())
        {
            if (IsUnseen(Rune.GetUnicodeCategory(rune)))
                continue;
            var meant = MeantBy(Rune.ToLowerInvariant(rune), folded);
            if (!Rune.IsLetter(meant))
                folded.Append(' ');
            else if (folded.Length == 0 || folded[^1] != meant.Value)
                folded.Append(meant.ToString());
        }
        return JoinLetters(folded.ToString().Split(' ', StringSplitOptions.RemoveEmptyEntries));
    }

    private static bool IsUnseen(UnicodeCategory category) =>
        category
            is UnicodeCategory.NonSpacingMark
                or UnicodeCategory.EnclosingMark
                or UnicodeCategory.Format;

    private static Rune MeantBy(Rune rune, StringBuilder before)
    {
        var inWord = before.Length > 0 && before[^1] != ' ';
        if (inWord && rune.Value == '@')
            return new Rune('a'); // at the beginning of a word it is a mention
        var at = rune.IsBmp ? Seen.IndexOf((char)rune.Value, StringComparison.Ordinal) : -1;
        return at < 0 ? rune : new Rune(Meant[at]);
    }

    /// <summary>"m e r d e" is one word; a single letter beside a longer word is its own.</summary>
    private static string[] JoinLetters(string[] tokens)
    {
        var joined = new List<string>(tokens.Length);
        var letters = new StringBuilder();
        foreach (var token in tokens.Append(""))
        {
            if (token.Length == 1)
            {
                if (letters.Length == 0 || letters[^1] != token[0])
                    letters.Append(token);
                continue;
            }
            if (letters.Length > 0)
                joined.Add(letters.ToString());
            letters.Clear();
            if (token.Length > 0)
                joined.Add(token);
        }
        return [.. joined];
    }
}
