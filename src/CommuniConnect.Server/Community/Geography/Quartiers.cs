using CommuniConnect.Server.Platform.Database;
using Microsoft.EntityFrameworkCore;

namespace CommuniConnect.Server.Community.Geography;

/// <summary>The quartiers that members live in.</summary>
internal sealed class Quartiers(AppDb db)
{
    private const int SearchLimit = 200;
    private const string StarterList = "conakry.csv";

    /// <summary>The quartiers whose name or commune contains the words, by commune and name; at most 200.</summary>
    public async Task<IReadOnlyList<QuartierView>> SearchAsync(
        string? words,
        CancellationToken cancellation
    )
    {
        var key = SearchKey.Of(words ?? "");
        return await Views(db.Quartiers.Where(q => key == "" || q.SearchKey.Contains(key)))
            .Take(SearchLimit)
            .ToListAsync(cancellation);
    }

    /// <summary>Every quartier, by commune and name: for a list to choose from.</summary>
    public async Task<IReadOnlyList<QuartierView>> AllAsync(CancellationToken cancellation) =>
        await Views(db.Quartiers).ToListAsync(cancellation);

    /// <summary>
    /// Adds the rows that are new and corrects the spelling of those that differ in case or accents only. Nothing is
    /// removed: members live there.
    /// </summary>
    public async Task<ImportCounts> ImportAsync(
        IEnumerable<(string Nom, string Commune)> rows,
        CancellationToken cancellation
    )
    {
        var known = await db.Quartiers.ToListAsync(cancellation);
        var byKey = known.ToLookup(q => q.SearchKey).ToDictionary(q => q.Key, q => q.First());
        var counts = new ImportCounts();
        foreach (var (nom, commune) in rows)
        {
            var key = SearchKey.Of(nom, commune);
            if (!byKey.TryGetValue(key, out var quartier))
            {
                quartier = new Quartier
                {
                    Nom = nom,
                    Commune = commune,
                    SearchKey = key,
                };
                byKey.Add(key, quartier);
                db.Quartiers.Add(quartier);
                counts.Added++;
            }
            else if (quartier.Nom != nom || quartier.Commune != commune)
            {
                (quartier.Nom, quartier.Commune) = (nom, commune);
                counts.Corrected++;
            }
            else
            {
                counts.Unchanged++;
            }
        }
        await db.SaveChangesAsync(cancellation);
        return counts;
    }

    /// <summary>Gives an empty server the five communes of Conakry to begin with.</summary>
    public async Task SeedAsync(CancellationToken cancellation)
    {
        if (await db.Quartiers.AnyAsync(cancellation))
        {
            return;
        }
        var stream =
            typeof(Quartiers).Assembly.GetManifestResourceStream(typeof(Quartiers), StarterList)
            ?? throw new InvalidOperationException($"{StarterList} is not in the assembly");
        using var text = new StreamReader(stream);
        await ImportAsync(QuartierFile.Read(text).Rows, cancellation);
    }

    private static IQueryable<QuartierView> Views(IQueryable<Quartier> quartiers) =>
        quartiers
            .OrderBy(q => q.Commune)
            .ThenBy(q => q.SearchKey)
            .Select(q => new QuartierView(q.Id, q.Nom, q.Commune));
}

/// <summary>What an import did.</summary>
internal sealed record ImportCounts
{
    public int Added { get; set; }
    public int Corrected { get; set; }
    public int Unchanged { get; set; }
}
