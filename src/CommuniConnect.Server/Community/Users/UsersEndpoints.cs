using CommuniConnect.Server.Platform.Http;
using CommuniConnect.Server.Platform.Localization;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CommuniConnect.Server.Community.Users;

internal static class UsersEndpoints
{
    public static void Map(IEndpointRouteBuilder app)
    {
        var users = app.MapGroup("/api/users").WithTags("Comptes");
        users
            .MapPost("/register", RegisterAsync)
            .AllowAnonymous()
            .RequireRateLimiting(ApiSetup.SignInRate)
            .WithSummary("Crée un compte et donne ses jetons");
        users
            .MapPost("/login", LoginAsync)
            .AllowAnonymous()
            .RequireRateLimiting(ApiSetup.SignInRate)
            .Produces<SignedIn>()
            .WithSummary("Échange une adresse e-mail et un mot de passe contre des jetons");
        users.MapGet("/my-profile", MyProfileAsync).WithSummary("Mon profil");
        users
            .MapPut("/my-profile", ChangeProfileAsync)
            .WithSummary("Change mon prénom, mon nom ou mon quartier ; ce qui est absent reste");
        users
            .MapPost("/password", ChangePasswordAsync)
            .RequireRateLimiting(ApiSetup.SignInRate)
            .WithSummary("Change mon mot de passe et met fin à toutes mes sessions");
        users
            .MapPost("/logout", LogoutAsync)
            .WithSummary("Met fin à la session du navigateur ; à toutes avec ?everywhere=true");
        app.MapPost("/api/token/refresh", RefreshAsync)
            .AllowAnonymous()
            .WithTags("Comptes")
            .WithSummary("Donne un nouveau jeton d'accès");
        users.RequireAuthorization();
    }

    private static async Task<Results<Created<SignedIn>, ProblemHttpResult>> RegisterAsync(
        Registration form,
        Accounts accounts,
        TokenIssuer tokens,
        CancellationToken cancellation
    )
    {
        var (user, error) = await accounts.RegisterAsync(form, roles: [], cancellation);
        return user is null
            ? ApiErrors.BadRequest(error!)
            : TypedResults.Created(
                "/api/users/my-profile/",
                SignedIn.Of(user, [], tokens, "Inscription réussie !")
            );
    }

    private static async Task<IResult> LoginAsync(
        Credentials form,
        Accounts accounts,
        TokenIssuer tokens
    )
    {
        var attempt = await accounts.SignInAsync(form.Email ?? "", form.Password ?? "");
        return attempt switch
        {
            { User: { } user } => TypedResults.Ok(
                SignedIn.Of(user, await accounts.RolesAsync(user), tokens, "Connexion réussie !")
            ),
            { RetryAfter: { } wait } => ApiErrors.TooManyRequests(
                wait,
                "Trop d'essais avec un mauvais mot de passe ; patientez quelques minutes."
            ),
            _ => ApiErrors.Unauthorized("L'adresse e-mail ou le mot de passe n'est pas le bon."),
        };
    }

    private static async Task<Results<Ok<UserView>, ProblemHttpResult>> MyProfileAsync(
        CurrentUser me,
        Accounts accounts,
        CancellationToken cancellation
    ) =>
        await accounts.FindAsync(me.Id, cancellation) is { } user
            ? TypedResults.Ok(UserView.OfOneself(user))
            : ApiErrors.OfStatus(StatusCodes.Status401Unauthorized);

    private static async Task<Results<Ok<UserView>, ProblemHttpResult>> ChangeProfileAsync(
        ProfileChange change,
        CurrentUser me,
        Accounts accounts,
        CancellationToken cancellation
    )
    {
        if (await accounts.FindAsync(me.Id, cancellation) is not { } user)
        {
            return ApiErrors.OfStatus(StatusCodes.Status401Unauthorized);
        }
        var error = await accounts.ChangeProfileAsync(user, change, cancellation);
        return error is null
            ? TypedResults.Ok(UserView.OfOneself(user))
            : ApiErrors.BadRequest(error);
    }

    private static async Task<Results<Ok<SignedIn>, ProblemHttpResult>> ChangePasswordAsync(
        PasswordChange change,
        CurrentUser me,
        Accounts accounts,
        TokenIssuer tokens,
        CancellationToken cancellation
    )
    {
        if (await accounts.FindAsync(me.Id, cancellation) is not { } user)
        {
            return ApiErrors.OfStatus(StatusCodes.Status401Unauthorized);
        }
        var error = await accounts.ChangePasswordAsync(
            user,
            change.CurrentPassword ?? "",
            change.NewPassword ?? ""
        );
        return error is null
            ? TypedResults.Ok(
                SignedIn.Of(
                    user,
                    await accounts.RolesAsync(user),
                    tokens,
                    "Mot de passe changé ; les autres sessions sont terminées."
                )
            )
            : ApiErrors.BadRequest(error);
    }

    private static async Task<NoContent> LogoutAsync(
        string? everywhere,
        CurrentUser me,
        Accounts accounts,
        HttpContext context,
        CancellationToken cancellation
    )
    {
        if (
            everywhere is "true" or "1"
            && await accounts.FindAsync(me.Id, cancellation) is { } user
        )
        {
            await accounts.EndSessionsAsync(user);
        }
        await SiteSession.EndAsync(context);
        return TypedResults.NoContent();
    }

    private static async Task<Results<Ok<NewAccess>, ProblemHttpResult>> RefreshAsync(
        RefreshRequest form,
        Accounts accounts,
        TokenIssuer tokens,
        CancellationToken cancellation
    )
    {
        if (string.IsNullOrEmpty(form.Refresh))
        {
            return ApiErrors.BadRequest("refresh", "Le champ « {0} » est obligatoire.", "refresh");
        }
        return
            await tokens.ReadRefreshAsync(form.Refresh) is var (id, stamp)
            && int.TryParse(id, out var userId)
            && await accounts.FindAsync(userId, cancellation) is { } user
            && user.SecurityStamp == stamp
            ? TypedResults.Ok(new NewAccess(tokens.Access(user, await accounts.RolesAsync(user))))
            : ApiErrors.Unauthorized("Ce jeton n'est plus valable ; connectez-vous de nouveau.");
    }

    private sealed record Credentials(string? Email, string? Password);

    private sealed record PasswordChange(string? CurrentPassword, string? NewPassword);

    private sealed record RefreshRequest(string? Refresh);

    private sealed record NewAccess(string Access);

    private sealed record Tokens(string Access, string Refresh);

    private sealed record SignedIn(UserView User, Tokens Tokens, string Message)
    {
        public static SignedIn Of(
            User user,
            IEnumerable<string> roles,
            TokenIssuer tokens,
            string message
        ) =>
            new(
                UserView.OfOneself(user),
                new(tokens.Access(user, roles), tokens.Refresh(user)),
                Texts.Of(message)
            );
    }
}
