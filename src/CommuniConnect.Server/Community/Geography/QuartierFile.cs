using CommuniConnect.Server.Platform.Http;
using CommuniConnect.Server.Platform.Localization;
using CsvHelper;

namespace CommuniConnect.Server.Community.Geography;

/// <summary>Reads a list of quartiers: CSV with the header <c>nom,commune</c>, in UTF-8. Spec: RFC 4180.</summary>
internal static class QuartierFile
{
    private static readonly CsvReaderOptions Options = new()
    {
        TrimWhitespace = true,
        TrackLineNumbers = true,
        MalformedData = CsvMalformedDataHandling.Throw,
    };

    /// <summary>Every row, and what is wrong with each line that is not one.</summary>
    public static (
        IReadOnlyList<(string Nom, string Commune)> Rows,
        IReadOnlyList<string> Errors
    ) Read(TextReader text)
    {
        var rows = new List<(string, string)>();
        var errors = new List<string>();
        using var csv = CsvReader.Create(text, Options, leaveOpen: true);
        try
        {
            if (
                !csv.TryGetFieldIndex("nom", out var nomAt)
                || !csv.TryGetFieldIndex("commune", out var communeAt)
            )
            {
                return (rows, [Texts.Of("Ligne 1 : l'en-tête doit être « nom,commune ».")]);
            }
            while (csv.Read())
            {
                var (nom, commune) = (Field(csv, nomAt), Field(csv, communeAt));
                var error =
                    TextField.Check("nom", nom, Quartier.NameLength)
                    ?? TextField.Check("commune", commune, Quartier.NameLength);
                if (error is null)
                {
                    rows.Add((nom, commune));
                }
                else
                {
                    errors.Add(Texts.Of("Ligne {0} : {1}", csv.LineNumber, error.Detail));
                }
            }
        }
        catch (CsvFormatException e)
        {
            errors.Add(
                Texts.Of(
                    "Ligne {0} : {1}",
                    e.LineNumber,
                    Texts.Of("les guillemets ne sont pas fermés comme il faut.")
                )
            );
        }
        return (rows, errors);
    }

    private static string Field(CsvReader csv, int at) =>
        at < csv.FieldCount ? csv.GetString(at) : "";
}
