namespace CommuniConnect.Server.Community.Users;

/// <summary>What a new member fills in.</summary>
public sealed record Registration
{
    public string? Username { get; init; }
    public string? Email { get; init; }
    public string? Password { get; init; }
    public string? PasswordConfirm { get; init; }
    public string? FirstName { get; init; }
    public string? LastName { get; init; }

    /// <summary>The id of a quartier, or null.</summary>
    public int? Quartier { get; init; }
}

/// <summary>What a member may change of the own profile; what is absent stays.</summary>
public sealed record ProfileChange
{
    public string? FirstName { get; init; }
    public string? LastName { get; init; }

    /// <summary>The id of a quartier; null is none.</summary>
    public int? Quartier
    {
        get;
        init
        {
            field = value;
            ChangesQuartier = true;
        }
    }

    internal bool ChangesQuartier { get; private init; }
}
