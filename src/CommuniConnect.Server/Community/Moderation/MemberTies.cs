using CommuniConnect.Server.Platform.Database;
using Microsoft.EntityFrameworkCore;

namespace CommuniConnect.Server.Community.Moderation;

/// <summary>Writes what one member decided about another.</summary>
internal static class MemberTies
{
    /// <summary>Makes a tie or ends it. Again: the same.</summary>
    /// <returns>Whether there is such another member.</returns>
    public static async Task<bool> SetAsync(
        AppDb db,
        int memberId,
        TieKind kind,
        int otherId,
        bool tied
    )
    {
        var mine = db.MemberTies.Where(t =>
            t.MemberId == memberId && t.Kind == kind && t.OtherId == otherId
        );
        if (!tied)
        {
            await mine.ExecuteDeleteAsync();
            return true;
        }
        if (otherId == memberId || !await db.Users.AnyAsync(u => u.Id == otherId))
            return false;
        if (await mine.AnyAsync())
            return true;
        db.MemberTies.Add(
            new MemberTie
            {
                MemberId = memberId,
                Kind = kind,
                OtherId = otherId,
            }
        );
        try
        {
            await db.SaveChangesAsync();
        }
        catch (DbUpdateException error) when (error.IsConflict())
        {
            // The same was asked at the same moment: it is done.
        }
        return true;
    }
}
