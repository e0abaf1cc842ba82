using CommuniConnect.Server.Broadcast.OnAir;
using CommuniConnect.Server.Community.Chat;
using CommuniConnect.Server.Community.Lives;
using CommuniConnect.Server.Platform.Database;

namespace CommuniConnect.Server.Community.Demo;

/// <summary>A finished live with its replay and its chat, broadcast through the real engine in one go.</summary>
internal sealed class DemoLive(
    LiveDirectory directory,
    LiveWriter lives,
    LiveArchive archive,
    AppDb db
)
{
    private const string Clip = "CommuniConnect.Server.Community.Demo.demo.webm";

    /// <param name="talk">Who says what, at which second of the live.</param>
    public async Task AddAsync(
        int authorId,
        int quartierId,
        string title,
        string content,
        IEnumerable<(int AuthorId, string Text, int Second)> talk,
        CancellationToken cancellation
    )
    {
        var id = await lives.StartAsync(authorId, quartierId, title, content, cancellation);
        await PublishAsync(directory.FindLive(id)!);
        var ending = await directory.EndAsync(id, LiveEndReason.Stopped);
        await SayAsync(id, ending!.StartedAt ?? ending.EndedAt, talk);
        await archive.SaveEndAsync(ending);
    }

    private static async Task PublishAsync(Live live)
    {
        await using var clip = typeof(DemoLive).Assembly.GetManifestResourceStream(Clip)!;
        var bytes = new byte[clip.Length];
        await clip.ReadExactlyAsync(bytes);
        var session = new PublisherSession();
        await live.AttachAsync(session, Guid.NewGuid(), offsetBytes: null, CancellationToken.None);
        await live.PushAsync(session, bytes, CancellationToken.None);
        await live.CompleteAsync(session, CancellationToken.None);
    }

    private Task SayAsync(
        int liveId,
        DateTimeOffset start,
        IEnumerable<(int AuthorId, string Text, int Second)> talk
    )
    {
        db.ChatMessages.AddRange(
            talk.Select(
                (said, index) =>
                    new ChatMessage
                    {
                        LiveId = liveId,
                        Number = index + 1,
                        AuthorId = said.AuthorId,
                        Content = said.Text,
                        Type = "text",
                        SentAt = start.AddSeconds(said.Second),
                        MediaTime = TimeSpan.FromSeconds(said.Second),
                    }
            )
        );
        return db.SaveChangesAsync();
    }
}
