using CommuniConnect.Server.Community.Users;

namespace CommuniConnect.Server.Community.Chat;

/// <summary>Whatever a room tells is not for a member who is banned from it.</summary>
internal sealed class ReadersOnly(ChatRooms rooms) : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(
        EndpointFilterInvocationContext context,
        EndpointFilterDelegate next
    )
    {
        var http = context.HttpContext;
        using var visit = await rooms.EnterAsync(ChatEndpoints.LiveIdOf(http), http.RequestAborted);
        if (visit is null)
            return ChatAnswers.Of(ChatRefusal.UnknownLive);
        var reader = await rooms.ReaderAsync(CurrentUser.From(http.User)!.AsAsker());
        try
        {
            reader.Admit(visit.Room.View);
            var answer = await next(context);
            // Asked again: the ban may have come while the database was read.
            reader.Admit(visit.Room.View);
            return answer;
        }
        catch (BannedException)
        {
            return ChatAnswers.Of(ChatRefusal.Banned);
        }
    }
}
