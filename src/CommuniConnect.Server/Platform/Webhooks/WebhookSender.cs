using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Threading.Channels;
using Polly;
using Polly.Retry;

namespace CommuniConnect.Server.Platform.Webhooks;

/// <summary>Tells one target, one event after the other, from a bounded queue: whoever publishes never waits for it.</summary>
internal sealed partial class WebhookSender : IDisposable
{
    /// <summary>Events that wait for a target that does not answer; then the oldest are given up.</summary>
    private const int QueueLength = 1000;

    /// <summary>After the first attempt: over half a second, one, two… about eight minutes together.</summary>
    private const int Retries = 12;

    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LongestAttempt = TimeSpan.FromSeconds(10);

    private readonly WebhookTarget _target;
    private readonly JsonSerializerOptions _json;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly byte[] _key;
    private readonly HttpClient _client;
    private readonly ResiliencePipeline<HttpStatusCode> _patiently;
    private readonly Channel<WebhookEvent> _queue;
    private int _dropped;

    public WebhookSender(
        WebhookTarget target,
        JsonSerializerOptions json,
        TimeProvider time,
        ILogger logger
    )
    {
        (_target, _json, _time, _logger) = (target, json, time, logger);
        _key = target.Key;
        _client = NewClient(target.AllowPrivate);
        _patiently = NewPipeline(time);
        _queue = Channel.CreateBounded<WebhookEvent>(
            new BoundedChannelOptions(QueueLength)
            {
                FullMode = BoundedChannelFullMode.DropOldest,
                SingleReader = true,
            },
            _ => Interlocked.Increment(ref _dropped)
        );
    }

    /// <summary>Queues an event if the target wants it. Never waits.</summary>
    public void Add(WebhookEvent happened)
    {
        if (_target.Wants(happened.Type))
            _queue.Writer.TryWrite(happened);
    }

    public async Task RunAsync(CancellationToken stop)
    {
        await foreach (var happened in _queue.Reader.ReadAllAsync(stop))
        {
            if (Interlocked.Exchange(ref _dropped, 0) is > 0 and var dropped)
                LogDropped(_logger, _target.Url, dropped);
            await TellAsync(happened, stop);
        }
    }

    public void Dispose() => _client.Dispose();

    /// <summary>A client that goes nowhere but to the address it is given, and there only if it may.</summary>
    public static HttpClient NewClient(bool allowPrivate)
    {
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false, // a redirect would be another address than the one that was allowed
            UseProxy = false,
            UseCookies = false,
            MaxResponseHeadersLength = 16, // KiB
            PooledConnectionLifetime = TimeSpan.FromMinutes(2), // names are looked up, and checked, again
        };
        if (!allowPrivate)
            handler.ConnectCallback = PublicNetwork.ConnectAsync;
        return new HttpClient(handler) { Timeout = LongestAttempt };
    }

    private static ResiliencePipeline<HttpStatusCode> NewPipeline(TimeProvider time) =>
        new ResiliencePipelineBuilder<HttpStatusCode> { TimeProvider = time }
            .AddRetry(
                new RetryStrategyOptions<HttpStatusCode>
                {
                    MaxRetryAttempts = Retries,
                    BackoffType = DelayBackoffType.Exponential,
                    UseJitter = true,
                    Delay = FirstPause,
                    MaxDelay = LongestPause,
                    ShouldHandle = arguments =>
                        ValueTask.FromResult(
                            arguments.Outcome.Exception switch
                            {
                                null => IsTransient(arguments.Outcome.Result),
                                HttpRequestException { InnerException: NotPublicException } =>
                                    false,
                                HttpRequestException => true,
                                // The time of the attempt was up; a stop of the server is not tried again.
                                OperationCanceledException => !arguments
                                    .Context
                                    .CancellationToken
                                    .IsCancellationRequested,
                                _ => false,
                            }
                        ),
                }
            )
            .Build();

    private static bool IsTransient(HttpStatusCode status) =>
        status
            is >= HttpStatusCode.InternalServerError
                or HttpStatusCode.RequestTimeout
                or HttpStatusCode.TooManyRequests;

    private async Task TellAsync(WebhookEvent happened, CancellationToken stop)
    {
        try
        {
            var id = $"msg_{Guid.NewGuid():N}";
            var body = JsonSerializer.SerializeToUtf8Bytes(happened, _json);
            var status = await _patiently.ExecuteAsync(
                async attempt => await PostAsync(id, body, attempt),
                stop
            );
            if ((int)status is < 200 or >= 300)
                LogRefused(_logger, happened.Type, _target.Url, (int)status);
        }
        catch (Exception error) when (!stop.IsCancellationRequested)
        {
            LogNotTold(_logger, happened.Type, _target.Url, error.InnerException ?? error);
        }
    }

    private async Task<HttpStatusCode> PostAsync(
        string id,
        byte[] body,
        CancellationToken cancellation
    )
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, _target.Url);
        request.Content = new ByteArrayContent(body);
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.UserAgent.ParseAdd("CommuniConnect-Live");
        WebhookSignature.Sign(request, id, _time.GetUtcNow(), body, _key);
        // What it answers beside the status is nobody's business, and could be endless.
        using var answer = await _client.SendAsync(
            request,
            HttpCompletionOption.ResponseHeadersRead,
            cancellation
        );
        return answer.StatusCode;
    }

    [LoggerMessage(
        4001,
        LogLevel.Warning,
        "Webhook {Url}: {Count} events were given up, it does not keep up"
    )]
    private static partial void LogDropped(ILogger logger, string url, int count);

    [LoggerMessage(4002, LogLevel.Warning, "Webhook {Url}: {Type} was refused with {Status}")]
    private static partial void LogRefused(ILogger logger, string type, string url, int status);

    [LoggerMessage(4003, LogLevel.Warning, "Webhook {Url}: {Type} could not be told")]
    private static partial void LogNotTold(
        ILogger logger,
        string type,
        string url,
        Exception error
    );
}
