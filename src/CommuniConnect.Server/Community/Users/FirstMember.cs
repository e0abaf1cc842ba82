using CommuniConnect.Server.Platform.Database;
using Microsoft.EntityFrameworkCore;

namespace CommuniConnect.Server.Community.Users;

/// <summary>Whether anybody has joined yet; asked on every page, so the answer is kept once it is yes.</summary>
internal sealed class FirstMember(IServiceScopeFactory scopes)
{
    private volatile bool _exists;

    public async ValueTask<bool> ExistsAsync(CancellationToken cancellation)
    {
        if (!_exists)
        {
            await using var scope = scopes.CreateAsyncScope();
            var db = scope.ServiceProvider.GetRequiredService<AppDb>();
            _exists = await db.Users.AnyAsync(cancellation);
        }
        return _exists;
    }
}
