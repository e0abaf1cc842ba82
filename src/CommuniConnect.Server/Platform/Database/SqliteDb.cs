using Microsoft.EntityFrameworkCore;

namespace CommuniConnect.Server.Platform.Database;

/// <summary>The embedded default: one file, no set-up.</summary>
internal sealed class SqliteDb(DbContextOptions<SqliteDb> options) : AppDb(options);
