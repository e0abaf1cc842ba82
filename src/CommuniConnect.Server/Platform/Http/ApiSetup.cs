using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Unicode;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using Scalar.AspNetCore;

namespace CommuniConnect.Server.Platform.Http;

internal static class ApiSetup
{
    /// <summary>Name of the rate limit on calls that try a password: so many a minute from one address.</summary>
    public const string SignInRate = "sign-in";

    private const int SignInsPerMinute = 300;

    /// <summary>JSON as the contract has it, problem details, rate limits and the OpenAPI document.</summary>
    public static IServiceCollection AddApi(
        this IServiceCollection services,
        IConfiguration configuration
    )
    {
        services.ConfigureHttpJsonOptions(options => ConfigureJson(options.SerializerOptions));
        // What could not be read reaches ApiExceptionHandler, which says which field it was.
        services.Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = true);
        services.AddExceptionHandler<ApiExceptionHandler>();
        services.AddOpenApi(options =>
        {
            options.AddDocumentTransformer(DescribeAsync);
            options.AddOperationTransformer(DescribeErrorsAsync);
        });
        AddRateLimits(
            services,
            configuration.GetValue("RateLimits:SignInsPerMinute", SignInsPerMinute)
        );
        return services;
    }

    /// <summary>What every request passes first, whatever it asks for.</summary>
    public static void UseApi(this WebApplication app)
    {
        app.UseMiddleware<SecurityHeaders>();
        app.UseExceptionHandler(
            new ExceptionHandlerOptions
            {
                ExceptionHandlingPath = "/erreur/500",
                CreateScopeForErrors = true,
                StatusCodeSelector = ApiExceptionHandler.StatusOf,
                SuppressDiagnosticsCallback = context =>
                    ApiExceptionHandler.IsExpected(context.Exception),
            }
        );
        app.UseWhen(
            context => !Audience.WantsPage(context.Request),
            program =>
                program.UseStatusCodePages(context =>
                    ApiErrors
                        .OfStatus(context.HttpContext.Response.StatusCode)
                        .ExecuteAsync(context.HttpContext)
                )
        );
        app.UseWhen(
            context => Audience.WantsPage(context.Request),
            page =>
                page.UseStatusCodePagesWithReExecute(
                    "/erreur/{0}",
                    createScopeForStatusCodePages: true
                )
        );
        app.UseMiddleware<BodyLimit>();
    }

    /// <summary>The OpenAPI document, and a page to read it and try it.</summary>
    public static void MapApiReference(this WebApplication app)
    {
        app.MapOpenApi("/openapi/{documentName}.json").AllowAnonymous();
        app.MapScalarApiReference(
                "/docs",
                options =>
                    options
                        .WithTitle("CommuniConnect Live")
                        // Everything the page needs comes from this server, and nothing leaves it.
                        .DisableDefaultFonts()
                        .DisableTelemetry()
                        .DisableAgent()
                        .DisableMcp()
                        .HideDeveloperTools()
            )
            .AllowAnonymous();
    }

    public static void ConfigureJson(JsonSerializerOptions options)
    {
        options.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower;
        options.DictionaryKeyPolicy = JsonNamingPolicy.SnakeCaseLower;
        options.Encoder = JavaScriptEncoder.Create(UnicodeRanges.All);
        options.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower));
        options.Converters.Add(new UtcTimeConverter());
    }

    private static void AddRateLimits(IServiceCollection services, int signInsPerMinute) =>
        services.AddRateLimiter(options =>
        {
            options.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
            options.OnRejected = async (context, _) =>
            {
                var wait = context.Lease.TryGetMetadata(MetadataName.RetryAfter, out var after)
                    ? after
                    : TimeSpan.FromMinutes(1);
                if (!Audience.WantsPage(context.HttpContext.Request))
                {
                    await ApiErrors
                        .TooManyRequests(wait, "Trop d'essais ; patientez un peu.")
                        .ExecuteAsync(context.HttpContext);
                }
            };
            options.AddPolicy(
                SignInRate,
                context =>
                    RateLimitPartition.GetFixedWindowLimiter(
                        context.Connection.RemoteIpAddress?.ToString() ?? "",
                        _ => new FixedWindowRateLimiterOptions
                        {
                            PermitLimit = signInsPerMinute,
                            Window = TimeSpan.FromMinutes(1),
                        }
                    )
            );
        });

    private static Task DescribeAsync(
        OpenApiDocument document,
        OpenApiDocumentTransformerContext context,
        CancellationToken cancellation
    )
    {
        document.Info = new()
        {
            Title = "CommuniConnect Live",
            Version = "v1",
            Description =
                "Comptes, publications et directs d'un réseau de quartier. JSON en snake_case, heures en UTC, "
                + "barre oblique finale facultative ; les erreurs sont des application/problem+json (RFC 9457).\n\n"
                + "Le chat se suit aussi par SignalR (JSON) sur `/hubs/chat`, avec le même jeton : `Join(live_id, {after, revision})`, `Follow(live_id, after)`, "
                + "`Send(live_id, message)`, `Edit(live_id, id, content)`, `Remove(live_id, id, reason)`, `React(live_id, emoji)`, "
                + "`WaitOutside(live_id)`. Ce que chaque appel donne, et les webhooks : docs/api.md.",
        };
        document.Components ??= new();
        document.Components.SecuritySchemes ??= new Dictionary<string, IOpenApiSecurityScheme>(
            StringComparer.Ordinal
        );
        document.Components.SecuritySchemes["bearer"] = new OpenApiSecurityScheme
        {
            Type = SecuritySchemeType.Http,
            Scheme = "bearer",
            BearerFormat = "JWT",
            Description = "tokens.access de POST /api/users/login/",
        };
        document.Security =
        [
            new() { [new OpenApiSecuritySchemeReference("bearer", document)] = [] },
        ];
        return Task.CompletedTask;
    }

    private static Task DescribeErrorsAsync(
        OpenApiOperation operation,
        OpenApiOperationTransformerContext context,
        CancellationToken cancellation
    )
    {
        operation.Responses ??= [];
        operation.Responses.TryAdd(
            "default",
            new OpenApiResponse { Description = "application/problem+json (RFC 9457)" }
        );
        return Task.CompletedTask;
    }

    /// <summary>Times are ISO 8601 in UTC with <c>Z</c>.</summary>
    private sealed class UtcTimeConverter : JsonConverter<DateTimeOffset>
    {
        public override DateTimeOffset Read(
            ref Utf8JsonReader reader,
            Type type,
            JsonSerializerOptions options
        ) => reader.GetDateTimeOffset();

        public override void Write(
            Utf8JsonWriter writer,
            DateTimeOffset value,
            JsonSerializerOptions options
        ) => writer.WriteStringValue(value.UtcDateTime);
    }
}
