using CommuniConnect.Server.Community.Geography;
using Microsoft.AspNetCore.Identity;

namespace CommuniConnect.Server.Community.Users;

/// <summary>A member.</summary>
internal sealed class User : IdentityUser<int>
{
    public const int NameLength = 100;

    public required string FirstName { get; set; }
    public required string LastName { get; set; }
    public int? QuartierId { get; set; }
    public Quartier? Quartier { get; set; }

    /// <summary>Address of the picture, or null.</summary>
    public string? ProfilePicture { get; set; }
    public DateTimeOffset CreatedAt { get; init; }

    public string FullName => $"{FirstName} {LastName}".Trim();
}

/// <summary>The names of the roles.</summary>
internal static class Roles
{
    /// <summary>May stop anybody's live and remove anybody's words.</summary>
    public const string Moderator = "moderator";

    /// <summary>A moderator who also decides who is one.</summary>
    public const string Administrator = "administrator";
}
