using CommuniConnect.Server.Platform.Database;
using CommuniConnect.Server.Platform.Http;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.EntityFrameworkCore;

namespace CommuniConnect.Server.Community.Users;

/// <summary>The two ways to say who asks: a token for programs, a cookie for the site.</summary>
internal static class SignInSchemes
{
    public const string SignInPage = "/connexion";
    public const string ReturnParameter = "retour";

    private const string Either = "token-or-cookie";
    private static readonly TimeSpan CookieLifetime = TimeSpan.FromDays(30);

    public static void AddSignIn(this IServiceCollection services)
    {
        services
            .AddAuthentication(Either)
            .AddPolicyScheme(
                Either,
                displayName: null,
                options => options.ForwardDefaultSelector = Choose
            )
            .AddJwtBearer(ConfigureBearer)
            .AddCookie(ConfigureCookie);
        services
            .AddOptions<JwtBearerOptions>(JwtBearerDefaults.AuthenticationScheme)
            .Configure<TokenIssuer>(
                (options, tokens) => options.TokenValidationParameters = tokens.Validation()
            );
        services.AddAuthorization();
    }

    private static string Choose(HttpContext context) =>
        context.Request.Headers.Authorization.Count > 0 || TokenOfHub(context.Request) is not null
            ? JwtBearerDefaults.AuthenticationScheme
            : CookieAuthenticationDefaults.AuthenticationScheme;

    /// <summary>A browser cannot add a header to a WebSocket; addresses of other calls are written to logs and must carry no token.</summary>
    private static string? TokenOfHub(HttpRequest request) =>
        request.Path.StartsWithSegments("/hubs", StringComparison.OrdinalIgnoreCase)
        && request.Query["access_token"].ToString() is { Length: > 0 } token
            ? token
            : null;

    private static void ConfigureBearer(JwtBearerOptions options)
    {
        options.MapInboundClaims = false;
        options.Events = new JwtBearerEvents
        {
            OnMessageReceived = context =>
            {
                context.Token = TokenOfHub(context.Request);
                return Task.CompletedTask;
            },
            OnTokenValidated = context =>
            {
                var principal = context.Principal;
                if (principal?.HasClaim(TokenIssuer.TypeClaim, TokenIssuer.AccessType) != true)
                {
                    context.Fail("not an access token");
                }
                return Task.CompletedTask;
            },
        };
    }

    private static void ConfigureCookie(CookieAuthenticationOptions options)
    {
        options.Cookie.Name = "communiconnect";
        options.Cookie.HttpOnly = true;
        options.Cookie.SameSite = SameSiteMode.Lax;
        options.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
        options.ExpireTimeSpan = CookieLifetime;
        options.SlidingExpiration = true;
        options.LoginPath = SignInPage;
        options.ReturnUrlParameter = ReturnParameter;
        options.Events.OnValidatePrincipal = EndWhenStampChangedAsync;
        options.Events.OnRedirectToLogin = context =>
            RedirectPeople(context, StatusCodes.Status401Unauthorized);
        options.Events.OnRedirectToAccessDenied = context =>
        {
            context.Response.StatusCode = StatusCodes.Status403Forbidden;
            return Task.CompletedTask;
        };
    }

    private static Task RedirectPeople(
        RedirectContext<CookieAuthenticationOptions> context,
        int programStatus
    )
    {
        if (Audience.IsApi(context.Request))
        {
            context.Response.StatusCode = programStatus;
        }
        else
        {
            context.Response.Redirect(context.RedirectUri);
        }
        return Task.CompletedTask;
    }

    private static async Task EndWhenStampChangedAsync(CookieValidatePrincipalContext context)
    {
        var stamp = context.Principal?.FindFirst(MemberClaims.Stamp)?.Value;
        var id = CurrentUser.From(context.Principal)?.Id;
        var db = context.HttpContext.RequestServices.GetRequiredService<AppDb>();
        var valid = await db.Users.AnyAsync(
            user => user.Id == id && user.SecurityStamp == stamp,
            context.HttpContext.RequestAborted
        );
        if (!valid)
        {
            context.RejectPrincipal();
        }
    }
}
