using CommuniConnect.Server.Platform.Localization;

namespace CommuniConnect.Server.Community.Geography;

/// <summary><c>import-quartiers FILE.csv --data DIR</c>: a whole file or, when a line of it is wrong, nothing of it.</summary>
internal static class ImportQuartiersCommand
{
    public const string Name = "import-quartiers";

    /// <returns>The exit code: 0 done, 1 the file is not as it should be.</returns>
    public static async Task<int> RunAsync(
        IServiceProvider services,
        string file,
        TextWriter output,
        TextWriter problems,
        CancellationToken cancellation
    )
    {
        if (!File.Exists(file))
        {
            await problems.WriteLineAsync(Texts.Of("Le fichier {0} n'existe pas.", file));
            return 1;
        }
        using var text = new StreamReader(file);
        var (rows, errors) = QuartierFile.Read(text);
        if (errors.Count > 0)
        {
            foreach (var error in errors)
            {
                await problems.WriteLineAsync(error);
            }
            await problems.WriteLineAsync(Texts.Of("Rien n'a été importé."));
            return 1;
        }
        await using var scope = services.CreateAsyncScope();
        var quartiers = scope.ServiceProvider.GetRequiredService<Quartiers>();
        var counts = await quartiers.ImportAsync(rows, cancellation);
        await output.WriteLineAsync(
            Texts.Of(
                "Quartiers : {0} ajoutés, {1} corrigés, {2} inchangés.",
                counts.Added,
                counts.Corrected,
                counts.Unchanged
            )
        );
        return 0;
    }
}
