using CommuniConnect.Server.Community.Users;

namespace CommuniConnect.Server.Community.Moderation;

/// <summary>A message that waits for a moderator. It has no number yet: numbers are given in the order everybody sees.</summary>
internal sealed class HeldMessage
{
    public int Id { get; init; }
    public int LiveId { get; init; }
    public int AuthorId { get; init; }
    public User? Author { get; init; }
    public required string Content { get; init; }
    public required string Type { get; init; }
    public int? ReplyTo { get; init; }
    public string? ClientId { get; init; }
    public DateTimeOffset SentAt { get; init; }
    public TimeSpan MediaTime { get; init; }
    public TimeSpan? SeenMediaTime { get; init; }
}
