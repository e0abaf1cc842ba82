namespace CommuniConnect.Server.Community.Moderation;

/// <summary>A word that no chat of the site takes.</summary>
internal sealed class ForbiddenWord
{
    public required string Word { get; init; }
}
