using System.Net;
using System.Text;
using System.Text.Json;
using CommuniConnect.Server.Broadcast.OnAir;
using CommuniConnect.Server.Tests.Support;
using Xunit;

namespace CommuniConnect.Server.Tests.Community.Lives;

public sealed class LiveApiTests(ServerFixture server) : IClassFixture<ServerFixture>
{
    private static readonly string[] StopFields =
    [
        "message",
        "video_saved",
        "video_id",
        "video_url",
        "duration",
    ];

    private static readonly string[] LiveFields =
    [
        "status",
        "started_at",
        "ended_at",
        "duration",
        "viewers",
        "peak_viewers",
        "messages_count",
        "takes",
    ];

    [Theory]
    [InlineData("/api/posts/live/start/")]
    [InlineData("/api/posts/live/start")]
    public async Task Start_answers_what_a_publisher_and_a_viewer_need(string path)
    {
        var member = await MemberAsync();

        var started = await member.Client.PostAsync(
            path,
            new { title = "Réunion", description = "Au marché" },
            HttpStatusCode.Created
        );

        Assert.Equal(
            [
                "live_id",
                "post_id",
                "stream_key",
                "ingest_url",
                "rtmp_url",
                "watch_url",
                "hls_url",
                "message",
            ],
            started.Names()
        );
        Assert.Equal("Live démarré avec succès", started.Text("message"));
        Assert.StartsWith(
            $"live_{member.Id}_",
            started.Text("stream_key"),
            StringComparison.Ordinal
        );
        Assert.Equal(JsonValueKind.Null, started.GetProperty("rtmp_url").ValueKind);
        Assert.Equal(JsonValueKind.Null, started.GetProperty("hls_url").ValueKind);
        Assert.StartsWith(
            $"{server.BaseAddress}ingest/",
            started.Text("ingest_url"),
            StringComparison.Ordinal
        );
        Assert.StartsWith(
            $"{server.BaseAddress}watch/",
            started.Text("watch_url"),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Members_without_a_quartier_cannot_start()
    {
        var member = await server.NewMemberAsync();

        var error = await member.Client.PostAsync(
            "/api/posts/live/start/",
            new { title = "Direct" },
            HttpStatusCode.BadRequest
        );

        Assert.Equal("quartier", error.Text("field"));
    }

    [Fact]
    public async Task Title_and_description_have_limits()
    {
        var member = await MemberAsync();
        async Task<string?> RefusedAsync(object form) =>
            (
                await member.Client.PostAsync(
                    "/api/posts/live/start/",
                    form,
                    HttpStatusCode.BadRequest
                )
            ).Text("field");

        Assert.Equal("title", await RefusedAsync(new { description = "sans titre" }));
        Assert.Equal("title", await RefusedAsync(new { title = "   " }));
        Assert.Equal("title", await RefusedAsync(new { title = new string('a', 201) }));
        Assert.Equal("title", await RefusedAsync(new { title = 5 }));
        Assert.Equal("title", await RefusedAsync(new { title = "\u0001" }));
        Assert.Equal(
            "description",
            await RefusedAsync(new { title = "a", description = new string('a', 5001) })
        );
        await member.Client.PostAsync(
            "/api/posts/live/start/",
            new { title = new string('é', 200), description = new string('é', 5000) },
            HttpStatusCode.Created
        );
    }

    [Fact]
    public async Task Bodies_that_are_no_object_are_refused_with_a_sentence()
    {
        var member = await MemberAsync();

        foreach (var body in new[] { "", "[]", "null", "\"a\"", "{", "{\"title\":" })
        {
            using var content = new StringContent(body, Encoding.UTF8, "application/json");
            using var answer = await member.Client.PostAsync("/api/posts/live/start/", content);
            await Json.ReadAsync(answer, HttpStatusCode.BadRequest);
        }
    }

    [Fact]
    public async Task Without_a_token_nothing_is_started_shown_or_stopped()
    {
        var live = await StartedLive.StartAsync(server);
        var anyone = server.Anonymous();

        await anyone.PostAsync(
            "/api/posts/live/start/",
            new { title = "Direct" },
            HttpStatusCode.Unauthorized
        );
        await anyone.GetAsync($"/api/posts/live/{live.Id}/", HttpStatusCode.Unauthorized);
        await anyone.PutAsync(
            $"/api/posts/live/{live.Id}/stop/",
            new { force = true },
            HttpStatusCode.Unauthorized
        );
        Assert.Equal(LiveStatus.Waiting, live.Snapshot?.Status);
    }

    [Fact]
    public async Task Only_the_owner_is_shown_the_key()
    {
        var live = await StartedLive.StartAsync(server);
        var other = await server.NewMemberAsync();

        var own = await live.GetAsync();
        var seen = await other.Client.GetAsync($"/api/posts/live/{live.Id}", HttpStatusCode.OK);

        Assert.Equal(live.Ingest, new Uri(own.Text("ingest_url")!));
        Assert.StartsWith(
            $"live_{live.Owner.Id}_",
            own.Text("stream_key"),
            StringComparison.Ordinal
        );
        Assert.Null(seen.Text("ingest_url"));
        Assert.Null(seen.Text("stream_key"));
        Assert.Equal(live.Watch, new Uri(seen.Text("watch_url")!));
        Assert.Equal(LiveFields, seen.GetProperty("live").Names());
        Assert.DoesNotContain(
            own.Text("stream_key")!,
            $"{await other.Client.GetAsync("/api/posts/", HttpStatusCode.OK)}",
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Unknown_lives_and_text_posts_are_not_found()
    {
        var member = await MemberAsync();
        var post = await member.Client.PostAsync(
            "/api/posts/",
            new
            {
                title = "Texte",
                content = "Rien à voir",
                post_type = "info",
            },
            HttpStatusCode.Created
        );
        foreach (var id in new[] { 999_999, post.Int("id") })
        {
            await member.Client.GetAsync($"/api/posts/live/{id}/", HttpStatusCode.NotFound);
            await member.Client.PutAsync(
                $"/api/posts/live/{id}/stop/",
                new { },
                HttpStatusCode.NotFound
            );
        }
        await member.Client.GetAsync("/api/posts/live/99999999999999/", HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Others_may_not_stop_a_live_and_a_moderator_may()
    {
        var live = await StartedLive.StartAsync(server);
        var other = await server.NewMemberAsync();
        var moderator = await server.NewModeratorAsync();

        await other.Client.PutAsync(
            $"/api/posts/live/{live.Id}/stop/",
            new { force = true },
            HttpStatusCode.Forbidden
        );
        Assert.Equal(LiveStatus.Waiting, live.Snapshot?.Status);

        var stopped = await moderator.Client.PutAsync(
            $"/api/posts/live/{live.Id}/stop/",
            new { },
            HttpStatusCode.OK
        );
        Assert.Equal("Live arrêté", stopped.Text("message"));
    }

    [Theory]
    [InlineData(null, null)]
    [InlineData("", "application/json")]
    [InlineData("", "text/plain")]
    [InlineData("{}", "application/json")]
    [InlineData("null", "application/json")]
    [InlineData("{\"force\":true}", "application/json")]
    [InlineData("{\"force\":null}", "application/json")]
    [InlineData("{\"video_data\":\"AAAA\",\"x\":[{}]}", "application/json")]
    [InlineData("{\"force\":false}", "application/json; charset=utf-8")]
    public async Task Every_body_a_client_may_send_stops_the_live(string? body, string? type)
    {
        var live = await StartedLive.StartAsync(server);
        using var content = body is null ? null : new StringContent(body);
        if (content is not null)
        {
            content.Headers.ContentType = new(type!.Split(';')[0]);
        }

        using var answer = await live.Owner.Client.PutAsync(
            $"/api/posts/live/{live.Id}/stop",
            content
        );

        var stopped = await Json.ReadAsync(answer, HttpStatusCode.OK);
        Assert.Equal(StopFields, stopped.Names());
        Assert.False(stopped.GetProperty("video_saved").GetBoolean());
        Assert.Equal(JsonValueKind.Null, stopped.GetProperty("video_id").ValueKind);
        Assert.Equal(JsonValueKind.Null, stopped.GetProperty("video_url").ValueKind);
        Assert.Equal(0, stopped.GetProperty("duration").GetDecimal());
    }

    [Theory]
    [InlineData("{\"force\":\"oui\"}")]
    [InlineData("[1]")]
    [InlineData("{")]
    public async Task Bodies_that_make_no_sense_stop_nothing(string body)
    {
        var live = await StartedLive.StartAsync(server);
        using var content = new StringContent(body, Encoding.UTF8, "application/json");

        using var answer = await live.Owner.Client.PutAsync(
            $"/api/posts/live/{live.Id}/stop/",
            content
        );

        await Json.ReadAsync(answer, HttpStatusCode.BadRequest);
        Assert.Equal(LiveStatus.Waiting, live.Snapshot?.Status);
    }

    [Fact]
    public async Task Post_is_a_live_post_exactly_while_it_runs_and_running_lives_come_first()
    {
        var live = await StartedLive.StartAsync(server);
        var later = await StartedLive.StartAsync(server);
        await later.StopAsync();

        Assert.True((await live.GetAsync()).GetProperty("is_live_post").GetBoolean());
        Assert.Equal("waiting", (await live.GetAsync()).GetProperty("live").Text("status"));
        var feed = await live.Owner.Client.GetAsync("/api/posts/", HttpStatusCode.OK);
        Assert.True(feed.GetProperty("results")[0].GetProperty("is_live_post").GetBoolean());

        await live.PublishAsync(await Footage.Vp8OpusAsync(2));
        await live.StopAsync();

        var ended = await live.GetAsync();
        Assert.False(ended.GetProperty("is_live_post").GetBoolean());
        Assert.Equal("ended", ended.GetProperty("live").Text("status"));
        Assert.Equal(1, ended.GetProperty("live").Int("takes"));
        Assert.Null(ended.Text("watch_url"));
        Assert.Null(ended.Text("stream_key"));
        Assert.Equal(1, ended.GetProperty("media_files").GetArrayLength());
        Assert.True(ended.GetProperty("live_stream").GetProperty("is_live_recording").GetBoolean());
        var running = await live.Owner.Client.GetAsync(
            "/api/posts/?is_live_post=true",
            HttpStatusCode.OK
        );
        Assert.DoesNotContain(
            running.GetProperty("results").EnumerateArray(),
            post => post.Int("id") == live.Id || post.Int("id") == later.Id
        );
    }

    [Fact]
    public async Task English_is_spoken_to_who_asks_for_it()
    {
        var live = await StartedLive.StartAsync(server);
        live.Owner.Client.DefaultRequestHeaders.Add("Accept-Language", "en");

        var stopped = await live.StopAsync();
        var refused = await live.Owner.Client.PostAsync(
            "/api/posts/live/start/",
            new { },
            HttpStatusCode.BadRequest
        );
        using var ended = await live.Owner.Client.PostAsync(live.Ingest, new ByteArrayContent([1]));

        Assert.Equal("Live stopped", stopped.Text("message"));
        Assert.Contains("title", refused.Text("detail"), StringComparison.Ordinal);
        Assert.DoesNotContain("obligatoire", refused.Text("detail"), StringComparison.Ordinal);
        var conflict = await Json.ReadAsync(ended, HttpStatusCode.Conflict);
        Assert.DoesNotContain("terminé", conflict.Text("detail"), StringComparison.Ordinal);
    }

    private async Task<Member> MemberAsync() =>
        await server.NewMemberAsync(quartier: await StartedLive.QuartierAsync(server));
}
