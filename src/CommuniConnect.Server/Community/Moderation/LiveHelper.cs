using CommuniConnect.Server.Community.Users;

namespace CommuniConnect.Server.Community.Moderation;

/// <summary>A member whom the owner of a live asked to moderate its chat.</summary>
internal sealed class LiveHelper
{
    public int LiveId { get; init; }
    public int MemberId { get; init; }
    public User? Member { get; init; }
}
