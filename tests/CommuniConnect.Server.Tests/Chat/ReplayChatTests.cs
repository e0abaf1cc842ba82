using System.Globalization;
using System.Net;
using System.Text.Json;
using CommuniConnect.Server.Tests.Support;
using Xunit;

namespace CommuniConnect.Server.Tests.Chat;

/// <summary>What a replay, a script and an owner get of a chat beside its newest messages.</summary>
public sealed class ReplayChatTests(ChatServer server) : IClassFixture<ChatServer>
{
    [Fact]
    public async Task Messages_are_counted_where_they_were_written()
    {
        var (live, _, member) = await server.NewRoomAsync();
        var chat = ChatClient.Chat(live);
        await AddAsync(live, member, [0, 0.5, 3.2, 9.99]);

        var density = await member.Client.GetAsync($"{chat}/density/?buckets=5", HttpStatusCode.OK);

        Assert.Equal(10, density.GetProperty("duration").GetDecimal());
        Assert.Equal(2, density.GetProperty("bucket_seconds").GetDecimal());
        Assert.Equal(
            [2, 1, 0, 0, 1],
            density.GetProperty("messages").EnumerateArray().Select(c => c.GetInt32())
        );
        foreach (var buckets in (string[])["0", "1001", "-1", "x"])
            await member.Client.GetAsync(
                $"{chat}/density/?buckets={buckets}",
                HttpStatusCode.BadRequest
            );
    }

    [Fact]
    public async Task Pages_go_back_from_an_id_and_lie_around_a_moment()
    {
        var (live, _, member) = await server.NewRoomAsync();
        // The last one waited for a moderator: a late number, an early moment.
        await AddAsync(live, member, [1, 2, 3, 4, 5, 2.5]);

        async Task<int[]> IdsAsync(string query) =>
            [.. (await member.MessagesAsync(live, query)).Select(m => m.Id())];

        Assert.Equal((int[])[3, 4], await IdsAsync("?before=5&limit=2"));
        Assert.Empty(await IdsAsync("?before=1"));
        Assert.Equal((int[])[2, 6, 3, 4], await IdsAsync("?at=3&limit=4"));
        Assert.Equal((int[])[4, 5], await IdsAsync("?at=1000&limit=4"));
        foreach (var query in (string[])["?before=0", "?before=x", "?at=-1", "?at=NaN", "?at=1e9"])
            await member.Client.GetAsync(
                $"{ChatClient.Chat(live)}/messages/{query}",
                HttpStatusCode.BadRequest
            );
    }

    [Fact]
    public async Task Exports_have_every_message_and_nothing_a_spreadsheet_or_a_player_would_obey()
    {
        var (live, owner, member) = await server.NewRoomAsync();
        await member.SayAsync(live, "=1+1");
        var answered = await member.SayAsync(live, "<b>a --> b</b>\n\nNOTE \"fin\", voilà");
        await member.PostAsync(
            live,
            new { content = "oui ; 👋🏿", reply_to = answered },
            HttpStatusCode.Created
        );
        var chat = ChatClient.Chat(live);

        var csv = await owner.Client.GetStringAsync(
            $"{chat}/export/?format=csv",
            ChatServer.Cancellation
        );
        var vtt = await owner.Client.GetStringAsync(
            $"{chat}/export/?format=vtt",
            ChatServer.Cancellation
        );
        var json = await owner.Client.GetAsync($"{chat}/export/", HttpStatusCode.OK);

        Assert.Contains("'=1+1", csv, StringComparison.Ordinal);
        Assert.Contains(
            "\"<b>a --> b</b>\n\nNOTE \"\"fin\"\", voilà\"",
            csv,
            StringComparison.Ordinal
        );
        Assert.Equal(3, json.GetArrayLength());
        Assert.Equal(answered, json[2].Int("reply_to"));
        await member.Client.GetAsync($"{chat}/export/", HttpStatusCode.Forbidden);
        await owner.Client.GetAsync($"{chat}/export/?format=pdf", HttpStatusCode.BadRequest);
        var file = Path.Combine(Scratch.Folder(), "chat.vtt");
        await File.WriteAllTextAsync(file, vtt, ChatServer.Cancellation);
        var read = await Tool.ProbeAsync(file, "stream=codec_name,nb_read_packets");
        Assert.Equal("webvtt,3", read);
        Assert.Contains("&lt;b&gt;a --&gt; b&lt;/b&gt; NOTE", vtt, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Members_are_found_by_the_beginning_of_their_names_once_they_wrote()
    {
        var (live, owner, member) = await server.NewRoomAsync();
        await server.NewMemberAsync("Bountouraby"); // is not here

        async Task<int[]> FoundAsync(string search) =>
            [
                .. (
                    await member.Client.GetAsync(
                        $"{ChatClient.Chat(live)}/members/?search={Uri.EscapeDataString(search)}",
                        HttpStatusCode.OK
                    )
                )
                    .EnumerateArray()
                    .Select(m => m.Id()),
            ];

        Assert.Equal((int[])[owner.Id], await FoundAsync("")); // its owner may be named before anybody wrote
        await member.SayAsync(live, "bonjour");
        Assert.Equal((int[])[member.Id], await FoundAsync("bOUn"));
        Assert.Equal((int[])[member.Id], await FoundAsync($"@{member.Name}"));
        foreach (var nobody in (string[])["%", "_", "'", new string('a', 5000), "\u202E"])
            Assert.Empty(await FoundAsync(nobody));
    }

    [Fact]
    public async Task Mentions_and_the_moment_its_author_saw_stay_with_a_message()
    {
        var (live, owner, member) = await server.NewRoomAsync();

        var said = await member.PostAsync(
            live,
            new
            {
                content = $"@{owner.Name}, @{member.Name.ToUpperInvariant()} et @personne, à@{owner.Name}",
                seen_media_time = 12.345,
            },
            HttpStatusCode.Created
        );
        await member.PostAsync(
            live,
            new { content = "horloge folle", seen_media_time = -1e9 },
            HttpStatusCode.Created
        );

        Assert.Equal([owner.Id, member.Id], Mentions(said));
        Assert.Equal(12.345m, said.GetProperty("seen_media_time").GetDecimal());
        await server.RestartAsync();
        member = await server.SignInAsync(member.Name);
        var kept = await member.MessagesAsync(live);
        Assert.Equal([owner.Id, member.Id], Mentions(kept[0]));
        Assert.Equal(12.345m, kept[0].GetProperty("seen_media_time").GetDecimal());
        Assert.Equal(JsonValueKind.Null, kept[1].GetProperty("seen_media_time").ValueKind);
    }

    private static int[] Mentions(JsonElement message) =>
        [.. message.GetProperty("mentions").EnumerateArray().Select(m => m.GetInt32())];

    /// <summary>Messages as if written at these seconds of the live.</summary>
    private async Task AddAsync(int live, Member author, double[] seconds)
    {
        foreach (var (index, at) in seconds.Index())
        {
            await server.ExecuteAsync(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"INSERT INTO ChatMessages (LiveId, Number, AuthorId, Content, Type, SentAt, MediaTime, Revision) VALUES ({live}, {index + 1}, {author.Id}, 'm{index}', 'text', 0, {(long)(at * 1000)}, 0)"
                )
            );
        }
    }
}
