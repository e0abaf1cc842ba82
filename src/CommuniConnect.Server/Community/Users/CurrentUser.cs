using System.Globalization;
using System.Security.Claims;

namespace CommuniConnect.Server.Community.Users;

/// <summary>Who asks. An endpoint that requires sign-in takes it as a parameter.</summary>
/// <param name="IsModerator">May stop anybody's live and remove anybody's words.</param>
internal sealed record CurrentUser(int Id, bool IsModerator)
{
    /// <summary>The signed-in member, or null.</summary>
    public static CurrentUser? From(ClaimsPrincipal? principal) =>
        int.TryParse(
            principal?.FindFirst(MemberClaims.Id)?.Value,
            NumberStyles.None,
            CultureInfo.InvariantCulture,
            out var id
        )
            ? new(id, principal.IsInRole(Roles.Moderator))
            : null;

    /// <summary>How an endpoint's parameter is filled.</summary>
    public static ValueTask<CurrentUser?> BindAsync(HttpContext context) =>
        ValueTask.FromResult(From(context.User));
}
