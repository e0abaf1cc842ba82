using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace CommuniConnect.Server.Platform.Database;

internal static class Conflicts
{
    private const int SqliteConstraint = 19;

    /// <summary>Whether the database refused the change because of what somebody else has written meanwhile.</summary>
    public static bool IsConflict(this DbUpdateException exception) =>
        exception is DbUpdateConcurrencyException
        || exception.InnerException is SqliteException { SqliteErrorCode: SqliteConstraint };
}
