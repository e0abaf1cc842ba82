using System.Security.Cryptography;
using CommuniConnect.Server.Platform.Storage;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace CommuniConnect.Server.Platform.Database;

internal static class DatabaseSetup
{
    public static void ConfigureStores(IdentityOptions options) =>
        options.Stores.SchemaVersion = IdentitySchemaVersions.Version3;

    public static IServiceCollection AddDatabase(this IServiceCollection services, DataFolder data)
    {
        services.AddDbContextPool<AppDb, SqliteDb>(options =>
            options
                // Whoever waits longer for another writer is told to try again.
                .UseSqlite($"Data Source={data.DatabaseFile};Default Timeout=5")
                .AddInterceptors(new DurableConnection())
        );
        services
            .AddDataProtection()
            .SetApplicationName("CommuniConnect")
            .PersistKeysToDbContext<AppDb>();
        services.AddSingleton(ReadKeys);
        return services;
    }

    /// <summary>Brings the database to the version of this server; before that, nothing may ask for <see cref="ServerKeys"/>.</summary>
    public static async Task PrepareAsync(IServiceProvider services, CancellationToken cancellation)
    {
        await using var scope = services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<AppDb>();
        await db.Database.MigrateAsync(cancellation);
    }

    private static ServerKeys ReadKeys(IServiceProvider services)
    {
        using var scope = services.CreateScope();
        var db = scope.ServiceProvider.GetRequiredService<AppDb>();
        return new(Tokens: Secret(db, "tokens"), Streams: Secret(db, "streams"));
    }

    private static byte[] Secret(AppDb db, string name)
    {
        var secret = db.ServerSecrets.Find(name);
        if (secret is null)
        {
            secret = new ServerSecret { Name = name, Value = RandomNumberGenerator.GetBytes(64) };
            db.ServerSecrets.Add(secret);
            db.SaveChanges();
        }
        return secret.Value;
    }
}

/// <summary>What the server signs with. Kept in the database so that sign-ins and stream keys survive a restart.</summary>
/// <param name="Tokens">Signs access and refresh tokens.</param>
/// <param name="Streams">Makes stream keys.</param>
internal sealed record ServerKeys(byte[] Tokens, byte[] Streams);
