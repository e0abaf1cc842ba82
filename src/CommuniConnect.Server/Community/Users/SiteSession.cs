using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;

namespace CommuniConnect.Server.Community.Users;

/// <summary>Signs people in to and out of the site in their browser.</summary>
internal static class SiteSession
{
    private const string Scheme = CookieAuthenticationDefaults.AuthenticationScheme;

    public static Task BeginAsync(HttpContext context, User user, IEnumerable<string> roles)
    {
        var identity = MemberClaims.Identity(user, roles, Scheme);
        identity.AddClaim(new(MemberClaims.Stamp, user.SecurityStamp ?? ""));
        return context.SignInAsync(
            Scheme,
            new ClaimsPrincipal(identity),
            new AuthenticationProperties { IsPersistent = true }
        );
    }

    public static Task EndAsync(HttpContext context) => context.SignOutAsync(Scheme);
}
