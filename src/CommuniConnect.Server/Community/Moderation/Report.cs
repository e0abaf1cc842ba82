using CommuniConnect.Server.Community.Users;

namespace CommuniConnect.Server.Community.Moderation;

/// <summary>A member says that a message, a live or a replay should not be here.</summary>
internal sealed class Report
{
    public int Id { get; init; }

    /// <summary>The post it is about; of a message, the post of its live.</summary>
    public int PostId { get; init; }

    /// <summary>The number of the message, or 0 for the live or replay itself.</summary>
    public int MessageNumber { get; init; }
    public int ReporterId { get; init; }
    public User? Reporter { get; init; }
    public required string Reason { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? ClosedAt { get; set; }
    public int? ClosedById { get; set; }
    public string? Note { get; set; }
}
