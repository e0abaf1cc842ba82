using System.Text.Json.Serialization;

namespace CommuniConnect.Server.Community.Chat;

/// <summary>A message as everybody sees it.</summary>
/// <param name="Id">Its number within the live: 1, 2, 3…</param>
/// <param name="MediaTime">Recorded time of the live when it was accepted, in seconds.</param>
/// <param name="SeenMediaTime">Recorded time its author was seeing, in seconds, or null.</param>
/// <param name="EditedAt">When its author last changed it, or null.</param>
/// <param name="Mentions">The members it names.</param>
/// <param name="ClientId">What its sender called it; told to its sender only.</param>
internal sealed record ShownMessage(
    int Id,
    string Content,
    DateTimeOffset Timestamp,
    string Type,
    int? ReplyTo,
    ChatAuthor Author,
    decimal MediaTime,
    decimal? SeenMediaTime,
    DateTimeOffset? EditedAt,
    IReadOnlyList<int> Mentions,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? ClientId
)
{
    /// <summary>The message as <paramref name="memberId"/> may see it.</summary>
    public ShownMessage For(int memberId) =>
        ClientId is null || Author.Id == memberId ? this : this with { ClientId = null };
}

/// <summary>Who wrote a message.</summary>
internal sealed record ChatAuthor(
    int Id,
    string FirstName,
    string LastName,
    string? ProfilePicture
);
