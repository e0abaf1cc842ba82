using System.Text.RegularExpressions;

namespace CommuniConnect.Server.Community.Chat;

/// <summary>What a message says beside its words: links and names.</summary>
internal static partial class Links
{
    /// <summary>Members one message may name; further names are words.</summary>
    private const int MostNames = 10;

    /// <summary>Whether there is something in the text that a browser would open.</summary>
    public static bool AnyIn(string text) => Link().IsMatch(text);

    /// <summary>The names behind an @, as the database compares them.</summary>
    public static IReadOnlyList<string> NamesIn(string text) =>
        !text.Contains('@', StringComparison.Ordinal)
            ? []
            :
            [
                .. Name()
                    .Matches(text)
                    .Select(match => match.Groups["name"].Value.TrimEnd('.', '-'))
                    .Select(name => name.ToUpperInvariant())
                    .Distinct(StringComparer.Ordinal)
                    .Take(MostNames),
            ];

    [GeneratedRegex(
        @"https?://|\bwww\.|\b[\p{L}\p{N}-]+\.(com|net|org|info|io|gn|fr|ly|me|tv|co|app|xyz|top|click|link|ru|cn)\b",
        RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant,
        matchTimeoutMilliseconds: 1000
    )]
    private static partial Regex Link();

    [GeneratedRegex(
        @"(?<![\p{L}\p{N}])@(?<name>[\p{L}\p{M}\p{N}_.+-]{1,150})",
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000
    )]
    private static partial Regex Name();
}
