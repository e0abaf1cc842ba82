using Microsoft.Data.Sqlite;

namespace CommuniConnect.Browser.Tests.Support;

/// <summary>A long evening of chat, put into the database of a stopped server: nobody may write that fast.</summary>
internal static class ChatRows
{
    /// <summary>Adds messages from number <paramref name="first"/> on at these media times, by members 1 and 2 in turn.</summary>
    public static async Task AddAsync(
        string dataPath,
        int liveId,
        int first,
        IReadOnlyList<TimeSpan> moments
    )
    {
        var file = Path.Combine(dataPath, "communiconnect.db");
        await using var database = new SqliteConnection($"Data Source={file};Pooling=False");
        await database.OpenAsync();
        await using var transaction = await database.BeginTransactionAsync();
        var now = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        for (var at = 0; at < moments.Count; at++)
        {
            var number = first + at;
            var add = database.CreateCommand();
            add.CommandText = """
                INSERT INTO ChatMessages (LiveId, Number, AuthorId, Content, Type, SentAt, MediaTime)
                VALUES ($live, $number, $author, $content, 'text', $sent, $media)
                """;
            add.Parameters.AddWithValue("$live", liveId);
            add.Parameters.AddWithValue("$number", number);
            add.Parameters.AddWithValue("$author", 1 + (number % 2));
            var words = string.Join(' ', Enumerable.Repeat("mot", number * 7 % 40));
            add.Parameters.AddWithValue("$content", $"Message n° {number}. {words}".Trim());
            add.Parameters.AddWithValue("$sent", now);
            add.Parameters.AddWithValue("$media", (long)moments[at].TotalMilliseconds);
            await add.ExecuteNonQueryAsync();
        }
        await transaction.CommitAsync();
    }
}
