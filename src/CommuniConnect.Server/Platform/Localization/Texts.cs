using System.Globalization;
using System.Resources;

namespace CommuniConnect.Server.Platform.Localization;

/// <summary>What the server says to people. The French sentence is the key; Texts.en.resx has the English.</summary>
public sealed class Texts
{
    private static readonly ResourceManager Sentences = new(typeof(Texts));

    private Texts() { }

    /// <summary>The sentence in the language of the request, with its values filled in.</summary>
    public static string Of(string french, params object?[] values)
    {
        var sentence = Sentences.GetString(french, CultureInfo.CurrentUICulture) ?? french;
        return values.Length == 0
            ? sentence
            : string.Format(CultureInfo.CurrentCulture, sentence, values);
    }
}
