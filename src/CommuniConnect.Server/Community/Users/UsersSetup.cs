using CommuniConnect.Server.Platform.Database;
using Microsoft.AspNetCore.Identity;

namespace CommuniConnect.Server.Community.Users;

internal static class UsersSetup
{
    // Long enough to make guessing hopeless, short enough that nobody can lock a member out for good.
    private const int TriesBeforeLockout = 10;
    private static readonly TimeSpan Lockout = TimeSpan.FromMinutes(5);

    public static IServiceCollection AddUsers(this IServiceCollection services)
    {
        services
            .AddIdentityCore<User>(Configure)
            .AddRoles<IdentityRole<int>>()
            .AddErrorDescriber<IdentityTexts>()
            .AddEntityFrameworkStores<AppDb>();
        services.AddSingleton<TokenIssuer>();
        services.AddSingleton<FirstMember>();
        services.AddScoped<Accounts>();
        services.AddSignIn();
        return services;
    }

    public static void MapUsers(this IEndpointRouteBuilder app) => UsersEndpoints.Map(app);

    /// <summary>Makes the roles that the server knows, where they are missing.</summary>
    public static async Task PrepareUsersAsync(this IServiceProvider services)
    {
        await using var scope = services.CreateAsyncScope();
        var roles = scope.ServiceProvider.GetRequiredService<RoleManager<IdentityRole<int>>>();
        foreach (var name in (string[])[Roles.Moderator, Roles.Administrator])
        {
            if (!await roles.RoleExistsAsync(name))
            {
                await roles.CreateAsync(new(name));
            }
        }
    }

    private static void Configure(IdentityOptions options)
    {
        DatabaseSetup.ConfigureStores(options);
        options.User.RequireUniqueEmail = true;
        // Names are checked by Accounts, which takes the letters of every language.
        options.User.AllowedUserNameCharacters = "";
        options.Password.RequiredLength = 8;
        options.Password.RequireDigit = false;
        options.Password.RequireLowercase = false;
        options.Password.RequireUppercase = false;
        options.Password.RequireNonAlphanumeric = false;
        options.Lockout.MaxFailedAccessAttempts = TriesBeforeLockout;
        options.Lockout.DefaultLockoutTimeSpan = Lockout;
    }
}
