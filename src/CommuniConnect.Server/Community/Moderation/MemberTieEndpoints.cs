using CommuniConnect.Server.Community.Chat;
using CommuniConnect.Server.Community.Users;
using CommuniConnect.Server.Platform.Database;
using Microsoft.EntityFrameworkCore;

namespace CommuniConnect.Server.Community.Moderation;

/// <summary>Whom a member follows, and whom a member does not want to read.</summary>
internal static class MemberTieEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var users = routes.MapGroup("/api/users").RequireAuthorization().WithTags("Users");
        users.MapGet("/blocks", BlocksAsync).WithSummary("Les membres que l'on ne lit pas");
        users.MapPut("/blocks/{memberId:int}", Block(true)).WithSummary("Ne lit plus un membre");
        users
            .MapDelete("/blocks/{memberId:int}", Block(false))
            .WithSummary("Lit de nouveau un membre");
        users.MapPut("/follows/{memberId:int}", Follow(true)).WithSummary("Suit un membre");
        users
            .MapDelete("/follows/{memberId:int}", Follow(false))
            .WithSummary("Ne suit plus un membre");
    }

    private static async Task<IResult> BlocksAsync(CurrentUser me, AppDb db) =>
        TypedResults.Ok(
            await db
                .MemberTies.Where(t => t.MemberId == me.Id && t.Kind == TieKind.Blocks)
                .OrderBy(t => t.OtherId)
                .Select(t => new ChatAuthor(
                    t.OtherId,
                    t.Other!.FirstName,
                    t.Other.LastName,
                    t.Other.ProfilePicture
                ))
                .ToListAsync()
        );

    private static Delegate Block(bool blocked) =>
        async (int memberId, CurrentUser me, BlockLists lists, ChatRooms rooms) =>
        {
            if (!await lists.SetAsync(me.Id, memberId, blocked))
                return ChatAnswers.Of(ChatRefusal.UnknownOther);
            await rooms.WakeAsync();
            return TypedResults.NoContent();
        };

    private static Delegate Follow(bool follows) =>
        async (int memberId, CurrentUser me, AppDb db) =>
            await MemberTies.SetAsync(db, me.Id, TieKind.Follows, memberId, follows)
                ? TypedResults.NoContent()
                : ChatAnswers.Of(ChatRefusal.UnknownOther);
}
