using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace CommuniConnect.Server.Platform.Database;

/// <summary>
/// Sets every SQLite connection so that what was answered survives a cut of power: WAL with <c>synchronous=FULL</c>
/// (NORMAL can lose acknowledged rows), and waits for a writer instead of failing at once.
/// </summary>
internal sealed class DurableConnection : DbConnectionInterceptor
{
    private const string Pragmas =
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA busy_timeout=5000;";

    public override void ConnectionOpened(DbConnection connection, ConnectionEndEventData eventData)
    {
        using var command = connection.CreateCommand();
        command.CommandText = Pragmas;
        command.ExecuteNonQuery();
    }

    public override async Task ConnectionOpenedAsync(
        DbConnection connection,
        ConnectionEndEventData eventData,
        CancellationToken cancellationToken = default
    )
    {
        await using var command = connection.CreateCommand();
        command.CommandText = Pragmas;
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
