namespace CommuniConnect.Server.Community.Chat;

/// <summary>The sentences of the chat, in one place.</summary>
internal sealed class ChatTexts
{
    public string Of(ChatRefusal refusal) =>
        refusal switch
        {
            ChatRefusal.Blank => Say("Le message est vide."),
            ChatRefusal.TooLong => Say(
                "Le message dépasse {0} caractères.",
                ChatMessage.ContentLength
            ),
            ChatRefusal.NotText => Say(
                "Le message contient des caractères qui ne peuvent pas être affichés."
            ),
            ChatRefusal.UnknownType => Say("Le type doit être text, emoji ou reaction."),
            ChatRefusal.UnknownReply => Say("Le message auquel vous répondez n'existe pas."),
            ChatRefusal.BadClientId => Say(
                "client_id doit être un texte d'au plus {0} caractères.",
                ChatMessage.ClientIdLength
            ),
            ChatRefusal.UnknownLive => Say("Ce live n'existe pas."),
            ChatRefusal.Ended => Say("Ce live est terminé."),
            ChatRefusal.TooFast => Say("Vous écrivez trop vite. Réessayez dans un instant."),
            ChatRefusal.UnknownMember => Say("Votre compte n'existe plus."),
            _ => Say("Le message n'a pas pu être enregistré. Réessayez dans un instant."),
        };

    public string NotJson => Say("Le corps de la requête n'est pas le JSON attendu.");

    public string NotANumber(string name, int least) =>
        Say("{0} doit être un nombre entier d'au moins {1}.", name, least);

    /// <summary>Every sentence passes here.</summary>
    private static string Say(string french, params object[] values) =>
        string.Format(System.Globalization.CultureInfo.CurrentCulture, french, values);
}
