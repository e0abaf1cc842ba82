using CommuniConnect.Server.Platform.Http;

namespace CommuniConnect.Server.Platform.Webhooks;

/// <summary>Tells other programs what happens here. What is queued when the server goes down is not told.</summary>
internal sealed class WebhookOutbox : BackgroundService
{
    private readonly WebhookSender[] _senders;
    private readonly TimeProvider _time;

    public WebhookOutbox(
        IConfiguration configuration,
        TimeProvider time,
        ILogger<WebhookOutbox> logger
    )
    {
        _time = time;
        var json = new System.Text.Json.JsonSerializerOptions();
        ApiSetup.ConfigureJson(json);
        _senders =
        [
            .. WebhookTarget
                .Read(configuration)
                .Select(target => new WebhookSender(target, json, time, logger)),
        ];
    }

    /// <summary>Something happened. Never waits and never fails.</summary>
    /// <param name="data">Immutable.</param>
    public void Publish(string type, object data)
    {
        if (_senders.Length == 0)
            return;
        var happened = new WebhookEvent(type, _time.GetUtcNow(), data);
        foreach (var sender in _senders)
            sender.Add(happened);
    }

    public override void Dispose()
    {
        foreach (var sender in _senders)
            sender.Dispose();
        base.Dispose();
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(_senders.Select(sender => sender.RunAsync(stoppingToken)));
}

internal static class WebhooksSetup
{
    public static IServiceCollection AddWebhooks(this IServiceCollection services) =>
        services
            .AddSingleton<WebhookOutbox>()
            .AddHostedService(provider => provider.GetRequiredService<WebhookOutbox>());
}
