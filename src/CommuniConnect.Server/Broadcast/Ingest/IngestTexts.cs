using CommuniConnect.Server.Broadcast.OnAir;
using CommuniConnect.Server.Platform.Localization;

namespace CommuniConnect.Server.Broadcast.Ingest;

/// <summary>What a publisher is told, as a sentence.</summary>
internal static class IngestTexts
{
    /// <param name="explanation">What the one who ended it has to say, or null.</param>
    public static string Of(LiveEndReason reason, string? explanation) =>
        explanation is null
            ? Texts.Of(Sentence(reason))
            : $"{Texts.Of(Sentence(reason))} {Texts.Of("Motif : {0}", explanation)}";

    public static string Of(TakeRefusal refusal) =>
        refusal.Reason switch
        {
            TakeRefusalReason.NoUsableTrack => Texts.Of("Ce flux ne contient ni image ni son."),
            TakeRefusalReason.UnsupportedCodec => Texts.Of(
                "Le codec {0} n'est pas pris en charge : envoyez du VP8, VP9 ou AV1 avec de l'Opus ou du Vorbis.",
                refusal.Found
            ),
            _ => Texts.Of("Ce flux n'est pas du WebM lisible : {0}.", refusal.Found),
        };

    public static string Replaced => Texts.Of("Une autre connexion diffuse maintenant ce live.");

    public static string Superseded =>
        Texts.Of("Une autre prise a suivi celle-ci : ce qui en manque s'ajoute par PATCH.");

    private static string Sentence(LiveEndReason reason) =>
        reason switch
        {
            LiveEndReason.Stopped => "Le live a été arrêté.",
            LiveEndReason.ForceStopped => "L'arrêt du live a été forcé.",
            LiveEndReason.PublisherLeft =>
                "Le live est terminé : la diffusion n'a pas repris à temps.",
            LiveEndReason.DiskFull =>
                "Le live est terminé : le serveur n'a presque plus de place. Ce qui précède est conservé.",
            LiveEndReason.RecordingFailed =>
                "Le live est terminé : l'enregistrement ne peut plus être écrit. Ce qui précède est conservé.",
            _ =>
                "Le live est terminé à la suite d'une erreur du serveur. Ce qui précède est conservé.",
        };
}
