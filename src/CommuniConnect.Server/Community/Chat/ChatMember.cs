using System.Globalization;
using System.Security.Claims;

namespace CommuniConnect.Server.Community.Chat;

internal static class ChatMember
{
    /// <summary>Who asks; the endpoints and the hub require sign-in.</summary>
    public static int IdOf(ClaimsPrincipal member) =>
        int.Parse(
            member.FindFirstValue("sub") ?? member.FindFirstValue(ClaimTypes.NameIdentifier)!,
            CultureInfo.InvariantCulture
        );
}
