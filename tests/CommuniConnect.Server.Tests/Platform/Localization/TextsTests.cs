using System.Collections;
using System.Globalization;
using System.Resources;
using System.Text.RegularExpressions;
using CommuniConnect.Server.Platform.Localization;
using Xunit;

namespace CommuniConnect.Server.Tests.Platform.Localization;

public sealed class TextsTests
{
    [Fact]
    public void English_has_the_same_places_for_values_as_the_French_it_says()
    {
        var english = new ResourceManager(typeof(Texts)).GetResourceSet(
            new CultureInfo("en"),
            createIfNotExists: true,
            tryParents: false
        )!;

        Assert.All(
            english.Cast<DictionaryEntry>(),
            entry => Assert.Equal(Places((string)entry.Key), Places((string)entry.Value!))
        );
        Assert.NotEmpty(english.Cast<DictionaryEntry>());
    }

    private static IEnumerable<string> Places(string sentence) =>
        Regex
            .Matches(sentence, @"\{\d\}", RegexOptions.None, TimeSpan.FromSeconds(1))
            .Select(match => match.Value)
            .Order(StringComparer.Ordinal);
}
