namespace CommuniConnect.Server.Community.Lives;

/// <summary>A line of the audit trail: who stopped which live. It stays when the live's post is deleted.</summary>
internal sealed class StopRecord
{
    /// <summary>Longest reason, in characters as people count them.</summary>
    public const int ReasonLength = 300;

    public int Id { get; init; }
    public int LiveId { get; init; }

    /// <summary>Title of the live, which may be gone by the time somebody asks.</summary>
    public required string Title { get; init; }
    public int AuthorId { get; init; }
    public int MemberId { get; init; }
    public DateTimeOffset At { get; init; }
    public bool Forced { get; init; }
    public string? Reason { get; init; }
}
