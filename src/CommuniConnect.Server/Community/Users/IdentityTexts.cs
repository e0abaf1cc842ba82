using CommuniConnect.Server.Platform.Localization;
using Microsoft.AspNetCore.Identity;

namespace CommuniConnect.Server.Community.Users;

/// <summary>What Identity says of a name, an address or a password it does not take.</summary>
internal sealed class IdentityTexts : IdentityErrorDescriber
{
    public override IdentityError DefaultError() =>
        Error(nameof(DefaultError), "Une erreur inattendue s'est produite ; elle a été notée.");

    public override IdentityError ConcurrencyFailure() =>
        Error(
            nameof(ConcurrencyFailure),
            "Cela vient d'être modifié ailleurs ; rechargez et recommencez."
        );

    public override IdentityError DuplicateEmail(string email) =>
        Error(nameof(DuplicateEmail), "Cette adresse e-mail est déjà utilisée.");

    public override IdentityError DuplicateUserName(string userName) =>
        Error(nameof(DuplicateUserName), "Ce nom d'utilisateur est déjà pris.");

    public override IdentityError InvalidEmail(string? email) =>
        Error(nameof(InvalidEmail), "Cette adresse e-mail n'est pas valable.");

    public override IdentityError InvalidUserName(string? userName) =>
        Error(
            nameof(InvalidUserName),
            "Un nom d'utilisateur ne contient que des lettres, des chiffres et @ . + - _"
        );

    public override IdentityError PasswordTooShort(int length) =>
        Error(
            nameof(PasswordTooShort),
            "Le mot de passe doit compter au moins {0} caractères.",
            length
        );

    public override IdentityError PasswordMismatch() =>
        Error(nameof(PasswordMismatch), "Le mot de passe actuel n'est pas le bon.");

    private static IdentityError Error(string code, string french, params object?[] values) =>
        new() { Code = code, Description = Texts.Of(french, values) };
}
