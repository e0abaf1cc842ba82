using CommuniConnect.Server.Community.Posts;

namespace CommuniConnect.Server.Community.Pages;

/// <summary>Where a post is shown: a live has a page with a player.</summary>
internal static class PostAddress
{
    public static string Of(PostView post) =>
        post.Live is null ? $"/publications/{post.Id}" : $"/lives/{post.Id}";
}
