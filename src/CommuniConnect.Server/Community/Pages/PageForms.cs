using CommuniConnect.Server.Community.Posts;
using CommuniConnect.Server.Community.Users;
using CommuniConnect.Server.Platform.Http;
using CommuniConnect.Server.Platform.Localization;
using Microsoft.AspNetCore.Localization;
using Microsoft.AspNetCore.Mvc;

namespace CommuniConnect.Server.Community.Pages;

/// <summary>
/// The small forms that many pages share: they act and lead back. Each takes a form field, so that its antiforgery
/// token is checked.
/// </summary>
internal static class PageForms
{
    public static void Map(IEndpointRouteBuilder app)
    {
        var forms = app.MapGroup("").ExcludeFromDescription();
        forms.MapPost("/deconnexion", SignOutAsync).RequireAuthorization();
        forms.MapPost("/langue", ChooseLanguage).AllowAnonymous();
        forms.MapPost("/publications/{id:int}/aimer", LikeAsync).RequireAuthorization();
        forms.MapPost("/publications/{id:int}/supprimer", DeleteAsync).RequireAuthorization();
    }

    private static async Task<IResult> SignOutAsync([FromForm] string? retour, HttpContext context)
    {
        await SiteSession.EndAsync(context);
        return TypedResults.LocalRedirect(Addresses.LocalOrHome(retour));
    }

    private static IResult ChooseLanguage(
        [FromForm] string? langue,
        [FromForm] string? retour,
        HttpContext context
    )
    {
        if (langue is LanguageSetup.French or LanguageSetup.English)
        {
            context.Response.Cookies.Append(
                LanguageSetup.Cookie,
                CookieRequestCultureProvider.MakeCookieValue(new RequestCulture(langue)),
                new CookieOptions
                {
                    MaxAge = TimeSpan.FromDays(365),
                    HttpOnly = true,
                    SameSite = SameSiteMode.Lax,
                    Secure = context.Request.IsHttps,
                }
            );
        }
        return TypedResults.LocalRedirect(Addresses.LocalOrHome(retour));
    }

    private static async Task<IResult> LikeAsync(
        int id,
        [FromForm] string? retour,
        CurrentUser me,
        PostWriter posts,
        CancellationToken cancellation
    ) =>
        await posts.ToggleLikeAsync(id, me.Id, cancellation) is null
            ? TypedResults.NotFound()
            : TypedResults.LocalRedirect(Addresses.LocalOrHome(retour));

    private static async Task<IResult> DeleteAsync(
        int id,
        [FromForm] string? retour,
        CurrentUser me,
        PostWriter posts,
        CancellationToken cancellation
    ) =>
        await posts.DeleteAsync(id, me, cancellation) switch
        {
            ChangeOutcome.Done => TypedResults.LocalRedirect(Addresses.LocalOrHome(retour)),
            ChangeOutcome.NotYours => TypedResults.StatusCode(StatusCodes.Status403Forbidden),
            ChangeOutcome.OnAir => TypedResults.StatusCode(StatusCodes.Status409Conflict),
            _ => TypedResults.NotFound(),
        };
}
