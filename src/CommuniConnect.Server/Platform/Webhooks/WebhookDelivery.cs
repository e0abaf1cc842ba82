namespace CommuniConnect.Server.Platform.Webhooks;

/// <summary>An event that waits until one target has taken it, in the database: a server that was killed tells it later.</summary>
internal sealed class WebhookDelivery
{
    /// <summary>Grows: a target is told in this order.</summary>
    public long Id { get; init; }

    /// <summary>The address of the target.</summary>
    public required string Target { get; init; }

    /// <summary>The same for every attempt: a receiver that has seen it passes over the message.</summary>
    public required string MessageId { get; init; }
    public required string Type { get; init; }

    /// <summary>What is sent, as JSON.</summary>
    public required string Body { get; init; }
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>Not sent before.</summary>
    public DateTimeOffset DueAt { get; init; }

    /// <summary>How often it was sent in vain.</summary>
    public int Attempts { get; init; }
}
