namespace CommuniConnect.Server.Community.Geography;

/// <summary>A neighbourhood of a commune.</summary>
internal sealed class Quartier
{
    public const int NameLength = 100;

    public int Id { get; init; }
    public required string Nom { get; set; }
    public required string Commune { get; set; }

    /// <summary>"nom commune" in small letters without accents: what a search looks in.</summary>
    public required string SearchKey { get; set; }
}
