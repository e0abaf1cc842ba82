using System.Data.Common;
using System.Text.Json;
using CommuniConnect.Server.Platform.Database;
using CommuniConnect.Server.Platform.Http;
using Microsoft.EntityFrameworkCore;

namespace CommuniConnect.Server.Platform.Webhooks;

/// <summary>Tells other programs what happens here. What happened and that it has to be told are saved in one.</summary>
internal sealed partial class WebhookOutbox : BackgroundService
{
    private readonly WebhookSender[] _senders;
    private readonly IServiceScopeFactory _scopes;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly JsonSerializerOptions _json = new();

    public WebhookOutbox(
        IConfiguration configuration,
        IServiceScopeFactory scopes,
        TimeProvider time,
        ILogger<WebhookOutbox> logger
    )
    {
        (_scopes, _time, _logger) = (scopes, time, logger);
        ApiSetup.ConfigureJson(_json);
        _senders =
        [
            .. WebhookTarget
                .Read(configuration)
                .Select(target => new WebhookSender(
                    target,
                    new WebhookQueue(target.Url, scopes),
                    time,
                    logger
                )),
        ];
    }

    /// <summary>Something happens with what is being saved: to be told once that is. Then call <see cref="Wake"/>.</summary>
    public void Add(AppDb db, string type, object data)
    {
        string? body = null;
        foreach (var sender in _senders)
        {
            if (!sender.Target.Wants(type))
                continue;
            var now = _time.GetUtcNow();
            body ??= JsonSerializer.Serialize(new WebhookEvent(type, now, data), _json);
            db.WebhookDeliveries.Add(
                new WebhookDelivery
                {
                    Target = sender.Target.Url,
                    MessageId = $"msg_{Guid.NewGuid():N}",
                    Type = type,
                    Body = body,
                    CreatedAt = now,
                    DueAt = now,
                }
            );
            sender.Queue.Count();
        }
    }

    /// <summary>What was added is saved. Never waits and never fails.</summary>
    public void Wake()
    {
        foreach (var sender in _senders)
            sender.Wake();
    }

    public override void Dispose()
    {
        foreach (var sender in _senders)
            sender.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await ForgetOthersAsync(stoppingToken);
        await Task.WhenAll(_senders.Select(sender => sender.RunAsync(stoppingToken)));
    }

    /// <summary>Who is no longer in the configuration is told nothing more.</summary>
    private async Task ForgetOthersAsync(CancellationToken cancellation)
    {
        try
        {
            await using var scope = _scopes.CreateAsyncScope();
            var db = scope.ServiceProvider.GetRequiredService<AppDb>();
            var targets = _senders.Select(sender => sender.Target.Url).ToList();
            await db
                .WebhookDeliveries.Where(d => !targets.Contains(d.Target))
                .ExecuteDeleteAsync(cancellation);
        }
        catch (Exception error) when (error is DbException or OperationCanceledException)
        {
            LogNotForgotten(_logger, error); // the next start does it
        }
    }

    [LoggerMessage(
        4006,
        LogLevel.Warning,
        "What was to be told to webhooks that are no longer configured could not be deleted"
    )]
    private static partial void LogNotForgotten(ILogger logger, Exception error);
}

internal static class WebhooksSetup
{
    public static IServiceCollection AddWebhooks(this IServiceCollection services) =>
        services
            .AddSingleton<WebhookOutbox>()
            .AddHostedService(provider => provider.GetRequiredService<WebhookOutbox>());
}
