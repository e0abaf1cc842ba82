using System.Diagnostics.CodeAnalysis;

namespace CommuniConnect.Server.Community.Geography;

/// <summary>A quartier as the API gives it.</summary>
public sealed record QuartierView(int Id, string Nom, string Commune)
{
    [return: NotNullIfNotNull(nameof(quartier))]
    internal static QuartierView? Of(Quartier? quartier) =>
        quartier is null ? null : new(quartier.Id, quartier.Nom, quartier.Commune);
}
