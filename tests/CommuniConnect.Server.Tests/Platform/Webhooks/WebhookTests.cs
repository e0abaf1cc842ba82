using System.Net;
using CommuniConnect.Server.Platform.Webhooks;
using CommuniConnect.Server.Tests.Chat;
using CommuniConnect.Server.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Xunit;

namespace CommuniConnect.Server.Tests.Platform.Webhooks;

public sealed class WebhookTests : IAsyncLifetime
{
    private WebhookReceiver _receiver = null!;
    private WebhookServer _server = null!;

    public async ValueTask InitializeAsync()
    {
        _receiver = await WebhookReceiver.StartAsync();
        _server = new WebhookServer(_receiver.Url);
        await _server.InitializeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        await _receiver.DisposeAsync();
    }

    [Fact]
    public async Task Live_and_chat_are_told_signed_as_they_happen()
    {
        var live = await StartedLive.StartAsync(_server);
        await live.PublishAsync(await Footage.Vp8OpusAsync(2));
        await _receiver.NextAsync("live.started", d => d.Int("live_id") == live.Id);
        var id = await live.Owner.SayAsync(live.Id, "bonjour 👋🏿", clientId: "à moi");
        await live.Owner.SayAsync(live.Id, "bonjour 👋🏿", clientId: "à moi");
        await live.Owner.Client.DeleteAsync(
            $"{ChatClient.Chat(live.Id)}/messages/{id}/?reason=erreur",
            HttpStatusCode.NoContent
        );
        await live.Owner.Client.PostAsync(
            $"{ChatClient.Chat(live.Id)}/messages/{id}/restore/",
            new { },
            HttpStatusCode.OK
        );
        await live.StopAsync();

        var ended = await _receiver.NextAsync("live.ended", d => d.Int("live_id") == live.Id);
        var replay = await _receiver.NextAsync("replay.ready", d => d.Int("live_id") == live.Id);
        var said = await _receiver.NextAsync("chat.message", d => d.Int("live_id") == live.Id);
        var gone = await _receiver.NextAsync("chat.removed", d => d.Int("live_id") == live.Id);
        Assert.Equal("stopped", ended.Body.GetProperty("data").Text("reason"));
        Assert.True(replay.Body.GetProperty("data").GetProperty("duration").GetDecimal() > 1);
        var message = said.Body.GetProperty("data").GetProperty("message");
        Assert.Equal("bonjour 👋🏿", message.Content());
        Assert.False(message.TryGetProperty("client_id", out _)); // its sender's own business
        Assert.Equal("erreur", gone.Body.GetProperty("data").Text("reason"));
        var back = await _receiver.NextAsync("chat.restored", d => d.Int("live_id") == live.Id);
        message = back.Body.GetProperty("data").GetProperty("message");
        Assert.Equal((id, "bonjour 👋🏿"), (message.Id(), message.Content()));
        Assert.False(message.TryGetProperty("client_id", out _));
        var types = _receiver.All.Select(t => t.Body.Text("type"));
        Assert.Equal(
            [
                "live.started",
                "chat.message",
                "chat.removed",
                "chat.restored",
                "live.ended",
                "replay.ready",
            ],
            types
        );
    }

    [Fact]
    public async Task What_is_not_taken_is_told_again_under_its_id_and_nothing_is_lost_or_out_of_order()
    {
        var (live, _, member) = await _server.NewRoomAsync();
        _receiver.FailuresToCome = 2;

        await member.SayAsync(live, "un");
        await member.SayAsync(live, "deux");

        await _receiver.NextAsync(
            "chat.message",
            d => d.GetProperty("message").Content() == "deux"
        );
        var attempts = _receiver.All.ToList();
        Assert.Equal([false, false, true, true], attempts.Select(t => t.Taken));
        Assert.Single(attempts.Take(3).Select(t => t.Id).Distinct(StringComparer.Ordinal));
        Assert.NotEqual(attempts[2].Id, attempts[3].Id);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_waits_when_the_server_goes_down_is_told_by_the_next_one_under_its_id(
        bool isKilled
    )
    {
        await using var server = new ServerProcess(null, [.. Settings(_receiver.Url)]);
        await server.StartAsync();
        await server.RegisterAsync();
        var (live, _) = await server.NewLiveAsync();
        _receiver.FailuresToCome = int.MaxValue;
        foreach (var content in (string[])["un", "deux"])
            await server.Client.PostAsync(
                $"{ChatClient.Chat(live)}/",
                new { content },
                HttpStatusCode.Created
            );
        await Patience.UntilAsync(
            () => Task.FromResult(_receiver.All.Count >= 2),
            "the first is told in vain, twice"
        );

        if (isKilled)
            await server.KillAsync();
        else
            await server.TerminateAsync(Patience.Deadline);
        _receiver.FailuresToCome = 0;
        await server.StartAsync();

        await _receiver.NextAsync(
            "chat.message",
            d => d.GetProperty("message").Content() == "deux"
        );
        var taken = _receiver.All.Where(t => t.Taken).ToList();
        Assert.Equal(
            ["un", "deux"],
            taken.Select(t => t.Body.GetProperty("data").GetProperty("message").Content())
        );
        Assert.Equal(_receiver.All.First().Id, taken[0].Id);
        await server.KillAsync();
    }

    [Fact]
    public async Task What_nobody_took_for_a_day_is_given_up()
    {
        var (live, _, member) = await _server.NewRoomAsync();
        _receiver.FailuresToCome = int.MaxValue;
        await member.SayAsync(live, "hier");
        await Patience.UntilAsync(
            () => Task.FromResult(!_receiver.All.IsEmpty),
            "it is told in vain"
        );

        _server.Time.Advance(TimeSpan.FromHours(25));
        await Patience.UntilAsync(async () => await WaitingAsync() == 0, "it is given up");
        _receiver.FailuresToCome = 0;
        member = await _server.SignInAsync(member.Name);
        await member.SayAsync(live, "aujourd'hui");

        await _receiver.NextAsync("chat.message", d => true);
        var taken = Assert.Single(_receiver.All, t => t.Taken);
        Assert.Equal(
            "aujourd'hui",
            taken.Body.GetProperty("data").GetProperty("message").Content()
        );
    }

    [Fact]
    public async Task Receiver_that_does_not_answer_slows_no_room_down_and_fills_no_disk()
    {
        const int Most = 11_000; // what waits for a receiver, with some slack
        var (live, _, member) = await _server.NewRoomAsync();
        _receiver.FailuresToCome = int.MaxValue;

        await _server.FillAsync(live, member, Most + 1_000);

        Assert.Equal(Most + 1_000, await _server.Rooms.CountAsync(live, ChatServer.Cancellation));
        await Patience.UntilAsync(
            async () => await WaitingAsync() is > 0 and <= Most,
            "the oldest are given up"
        );
        var newest = await _server.WithDbAsync(db =>
            db.WebhookDeliveries.OrderBy(d => d.Id).LastAsync(ChatServer.Cancellation)
        );
        Assert.Contains($"\"id\":{Most + 1_000},", newest.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_leave_nothing_on_this_machine_is_reached_and_redirects_are_not_followed()
    {
        using var strict = WebhookSender.NewClient(allowPrivate: false);
        using var allowed = WebhookSender.NewClient(allowPrivate: true);
        var port = new Uri(_receiver.Url).Port;

        foreach (
            var host in (string[])
                ["127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "0.0.0.0"]
        )
        {
            var refused = await Assert.ThrowsAsync<HttpRequestException>(() =>
                strict.PostAsync(
                    $"http://{host}:{port}/hook",
                    content: null,
                    ChatServer.Cancellation
                )
            );
            Assert.IsType<NotPublicException>(refused.InnerException);
        }
        using var redirected = await allowed.PostAsync(
            $"http://127.0.0.1:{port}/elsewhere",
            content: null,
            ChatServer.Cancellation
        );

        Assert.Equal(HttpStatusCode.RedirectKeepVerb, redirected.StatusCode);
        Assert.Empty(_receiver.All);
    }

    [Theory]
    [InlineData("10.1.2.3", false)]
    [InlineData("100.64.0.1", false)]
    [InlineData("169.254.169.254", false)]
    [InlineData("172.31.255.255", false)]
    [InlineData("172.32.0.1", true)]
    [InlineData("192.168.1.1", false)]
    [InlineData("224.0.0.1", false)]
    [InlineData("255.255.255.255", false)]
    [InlineData("9.9.9.9", true)]
    [InlineData("::", false)]
    [InlineData("::1", false)]
    [InlineData("::ffff:10.0.0.1", false)]
    [InlineData("::ffff:9.9.9.9", true)]
    [InlineData("64:ff9b::a00:1", false)]
    [InlineData("2002:a00:1::1", false)]
    [InlineData("fc00::1", false)]
    [InlineData("fe80::1", false)]
    [InlineData("ff02::1", false)]
    [InlineData("2a00:1450:4007::1", true)]
    public void Public_addresses_are_told_from_all_others(string address, bool isPublic) =>
        Assert.Equal(isPublic, PublicNetwork.Has(IPAddress.Parse(address)));

    [Theory]
    [InlineData("ftp://exemple.gn/", "secret", "chat.message")]
    [InlineData("exemple.gn", "secret", "chat.message")]
    [InlineData("https://exemple.gn/", "", "chat.message")]
    [InlineData("https://exemple.gn/", "whsec_***", "chat.message")]
    [InlineData("https://exemple.gn/", "secret", "chat.said")]
    public void Target_that_cannot_work_is_told_at_the_start(string url, string secret, string type)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(
                new Dictionary<string, string?>(StringComparer.Ordinal)
                {
                    ["Webhooks:0:Url"] = url,
                    ["Webhooks:0:Secret"] = secret,
                    ["Webhooks:0:Events:0"] = type,
                }
            )
            .Build();

        var error = Assert.Throws<InvalidOperationException>(() =>
            WebhookTarget.Read(configuration)
        );
        Assert.StartsWith("Webhooks:0: ", error.Message, StringComparison.Ordinal);
    }

    private Task<int> WaitingAsync() =>
        _server.WithDbAsync(db => db.WebhookDeliveries.CountAsync(ChatServer.Cancellation));

    private static IEnumerable<string> Settings(string url) =>
        [
            "--Webhooks:0:Url",
            url,
            "--Webhooks:0:Secret",
            WebhookReceiver.Secret,
            "--Webhooks:0:AllowPrivate",
            "true",
        ];

    private sealed class WebhookServer(string url) : ChatServer
    {
        protected override IEnumerable<string> Arguments => Settings(url);
    }
}
