using System.IO.Compression;
using System.Text.Encodings.Web;
using System.Text.Unicode;
using CommuniConnect.Server.Community.Users;
using Microsoft.AspNetCore.Components.Endpoints;
using Microsoft.AspNetCore.ResponseCompression;
using Microsoft.Net.Http.Headers;

namespace CommuniConnect.Server.Community.Pages;

internal static class PagesSetup
{
    private const string InstallationPath = "/installation";

    public static IServiceCollection AddPages(this IServiceCollection services)
    {
        services.AddRazorComponents();
        // Letters of every language stand in a page as they are.
        services.AddWebEncoders(options =>
            options.TextEncoderSettings = new TextEncoderSettings(UnicodeRanges.All)
        );

        // Only files that are the same for everybody: compressing a page that holds a secret tells how long it is.
        services.AddResponseCompression(options =>
        {
            options.EnableForHttps = true;
            options.MimeTypes = ["text/css", "text/javascript"];
        });
        // A browser asks for a script once; on a weak network it is better small than soon.
        services.Configure<BrotliCompressionProviderOptions>(options =>
            options.Level = CompressionLevel.Optimal
        );
        services.Configure<GzipCompressionProviderOptions>(options =>
            options.Level = CompressionLevel.Optimal
        );
        return services;
    }

    /// <summary>
    /// Style and scripts. Their names do not change with their content, so a browser asks each time whether its copy
    /// is still the right one.
    /// </summary>
    public static void UsePageAssets(this WebApplication app)
    {
        app.UseResponseCompression();
        app.UseStaticFiles(
            new StaticFileOptions
            {
                OnPrepareResponse = file =>
                    file.Context.Response.Headers[HeaderNames.CacheControl] = "no-cache",
            }
        );
    }

    /// <summary>Until somebody has set the server up, every page is the one to do it on.</summary>
    public static void UseInstallation(this WebApplication app) =>
        app.Use(
            async (context, next) =>
            {
                var page = context.GetEndpoint()?.Metadata.GetMetadata<ComponentTypeMetadata>();
                if (
                    page is not null
                    && page.Type != typeof(InstallationPage)
                    && page.Type != typeof(ErrorPage)
                    && !await context
                        .RequestServices.GetRequiredService<FirstMember>()
                        .ExistsAsync(context.RequestAborted)
                )
                {
                    context.Response.Redirect(InstallationPath);
                    return;
                }
                await next();
            }
        );

    public static void MapPages(this WebApplication app)
    {
        app.MapRazorComponents<App>();
        PageForms.Map(app);
        ModerationForms.Map(app);
    }
}
