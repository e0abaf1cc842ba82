using System.Globalization;
using System.Security.Claims;

namespace CommuniConnect.Server.Community.Users;

/// <summary>What a token or the cookie says about its owner: the same few words in both.</summary>
internal static class MemberClaims
{
    public const string Id = "sub";
    public const string Role = "role";

    /// <summary>The security stamp: whoever changes the password, or signs out everywhere, changes it.</summary>
    public const string Stamp = "stamp";

    public static ClaimsIdentity Identity(User user, IEnumerable<string> roles, string scheme)
    {
        var identity = new ClaimsIdentity(scheme, Id, Role);
        identity.AddClaim(new(Id, user.Id.ToString(CultureInfo.InvariantCulture)));
        identity.AddClaims(roles.Select(role => new Claim(Role, role)));
        return identity;
    }
}
