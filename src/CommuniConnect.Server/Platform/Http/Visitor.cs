using System.Security.Cryptography;

namespace CommuniConnect.Server.Platform.Http;

/// <summary>Who asks, for counting: a member, or a browser that is not signed in, or a program by its connection.</summary>
internal static class Visitor
{
    private const string Cookie = "visitor";

    /// <summary>Random bytes of a name; in the cookie they are hexadecimal.</summary>
    private const int Bytes = 16;

    /// <summary>The same for every tab of one person. To be asked before the response begins: a new browser is given a name.</summary>
    public static string Of(HttpContext context)
    {
        var identity = context.User.Identity as System.Security.Claims.ClaimsIdentity;
        if (identity is { IsAuthenticated: true, Name: { Length: > 0 } member })
        {
            return $"member {member}";
        }
        if (
            context.Request.Cookies[Cookie] is { Length: 2 * Bytes } known
            && known.All(char.IsAsciiHexDigitLower)
        )
        {
            return $"browser {known}";
        }
        var name = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(Bytes));
        context.Response.Cookies.Append(
            Cookie,
            name,
            new CookieOptions
            {
                HttpOnly = true,
                SameSite = SameSiteMode.Lax,
                Secure = context.Request.IsHttps,
                IsEssential = true,
            }
        );
        return $"browser {name}";
    }
}
