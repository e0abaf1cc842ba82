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
                .UseSqlite($"Data Source={data.DatabaseFile}")
                .AddInterceptors(new DurableConnection())
        );
        services
            .AddDataProtection()
            .SetApplicationName("CommuniConnect")
            .PersistKeysToDbContext<AppDb>();
        return services;
    }

    /// <summary>Brings the database to the version of this server, then gives the secrets it signs with.</summary>
    public static async Task<ServerKeys> PrepareAsync(
        IServiceProvider services,
        CancellationToken cancellation
    )
    {
        await using var scope = services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<AppDb>();
        await db.Database.MigrateAsync(cancellation);
        return new ServerKeys(
            Tokens: await SecretAsync(db, "tokens", cancellation),
            Streams: await SecretAsync(db, "streams", cancellation)
        );
    }

    private static async Task<byte[]> SecretAsync(
        AppDb db,
        string name,
        CancellationToken cancellation
    )
    {
        var secret = await db.ServerSecrets.FindAsync([name], cancellation);
        if (secret is null)
        {
            secret = new ServerSecret { Name = name, Value = RandomNumberGenerator.GetBytes(64) };
            db.ServerSecrets.Add(secret);
            await db.SaveChangesAsync(cancellation);
        }
        return secret.Value;
    }
}

/// <summary>What the server signs with. Kept in the database so that sign-ins and stream keys survive a restart.</summary>
/// <param name="Tokens">Signs access and refresh tokens.</param>
/// <param name="Streams">Makes stream keys.</param>
internal sealed record ServerKeys(byte[] Tokens, byte[] Streams);
