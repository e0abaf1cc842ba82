namespace CommuniConnect.Server.Community.Chat;

/// <summary>Who asks for something in a room.</summary>
/// <param name="IsModerator">Of the site.</param>
internal sealed record Asker(int Id, bool IsModerator);

internal static class AskerOf
{
    public static Asker AsAsker(this Users.CurrentUser user) => new(user.Id, user.IsModerator);
}
