using CommuniConnect.Server.Community.Chat;
using CommuniConnect.Server.Community.Users;
using Microsoft.AspNetCore.Authorization;

namespace CommuniConnect.Server.Community.Moderation;

/// <summary>Who may decide what, as policies of ASP.NET Core.</summary>
internal static class ModerationPolicies
{
    /// <summary>A moderator of the site.</summary>
    public const string Site = "site-moderator";

    /// <summary>Of a room (its <see cref="RoomPeople"/> is the resource): owner, helpers, moderators of the site.</summary>
    public const string Room = "room-moderator";

    public static void Add(AuthorizationOptions options)
    {
        options.AddPolicy(Site, policy => policy.RequireRole(Roles.Moderator));
        options.AddPolicy(
            Room,
            policy =>
                policy.RequireAssertion(context =>
                    CurrentUser.From(context.User) is { } me
                    && (
                        me.IsModerator || (context.Resource as RoomPeople)?.Moderates(me.Id) == true
                    )
                )
        );
    }
}
