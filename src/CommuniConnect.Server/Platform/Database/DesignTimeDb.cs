using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;

namespace CommuniConnect.Server.Platform.Database;

/// <summary>How <c>dotnet ef migrations add NAME -o Platform/Database/Migrations/Sqlite</c> makes the context without starting the server.</summary>
internal sealed class DesignTimeDb : IDesignTimeDbContextFactory<SqliteDb>
{
    public SqliteDb CreateDbContext(string[] args)
    {
        // Identity reads its schema version from the application's services: without them the migration
        // would be of an older schema than the running server expects.
        var services = new ServiceCollection()
            .Configure<IdentityOptions>(DatabaseSetup.ConfigureStores)
            .BuildServiceProvider();
        return new SqliteDb(
            new DbContextOptionsBuilder<SqliteDb>()
                .UseSqlite("Data Source=design.db")
                .UseApplicationServiceProvider(services)
                .Options
        );
    }
}
