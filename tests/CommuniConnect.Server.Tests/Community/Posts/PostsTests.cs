using System.Net;
using System.Text.Json;
using CommuniConnect.Server.Community.Lives;
using CommuniConnect.Server.Community.Posts;
using CommuniConnect.Server.Tests.Support;
using Xunit;

namespace CommuniConnect.Server.Tests.Community.Posts;

public sealed class PostsTests(ServerFixture server) : IClassFixture<ServerFixture>
{
    [Fact]
    public async Task A_new_post_has_every_field_of_the_contract()
    {
        var member = await server.NewMemberAsync();

        var post = await NewPostAsync(member, "Coupure d'eau", "À Dixinn, ce soir.");

        Assert.Equal(
            [
                "id",
                "author",
                "quartier",
                "title",
                "content",
                "post_type",
                "is_live_post",
                "media_files",
                "live_stream",
                "live",
                "likes_count",
                "comments_count",
                "views_count",
                "created_at",
                "updated_at",
                "is_liked_by_user",
            ],
            post.Names()
        );
        Assert.Equal("info", post.Text("post_type"));
        Assert.False(post.GetProperty("is_live_post").GetBoolean());
        Assert.EndsWith("Z", post.Text("created_at"), StringComparison.Ordinal);
        Assert.False(post.GetProperty("author").TryGetProperty("email", out _));
    }

    [Fact]
    public async Task Text_comes_back_as_it_was_written()
    {
        var member = await server.NewMemberAsync();
        const string Written = "<script>alert('é')</script> & \"guillemets\" 👩🏾‍🦱\r\n\tligne";

        var post = await NewPostAsync(member, Written, Written);

        Assert.Equal(Written, post.Text("title"));
        Assert.Equal(Written, post.Text("content"));
    }

    [Theory]
    [InlineData("title", null)]
    [InlineData("title", "")]
    [InlineData("title", " \n ")]
    [InlineData("title", 1)]
    [InlineData("title", "nul\0")]
    [InlineData("content", null)]
    [InlineData("content", "")]
    [InlineData("content", true)]
    [InlineData("content", "sonnette\a")]
    [InlineData("post_type", "live")]
    [InlineData("post_type", "autre")]
    [InlineData("post_type", 5)]
    public async Task A_bad_field_is_named(string field, object? value)
    {
        var member = await server.NewMemberAsync();
        var form = new Dictionary<string, object?>(StringComparer.Ordinal)
        {
            ["title"] = "Titre",
            ["content"] = "Texte",
            [field] = value,
        };

        var problem = await member.Client.PostAsync("/api/posts/", form, HttpStatusCode.BadRequest);

        Assert.Equal(field, problem.Text("field"));
    }

    [Theory]
    [InlineData("title", Post.TitleLength)]
    [InlineData("content", Post.ContentLength)]
    public async Task Length_is_counted_in_characters_up_to_the_limit(string field, int limit)
    {
        var member = await server.NewMemberAsync();
        Dictionary<string, object?> Form(int length) =>
            new(StringComparer.Ordinal)
            {
                ["title"] = "Titre",
                ["content"] = "Texte",
                [field] = string.Concat(Enumerable.Repeat("😀", length)),
            };

        await member.Client.PostAsync("/api/posts/", Form(limit), HttpStatusCode.Created);
        var problem = await member.Client.PostAsync(
            "/api/posts/",
            Form(limit + 1),
            HttpStatusCode.BadRequest
        );

        Assert.Equal(field, problem.Text("field"));
    }

    [Fact]
    public async Task The_list_is_paged_newest_first_and_its_addresses_lead_on()
    {
        var member = await server.NewMemberAsync();
        for (var i = 1; i <= 21; i++)
        {
            await NewPostAsync(member, $"Publication {i}", "Texte", "event");
        }

        var first = await member.Client.GetAsync(
            $"/api/posts/?type=event&author={member.Id}",
            HttpStatusCode.OK
        );
        var second = await member.Client.GetAsync(first.Text("next")!, HttpStatusCode.OK);

        Assert.Equal(["count", "next", "previous", "results"], first.Names());
        Assert.Equal(21, first.Int("count"));
        Assert.Equal(20, first.GetProperty("results").GetArrayLength());
        Assert.Equal("Publication 21", first.GetProperty("results")[0].Text("title"));
        Assert.Null(first.Text("previous"));
        Assert.StartsWith(
            server.BaseAddress.ToString(),
            first.Text("next"),
            StringComparison.Ordinal
        );
        Assert.Equal("Publication 1", second.GetProperty("results")[0].Text("title"));
        Assert.Null(second.Text("next"));
        Assert.NotNull(second.Text("previous"));
    }

    [Theory]
    [InlineData("page=0")]
    [InlineData("page=-1")]
    [InlineData("page=abc")]
    [InlineData("page=99999999999999999999")]
    [InlineData("is_live_post=peut-etre")]
    [InlineData("author=%00")]
    public async Task A_bad_filter_is_400(string query)
    {
        var member = await server.NewMemberAsync();

        var problem = await member.Client.GetAsync(
            $"/api/posts/?{query}",
            HttpStatusCode.BadRequest
        );

        Assert.Equal(query.Split('=')[0], problem.Text("field"));
    }

    [Theory]
    [InlineData("page=2147483647")]
    [InlineData("type=inconnu")]
    [InlineData("type=%ff%00")]
    public async Task A_filter_that_matches_nothing_gives_an_empty_page(string query)
    {
        var member = await server.NewMemberAsync();

        var page = await member.Client.GetAsync($"/api/posts?{query}", HttpStatusCode.OK);

        Assert.Equal(0, page.GetProperty("results").GetArrayLength());
        Assert.Null(page.Text("next"));
    }

    [Fact]
    public async Task Only_the_author_changes_a_post_and_what_is_absent_stays()
    {
        var author = await server.NewMemberAsync();
        var other = await server.NewMemberAsync();
        var path = $"/api/posts/{(await NewPostAsync(author)).Int("id")}/";

        var changed = await author.Client.PutAsync(
            path,
            new { content = "Nouveau texte" },
            HttpStatusCode.OK
        );

        Assert.Equal("Titre", changed.Text("title"));
        Assert.Equal("Nouveau texte", changed.Text("content"));
        await other.Client.PutAsync(path, new { content = "Pris" }, HttpStatusCode.Forbidden);
        await author.Client.PutAsync(path, new { title = "" }, HttpStatusCode.BadRequest);
        await author.Client.PutAsync("/api/posts/999999/", new { }, HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task The_author_or_a_moderator_deletes_a_post_with_everything_under_it()
    {
        var author = await server.NewMemberAsync();
        var other = await server.NewMemberAsync();
        var moderator = await server.NewModeratorAsync();
        var one = $"/api/posts/{(await NewPostAsync(author)).Int("id")}/";
        var two = $"/api/posts/{(await NewPostAsync(author)).Int("id")}/";
        await other.Client.PostAsync($"{one}like/", new { }, HttpStatusCode.OK);
        await other.Client.PostAsync(
            $"{one}comments/",
            new { content = "Merci" },
            HttpStatusCode.Created
        );

        await other.Client.DeleteAsync(one, HttpStatusCode.Forbidden);
        await author.Client.DeleteAsync(one, HttpStatusCode.NoContent);
        await moderator.Client.DeleteAsync(two, HttpStatusCode.NoContent);

        await author.Client.GetAsync(one, HttpStatusCode.NotFound);
        await author.Client.DeleteAsync(two, HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_like_is_given_and_taken_back()
    {
        var author = await server.NewMemberAsync();
        var fan = await server.NewMemberAsync();
        var path = $"/api/posts/{(await NewPostAsync(author)).Int("id")}/";

        var liked = await fan.Client.PostAsync($"{path}like/", new { }, HttpStatusCode.OK);
        var seenByFan = await fan.Client.GetAsync(path, HttpStatusCode.OK);
        var seenByAuthor = await author.Client.GetAsync(path, HttpStatusCode.OK);
        var unliked = await fan.Client.PostAsync($"{path}like/", new { }, HttpStatusCode.OK);

        Assert.Equal(["is_liked", "likes_count"], liked.Names());
        Assert.True(liked.GetProperty("is_liked").GetBoolean());
        Assert.Equal(1, liked.Int("likes_count"));
        Assert.True(seenByFan.GetProperty("is_liked_by_user").GetBoolean());
        Assert.False(seenByAuthor.GetProperty("is_liked_by_user").GetBoolean());
        Assert.Equal(0, unliked.Int("likes_count"));
        await fan.Client.PostAsync("/api/posts/999999/like/", new { }, HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Many_likes_of_one_member_at_once_never_count_twice_nor_fail()
    {
        var member = await server.NewMemberAsync();
        var path = $"/api/posts/{(await NewPostAsync(member)).Int("id")}/";

        var answers = await Task.WhenAll(
            Enumerable
                .Range(0, 8)
                .Select(_ => member.Client.PostAsync($"{path}like/", content: null))
        );

        Assert.All(answers, a => Assert.Equal(HttpStatusCode.OK, a.StatusCode));
        var post = await member.Client.GetAsync(path, HttpStatusCode.OK);
        Assert.InRange(post.Int("likes_count"), 0, 1);
    }

    [Fact]
    public async Task Comments_are_listed_oldest_first_and_counted()
    {
        var member = await server.NewMemberAsync();
        var path = $"/api/posts/{(await NewPostAsync(member)).Int("id")}/";
        foreach (var text in (string[])["premier", "<b>deuxième</b>"])
        {
            await member.Client.PostAsync(
                $"{path}comments/",
                new { content = text },
                HttpStatusCode.Created
            );
        }

        var comments = await member.Client.GetAsync($"{path}comments/", HttpStatusCode.OK);
        var post = await member.Client.GetAsync(path, HttpStatusCode.OK);

        Assert.Equal(2, post.Int("comments_count"));
        Assert.Equal(
            ["premier", "<b>deuxième</b>"],
            comments.GetProperty("results").EnumerateArray().Select(c => c.Text("content"))
        );
        Assert.Equal(member.Id, comments.GetProperty("results")[0].GetProperty("author").Int("id"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("  ")]
    [InlineData(null)]
    [InlineData(7)]
    public async Task An_empty_comment_is_400(object? content)
    {
        var member = await server.NewMemberAsync();
        var path = $"/api/posts/{(await NewPostAsync(member)).Int("id")}/comments/";

        var problem = await member.Client.PostAsync(
            path,
            new { content },
            HttpStatusCode.BadRequest
        );

        Assert.Equal("content", problem.Text("field"));
        await member.Client.PostAsync(
            path,
            new { content = new string('a', Comment.ContentLength + 1) },
            HttpStatusCode.BadRequest
        );
        await member.Client.PostAsync(
            "/api/posts/999999/comments/",
            new { content = "perdu" },
            HttpStatusCode.NotFound
        );
        await member.Client.GetAsync("/api/posts/999999/comments/", HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Every_look_at_a_post_is_counted()
    {
        var member = await server.NewMemberAsync();
        var path = $"/api/posts/{(await NewPostAsync(member)).Int("id")}/";

        await member.Client.GetAsync(path, HttpStatusCode.OK);
        var second = await member.Client.GetAsync(path, HttpStatusCode.OK);

        Assert.Equal(2, second.Int("views_count"));
    }

    [Fact]
    public async Task An_open_live_comes_first_is_interrupted_without_its_engine_and_cannot_be_deleted()
    {
        var member = await server.NewMemberAsync();
        var live = await NewLiveAsync(member, ended: false);
        await NewPostAsync(member, "Plus récent");

        var list = await member.Client.GetAsync(
            $"/api/posts/?author={member.Id}",
            HttpStatusCode.OK
        );
        var first = list.GetProperty("results")[0];

        Assert.Equal(live, first.Int("id"));
        Assert.True(first.GetProperty("is_live_post").GetBoolean());
        Assert.Equal("interrupted", first.GetProperty("live").Text("status"));
        Assert.Equal(
            [
                "status",
                "started_at",
                "ended_at",
                "duration",
                "viewers",
                "peak_viewers",
                "messages_count",
                "takes",
            ],
            first.GetProperty("live").Names()
        );
        await member.Client.DeleteAsync($"/api/posts/{live}/", HttpStatusCode.Conflict);
        Assert.Equal(
            1,
            (
                await member.Client.GetAsync(
                    $"/api/posts/?is_live_post=true&author={member.Id}",
                    HttpStatusCode.OK
                )
            ).Int("count")
        );
    }

    [Fact]
    public async Task An_ended_live_shows_its_replay_and_is_an_ordinary_post_again()
    {
        var member = await server.NewMemberAsync();
        var live = await NewLiveAsync(member, ended: true);

        var post = await member.Client.GetAsync($"/api/posts/{live}/", HttpStatusCode.OK);
        var media = post.GetProperty("live_stream");

        Assert.False(post.GetProperty("is_live_post").GetBoolean());
        Assert.Equal("ended", post.GetProperty("live").Text("status"));
        Assert.Equal(90.5m, post.GetProperty("live").GetProperty("duration").GetDecimal());
        Assert.Equal(
            [
                "id",
                "media_type",
                "file_url",
                "thumbnail_url",
                "duration",
                "file_size",
                "width",
                "height",
                "is_live_recording",
                "created_at",
            ],
            media.Names()
        );
        Assert.Equal(
            $"{server.BaseAddress}media/{media.Int("id")}-jeton{live}.webm",
            media.Text("file_url")
        );
        Assert.Equal(90.5m, media.GetProperty("duration").GetDecimal());
        Assert.Equal(1, post.GetProperty("media_files").GetArrayLength());
        await member.Client.DeleteAsync($"/api/posts/{live}/", HttpStatusCode.NoContent);
    }

    [Theory]
    [InlineData("/api/posts/abc/")]
    [InlineData("/api/posts/-1/")]
    [InlineData("/api/posts/0/")]
    [InlineData("/api/posts/99999999999999999999/")]
    [InlineData("/api/posts/%2e%2e/")]
    public async Task An_unknown_post_is_404(string path)
    {
        var member = await server.NewMemberAsync();

        await member.Client.GetAsync(path, HttpStatusCode.NotFound);
    }

    private static Task<JsonElement> NewPostAsync(
        Member author,
        string title = "Titre",
        string content = "Texte",
        string? type = null
    ) =>
        author.Client.PostAsync(
            "/api/posts/",
            new
            {
                title,
                content,
                post_type = type,
            },
            HttpStatusCode.Created
        );

    private Task<int> NewLiveAsync(Member author, bool ended) =>
        server.WithDbAsync(async db =>
        {
            var now = server.Time.GetUtcNow();
            var post = new Post
            {
                AuthorId = author.Id,
                Title = "Direct",
                Content = "",
                PostType = "live",
                CreatedAt = now,
                UpdatedAt = now,
                Live = new LiveRecord
                {
                    StartedAt = now,
                    EndedAt = ended ? now : null,
                    Duration = TimeSpan.FromSeconds(90.5),
                },
            };
            db.Posts.Add(post);
            await db.SaveChangesAsync();
            if (ended)
            {
                db.Media.Add(
                    new ReplayMedia
                    {
                        PostId = post.Id,
                        Token = $"jeton{post.Id}",
                        File = "1.webm",
                        ContentType = "video/webm",
                        Duration = TimeSpan.FromSeconds(90.5),
                        SizeBytes = 1_000,
                        CreatedAt = now,
                    }
                );
                await db.SaveChangesAsync();
            }
            return post.Id;
        });
}
