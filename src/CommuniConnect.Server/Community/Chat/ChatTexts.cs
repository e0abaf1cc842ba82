using CommuniConnect.Server.Platform.Localization;

namespace CommuniConnect.Server.Community.Chat;

/// <summary>The sentences of the chat, in the language of whoever asks.</summary>
internal static class ChatTexts
{
    public static string Of(ChatRefusal refusal) =>
        refusal switch
        {
            ChatRefusal.Blank => Texts.Of("Le message est vide."),
            ChatRefusal.TooLong => Texts.Of(
                "Le message dépasse {0} caractères.",
                ChatMessage.ContentLength
            ),
            ChatRefusal.NotText => Texts.Of(
                "Le message contient des caractères qui ne peuvent pas être affichés."
            ),
            ChatRefusal.UnknownType => Texts.Of("Le type doit être text, emoji ou reaction."),
            ChatRefusal.UnknownReply => Texts.Of("Le message auquel vous répondez n'existe pas."),
            ChatRefusal.BadClientId => Texts.Of(
                "client_id doit être un texte d'au plus {0} caractères.",
                ChatMessage.ClientIdLength
            ),
            ChatRefusal.UnknownLive => Texts.Of("Ce live n'existe pas."),
            ChatRefusal.Ended => Texts.Of("Ce live est terminé."),
            ChatRefusal.TooFast => Texts.Of("Vous écrivez trop vite. Réessayez dans un instant."),
            ChatRefusal.UnknownMember => Texts.Of("Votre compte n'existe plus."),
            _ => Texts.Of("Le message n'a pas pu être enregistré. Réessayez dans un instant."),
        };

    public static string NotANumber(string name, int least) =>
        Texts.Of("{0} doit être un nombre entier d'au moins {1}.", name, least);
}
