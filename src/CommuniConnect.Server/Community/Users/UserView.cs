using System.Text.Json.Serialization;
using CommuniConnect.Server.Community.Geography;

namespace CommuniConnect.Server.Community.Users;

/// <summary>A member as the API gives one.</summary>
/// <param name="Email">Only to oneself.</param>
public sealed record UserView(
    int Id,
    string Username,
    string FirstName,
    string LastName,
    string? ProfilePicture,
    QuartierView? Quartier,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Email = null
)
{
    [JsonIgnore]
    public string FullName => $"{FirstName} {LastName}".Trim();

    /// <summary>As everybody sees the member.</summary>
    internal static UserView Of(User user) =>
        new(
            user.Id,
            user.UserName ?? "",
            user.FirstName,
            user.LastName,
            user.ProfilePicture,
            QuartierView.Of(user.Quartier)
        );

    /// <summary>As the member sees herself.</summary>
    internal static UserView OfOneself(User user) => Of(user) with { Email = user.Email };
}
