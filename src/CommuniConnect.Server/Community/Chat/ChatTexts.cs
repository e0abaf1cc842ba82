using System.Globalization;
using CommuniConnect.Server.Community.Moderation;
using CommuniConnect.Server.Platform.Localization;

namespace CommuniConnect.Server.Community.Chat;

/// <summary>The sentences of the chat, in the language of whoever asks.</summary>
internal static class ChatTexts
{
    public static string Of(Refused refused) =>
        refused.Why switch
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
            ChatRefusal.AddressTooFast => Texts.Of(
                "Trop de messages viennent de votre connexion. Réessayez dans un instant."
            ),
            ChatRefusal.Slowed => Texts.Of(
                "Le chat est ralenti : attendez encore {0} s.",
                Math.Ceiling(refused.RetryAfter?.TotalSeconds ?? 1)
            ),
            ChatRefusal.UnknownMember => Texts.Of("Votre compte n'existe plus."),
            ChatRefusal.UnknownOther => Texts.Of("Ce membre n'existe pas."),
            ChatRefusal.Silenced when refused.Until is { } until => Texts.Of(
                "Vous ne pouvez plus écrire dans ce chat jusqu'à {0} (UTC).",
                until.UtcDateTime.ToString("HH:mm", CultureInfo.CurrentCulture)
            ),
            ChatRefusal.Silenced => Texts.Of("Vous ne pouvez plus écrire dans le chat de ce live."),
            ChatRefusal.Banned => Texts.Of("Vous êtes exclu du chat de ce live."),
            ChatRefusal.Closed => Texts.Of("Le chat de ce live est fermé."),
            ChatRefusal.OtherQuartier => Texts.Of(
                "Seuls les membres du quartier peuvent écrire dans ce chat."
            ),
            ChatRefusal.NotFollowing => Texts.Of(
                "Seuls les membres qui suivent l'auteur peuvent écrire dans ce chat."
            ),
            ChatRefusal.ForbiddenWord => Texts.Of(
                "Le message contient un mot qui n'est pas permis ici."
            ),
            ChatRefusal.UnknownMessage => Texts.Of("Ce message n'existe pas."),
            ChatRefusal.NotYours => Texts.Of("Ce message n'est pas le vôtre."),
            ChatRefusal.TooLate => Texts.Of("Ce message ne peut plus être modifié."),
            ChatRefusal.WouldWait => Texts.Of(
                "Un message avec un lien doit d'abord être relu : écrivez-en un nouveau."
            ),
            ChatRefusal.NotModerator => Texts.Of("Vous ne modérez pas ce chat."),
            ChatRefusal.IsModerator => Texts.Of(
                "L'auteur du live, ses aides et les modérateurs ne peuvent pas être sanctionnés."
            ),
            ChatRefusal.UnknownHeld => Texts.Of("Ce message n'attend pas, ou plus."),
            ChatRefusal.AuthorBanned => Texts.Of("L'auteur de ce message est exclu du chat."),
            ChatRefusal.ReplyGone => Texts.Of("Le message auquel il répond a été retiré."),
            ChatRefusal.NotEmoji => Texts.Of("Une réaction est un emoji."),
            ChatRefusal.TooManyKinds => Texts.Of(
                "Ce live a déjà {0} réactions différentes.",
                ReactionCount.MostKinds
            ),
            _ => Texts.Of("Le message n'a pas pu être enregistré. Réessayez dans un instant."),
        };

    public static string NotANumber(string name, int least) =>
        Texts.Of("{0} doit être un nombre entier d'au moins {1}.", name, least);

    public static string NotSeconds(string name) =>
        Texts.Of("{0} doit être un nombre de secondes.", name);

    /// <summary>A reason as it is kept: one too long is cut, for what it is about must not wait for that.</summary>
    public static string Reason(string? reason)
    {
        var text = string.Concat(
            (reason ?? "").Trim().EnumerateRunes().Take(ModerationEntry.ReasonLength)
        );
        return string.Concat(text.Where(c => !char.IsControl(c)));
    }
}
