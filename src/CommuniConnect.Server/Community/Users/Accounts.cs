using System.Net.Mail;
using CommuniConnect.Server.Platform.Database;
using CommuniConnect.Server.Platform.Http;
using CommuniConnect.Server.Platform.Localization;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace CommuniConnect.Server.Community.Users;

/// <summary>The members: joining, proving who one is, and the own profile.</summary>
internal sealed class Accounts(AppDb db, UserManager<User> users, TimeProvider time)
{
    private const int UserNameLength = 150;
    private const int EmailLength = 254;
    private const int PasswordLength = 256;

    /// <summary>Makes a member with these roles, or says which field is wrong.</summary>
    public Task<(User? User, FieldError? Error)> RegisterAsync(
        Registration form,
        IReadOnlyCollection<string> roles,
        CancellationToken cancellation
    ) => RegisterAsync(form, roles, onlyFirst: false, cancellation);

    /// <summary>Makes the administrator of a server that has no member yet.</summary>
    public Task<(User? User, FieldError? Error)> RegisterFirstAsync(
        Registration form,
        CancellationToken cancellation
    ) => RegisterAsync(form, [Roles.Moderator, Roles.Administrator], onlyFirst: true, cancellation);

    private async Task<(User? User, FieldError? Error)> RegisterAsync(
        Registration form,
        IReadOnlyCollection<string> roles,
        bool onlyFirst,
        CancellationToken cancellation
    )
    {
        var error = Check(form) ?? await CheckQuartierAsync(form.Quartier, cancellation);
        if (error is not null)
        {
            return (null, error);
        }
        var user = new User
        {
            UserName = form.Username,
            Email = form.Email,
            FirstName = form.FirstName!,
            LastName = form.LastName!,
            QuartierId = form.Quartier,
            CreatedAt = time.GetUtcNow(),
        };
        // One writer at a time: of two first persons, the second finds the first.
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        if (onlyFirst && await db.Users.AnyAsync(cancellation))
        {
            return (null, new("username", Texts.Of("Ce serveur a déjà un administrateur.")));
        }
        try
        {
            var result = await users.CreateAsync(user, form.Password!);
            if (result.Succeeded && roles.Count > 0)
            {
                result = await users.AddToRolesAsync(user, roles);
            }
            if (!result.Succeeded)
            {
                return (null, ErrorOf(result));
            }
        }
        catch (DbUpdateException e) when (e.IsConflict())
        {
            // Somebody registered the same name or address between Identity's look and its insert.
            var texts = new IdentityTexts();
            return (null, new("username", texts.DuplicateUserName("").Description));
        }
        await transaction.CommitAsync(cancellation);
        return (await FindAsync(user.Id, cancellation), null);
    }

    /// <summary>The member whose e-mail and password these are.</summary>
    public async Task<SignInAttempt> SignInAsync(string email, string password)
    {
        var user = await users.FindByEmailAsync(email);
        if (user is null || password.Length > PasswordLength)
        {
            // As much work as for a member, so that the time taken does not tell who is one.
            users.PasswordHasher.HashPassword(Nobody, "");
            return new(User: null, RetryAfter: null);
        }
        if (await users.IsLockedOutAsync(user))
        {
            return new(null, user.LockoutEnd - time.GetUtcNow());
        }
        if (!await users.CheckPasswordAsync(user, password))
        {
            await users.AccessFailedAsync(user);
            return new(User: null, RetryAfter: null);
        }
        if (user.AccessFailedCount > 0)
        {
            await users.ResetAccessFailedCountAsync(user);
        }
        return new(await FindAsync(user.Id, CancellationToken.None), RetryAfter: null);
    }

    /// <summary>The member with quartier, or null.</summary>
    public Task<User?> FindAsync(int id, CancellationToken cancellation) =>
        db.Users.Include(u => u.Quartier).SingleOrDefaultAsync(u => u.Id == id, cancellation);

    public async Task<IReadOnlyCollection<string>> RolesAsync(User user) =>
        [.. await users.GetRolesAsync(user)];

    public async Task<FieldError?> ChangeProfileAsync(
        User user,
        ProfileChange change,
        CancellationToken cancellation
    )
    {
        var error =
            CheckName("first_name", change.FirstName ?? user.FirstName)
            ?? CheckName("last_name", change.LastName ?? user.LastName)
            ?? await CheckQuartierAsync(change.Quartier, cancellation);
        if (error is not null)
        {
            return error;
        }
        user.FirstName = change.FirstName ?? user.FirstName;
        user.LastName = change.LastName ?? user.LastName;
        if (change.ChangesQuartier)
        {
            user.QuartierId = change.Quartier;
        }
        await db.SaveChangesAsync(cancellation);
        await db.Entry(user).Reference(u => u.Quartier).LoadAsync(cancellation);
        return null;
    }

    /// <summary>Changes the password, which ends every session.</summary>
    public async Task<FieldError?> ChangePasswordAsync(User user, string current, string next)
    {
        if (next.Length > PasswordLength)
        {
            return TextField.Check("new_password", next, PasswordLength);
        }
        var result = await users.ChangePasswordAsync(user, current, next);
        return result.Succeeded ? null
            : result.Errors.Any(e => e.Code == nameof(IdentityErrorDescriber.PasswordMismatch))
                ? ErrorOf(result) with
                {
                    Field = "current_password",
                }
            : ErrorOf(result) with { Field = "new_password" };
    }

    /// <summary>Ends every cookie and refresh token of the member.</summary>
    public Task EndSessionsAsync(User user) => users.UpdateSecurityStampAsync(user);

    private static readonly User Nobody = new() { FirstName = "", LastName = "" };

    private static FieldError? Check(Registration form) =>
        CheckUserName(form.Username)
        ?? CheckEmail(form.Email)
        ?? TextField.Check("password", form.Password, PasswordLength)
        ?? CheckName("first_name", form.FirstName)
        ?? CheckName("last_name", form.LastName)
        ?? CheckConfirmation(form);

    private static FieldError? CheckUserName(string? name)
    {
        var error = TextField.Check("username", name, UserNameLength);
        return error is not null || name!.All(c => char.IsLetterOrDigit(c) || "@.+-_".Contains(c))
            ? error
            : new("username", new IdentityTexts().InvalidUserName(name).Description);
    }

    private static FieldError? CheckEmail(string? email)
    {
        var error = TextField.Check("email", email, EmailLength);
        return
            error is not null
            || (MailAddress.TryCreate(email, out var address) && address.Address == email)
            ? error
            : new("email", new IdentityTexts().InvalidEmail(email).Description);
    }

    private static FieldError? CheckConfirmation(Registration form) =>
        form.Password == form.PasswordConfirm
            ? null
            : new("password_confirm", Texts.Of("Les deux mots de passe ne sont pas les mêmes."));

    private static FieldError? CheckName(string field, string? name) =>
        TextField.Check(field, name, User.NameLength);

    private async Task<FieldError?> CheckQuartierAsync(int? id, CancellationToken cancellation) =>
        id is null || await db.Quartiers.AnyAsync(q => q.Id == id, cancellation)
            ? null
            : new("quartier", Texts.Of("Ce quartier n'existe pas."));

    private static FieldError ErrorOf(IdentityResult result)
    {
        var error = result.Errors.First();
        var field =
            error.Code.Contains("Password", StringComparison.Ordinal) ? "password"
            : error.Code.Contains("Email", StringComparison.Ordinal) ? "email"
            : "username";
        return new(field, error.Description);
    }
}

/// <summary>What came of a try to sign in: the member, or nobody; after too many tries, how long to wait.</summary>
internal sealed record SignInAttempt(User? User, TimeSpan? RetryAfter);
