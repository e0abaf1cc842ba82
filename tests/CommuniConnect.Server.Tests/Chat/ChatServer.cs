using CommuniConnect.Server.Community.Chat;
using CommuniConnect.Server.Community.Lives;
using CommuniConnect.Server.Community.Posts;
using CommuniConnect.Server.Platform.Storage;
using CommuniConnect.Server.Tests.Support;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace CommuniConnect.Server.Tests.Chat;

/// <summary>A server with lives to chat in.</summary>
public class ChatServer : ServerFixture
{
    public static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    internal ChatRooms Rooms => Services.GetRequiredService<ChatRooms>();

    public async Task<IReadOnlyList<Member>> NewMembersAsync(int count)
    {
        var members = new List<Member>();
        for (var i = 0; i < count; i++)
            members.Add(await NewMemberAsync($"Membre {i}"));
        return members;
    }

    /// <summary>A live somebody started, waiting for its first frame.</summary>
    public async Task<int> NewLiveAsync()
    {
        var owner = await NewMemberAsync("Alpha");
        var post = new Post
        {
            AuthorId = owner.Id,
            Title = "Live",
            Content = "",
            PostType = "live",
            Live = new LiveRecord(),
        };
        await WithDbAsync(db =>
        {
            db.Posts.Add(post);
            return db.SaveChangesAsync(Cancellation);
        });
        return post.Id;
    }

    /// <summary>A live with its owner and a member who watches it.</summary>
    public async Task<(int Live, Member Owner, Member Member)> NewRoomAsync()
    {
        var live = await NewLiveAsync();
        var name = await WithDbAsync(db =>
            db.Posts.Where(p => p.Id == live)
                .Select(p => p.Author!.UserName!)
                .SingleAsync(Cancellation)
        );
        return (live, await SignInAsync(name), await NewMemberAsync("Bountou"));
    }

    /// <summary>Ends a live as stopping it does: first the record, then its room.</summary>
    public async Task<int> EndAsync(int liveId)
    {
        await WithDbAsync(async db =>
        {
            var live = await db.Lives.FindAsync([liveId], Cancellation);
            live!.EndedAt = DateTimeOffset.UtcNow;
            return await db.SaveChangesAsync(Cancellation);
        });
        return await Rooms.CloseAsync(liveId, Cancellation);
    }

    /// <summary>Changes the database behind the server's back.</summary>
    public async Task ExecuteAsync(string sql)
    {
        var file = new DataFolder(DataPath).DatabaseFile;
        await using var connection = new SqliteConnection($"Data Source={file}");
        await connection.OpenAsync(Cancellation);
        await using var command = connection.CreateCommand();
#pragma warning disable CA2100 // The tests' own sentences.
        command.CommandText = sql;
#pragma warning restore CA2100
        await command.ExecuteNonQueryAsync(Cancellation);
    }

    /// <summary>Fills a room faster than members may write.</summary>
    public async Task FillAsync(int liveId, Member author, int count, string content = "message")
    {
        using var visit = await Rooms.EnterAsync(liveId, Cancellation);
        foreach (var some in Enumerable.Range(0, count).Chunk(500))
        {
            var outcomes = await Task.WhenAll(
                some.Select(i =>
                    visit!.Room.SendAsync(author.Id, new ChatDraft($"{content} {i}", "text"))
                )
            );
            Assert.All(outcomes, outcome => Assert.NotNull(outcome.Message));
        }
    }
}
