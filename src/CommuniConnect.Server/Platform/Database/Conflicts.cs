using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace CommuniConnect.Server.Platform.Database;

internal static class Conflicts
{
    private const int SqliteConstraint = 19;
    private const int SqliteFull = 13;

    // BUSY, LOCKED, READONLY, IOERR, CANTOPEN.
    private static readonly int[] Unavailable = [5, 6, 8, 10, 14];

    /// <summary>Whether the database refused the change because of what somebody else has written meanwhile.</summary>
    public static bool IsConflict(this DbUpdateException exception) =>
        exception is DbUpdateConcurrencyException
        || exception.InnerException is SqliteException { SqliteErrorCode: SqliteConstraint };

    /// <summary>Whether the disk has no room for the change.</summary>
    public static bool IsDiskFull(this Exception exception) => CodeOf(exception) == SqliteFull;

    /// <summary>Whether the database cannot be written now: somebody holds it, or its disk fails.</summary>
    public static bool IsUnavailable(this Exception exception) =>
        CodeOf(exception) is { } code && Unavailable.Contains(code);

    private static int? CodeOf(Exception exception) =>
        (
            (exception as SqliteException) ?? exception.InnerException as SqliteException
        )?.SqliteErrorCode;
}
