using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using CommuniConnect.Server.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Xunit;

namespace CommuniConnect.Server.Tests.Platform.Webhooks;

/// <summary>A program that is told what happens, on a real socket of this machine; it believes only what is signed.</summary>
internal sealed class WebhookReceiver : IAsyncDisposable
{
    public const string Secret = "whsec_c2VjcmV0IG9mIHRoZSB0ZXN0cyBvbmx5";
    private static readonly byte[] Key = "secret of the tests only"u8.ToArray();
    private readonly WebApplication _app;
    private int _failures;

    private WebhookReceiver(WebApplication app) => _app = app;

    public ConcurrentQueue<Told> All { get; } = new();

    public string Url => $"{_app.Urls.Single()}/hook";

    /// <summary>So many next messages are answered with 503.</summary>
    public int FailuresToCome
    {
        set => Volatile.Write(ref _failures, value);
    }

    public static async Task<WebhookReceiver> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var receiver = new WebhookReceiver(builder.Build());
        receiver._app.MapPost("/hook", receiver.TakeAsync);
        receiver._app.MapPost("/elsewhere", () => Results.Redirect("/hook", preserveMethod: true));
        await receiver._app.StartAsync();
        return receiver;
    }

    /// <summary>The first message of this type that was taken and fits, once it is there.</summary>
    public async Task<Told> NextAsync(string type, Func<JsonElement, bool> fits)
    {
        Told? found = null;
        await Patience.UntilAsync(
            () =>
            {
                found = All.FirstOrDefault(t =>
                    t.Taken && t.Body.Text("type") == type && fits(t.Body.GetProperty("data"))
                );
                return Task.FromResult(found is not null);
            },
            $"{type} is told"
        );
        return found!;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task<IResult> TakeAsync(HttpRequest request)
    {
        using var copy = new MemoryStream();
        await request.Body.CopyToAsync(copy);
        var id = request.Headers["webhook-id"].ToString();
        var timestamp = request.Headers["webhook-timestamp"].ToString();
        var signed = (byte[])[.. Encoding.UTF8.GetBytes($"{id}.{timestamp}."), .. copy.ToArray()];
        Assert.Equal(
            "v1," + Convert.ToBase64String(HMACSHA256.HashData(Key, signed)),
            request.Headers["webhook-signature"]
        );
        var taken = Interlocked.Decrement(ref _failures) < 0;
        All.Enqueue(
            new Told(
                id,
                long.Parse(timestamp, CultureInfo.InvariantCulture),
                JsonSerializer.Deserialize<JsonElement>(copy.ToArray()),
                taken
            )
        );
        return taken ? Results.NoContent() : Results.StatusCode(503);
    }

    /// <summary>One attempt to tell something, signed as it must be.</summary>
    internal sealed record Told(string Id, long Timestamp, JsonElement Body, bool Taken);
}
