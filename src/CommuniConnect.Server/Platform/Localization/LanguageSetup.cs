using System.Globalization;
using Microsoft.AspNetCore.Localization;

namespace CommuniConnect.Server.Platform.Localization;

/// <summary>French for everybody; English for whoever asks for it.</summary>
internal static class LanguageSetup
{
    public const string French = "fr";
    public const string English = "en";

    /// <summary>Keeps what somebody chose in the footer of a page.</summary>
    public const string Cookie = "langue";

    public static IServiceCollection AddLanguages(this IServiceCollection services)
    {
        services.AddLocalization();
        return services.Configure<RequestLocalizationOptions>(options =>
        {
            options.SetDefaultCulture(French);
            options.SupportedCultures = [new CultureInfo(French), new CultureInfo(English)];
            options.SupportedUICultures = options.SupportedCultures;
            options.ApplyCurrentCultureToResponseHeaders = true;
            options.RequestCultureProviders =
            [
                new CookieRequestCultureProvider { CookieName = Cookie },
                new CustomRequestCultureProvider(context => Task.FromResult(Asked(context))),
            ];
        });
    }

    /// <summary>
    /// Only plain <c>en</c> as the first choice is asking. <c>en-US,en</c> is what a browser sends that nobody has
    /// ever set up, on a phone bought in Conakry too: it says nothing about its owner, who chooses in the page's footer.
    /// </summary>
    private static ProviderCultureResult? Asked(HttpContext context)
    {
        var first = context
            .Request.GetTypedHeaders()
            .AcceptLanguage.OrderByDescending(language => language.Quality ?? 1)
            .FirstOrDefault();
        return first?.Value.Equals(English, StringComparison.OrdinalIgnoreCase) == true
            ? new ProviderCultureResult(English)
            : null;
    }
}
