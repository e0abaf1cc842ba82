using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Threading.Channels;

namespace CommuniConnect.Server.Platform.Webhooks;

/// <summary>Tells one target, one event after the other: whoever something happens to never waits for it.</summary>
internal sealed partial class WebhookSender : IDisposable
{
    /// <summary>Told before they are written off together: each would cost a sync of the disk.</summary>
    private const int BatchLength = 50;

    /// <summary>Over half a second, one, two… five minutes: after about an hour the next event gets its turn.</summary>
    private const int MostAttempts = 24;

    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan LongestAttempt = TimeSpan.FromSeconds(10);

    /// <summary>What is older is news to nobody.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(1);
    private static readonly TimeSpan ErrorPause = TimeSpan.FromSeconds(5);

    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly byte[] _key;
    private readonly HttpClient _client;
    private readonly Channel<bool> _wakes = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite }
    );

    public WebhookSender(
        WebhookTarget target,
        WebhookQueue queue,
        TimeProvider time,
        ILogger logger
    )
    {
        (Target, Queue, _time, _logger) = (target, queue, time, logger);
        _key = target.Key;
        _client = NewClient(target.AllowPrivate);
    }

    public WebhookTarget Target { get; }
    public WebhookQueue Queue { get; }

    /// <summary>There may be more in the queue.</summary>
    public void Wake() => _wakes.Writer.TryWrite(true);

    public async Task RunAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                _wakes.Reader.TryRead(out _); // whatever was added before is seen now
                await TrimAsync();
                var waiting = await Queue.HeadAsync(BatchLength);
                if (waiting.Count > 0)
                    await TellAsync(waiting, stop);
                else
                    await _wakes.Reader.WaitToReadAsync(stop);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return;
            }
            catch (Exception error)
            {
                LogFailed(_logger, Target.Url, error);
                await Task.Delay(ErrorPause, _time, stop)
                    .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
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

    private async Task TrimAsync()
    {
        if (Queue.Overflows && await Queue.TrimAsync() is > 0 and var dropped)
            LogDropped(_logger, Target.Url, dropped);
    }

    /// <summary>Tells these, up to the first that has to wait; a server that dies meanwhile tells them again.</summary>
    private async Task TellAsync(List<WebhookDelivery> waiting, CancellationToken stop)
    {
        var settled = new List<long>();
        DateTimeOffset? pause = null;
        try
        {
            foreach (var delivery in waiting)
            {
                pause = delivery.DueAt > _time.GetUtcNow() ? delivery.DueAt : null;
                if (pause is null && !await IsSettledAsync(delivery, stop))
                {
                    pause = _time.GetUtcNow() + PauseAfter(delivery.Attempts);
                    await Queue.PostponeAsync(delivery.Id, pause.Value);
                }
                if (pause is not null)
                    break;
                settled.Add(delivery.Id);
            }
        }
        finally
        {
            if (settled.Count > 0)
                await Queue.RemoveAsync(settled);
        }
        if (pause is { } until)
            await WaitAsync(until, stop);
    }

    private async Task WaitAsync(DateTimeOffset until, CancellationToken stop)
    {
        while (until - _time.GetUtcNow() is { Ticks: > 0 } wait)
        {
            try
            {
                // Who waits in vain takes nothing: the next call is not lost on it.
                await _wakes.Reader.WaitToReadAsync(stop).AsTask().WaitAsync(wait, _time, stop);
                _wakes.Reader.TryRead(out _);
                await TrimAsync();
            }
            catch (TimeoutException)
            {
                return;
            }
        }
    }

    private static TimeSpan PauseAfter(int attempts)
    {
        var pause = Math.Min(
            FirstPause.TotalSeconds * Math.Pow(2, attempts),
            LongestPause.TotalSeconds
        );
        // Those who share a receiver that was down do not all come back at once.
        return TimeSpan.FromSeconds(pause * RandomNumberGenerator.GetInt32(80, 121) / 100);
    }

    /// <summary>Whether an event is told or given up; else it is to be sent again.</summary>
    private async Task<bool> IsSettledAsync(WebhookDelivery delivery, CancellationToken stop)
    {
        if (_time.GetUtcNow() - delivery.CreatedAt > LongestWait)
        {
            LogGivenUp(_logger, Target.Url, delivery.Type);
            return true;
        }
        var isLast = delivery.Attempts + 1 >= MostAttempts;
        try
        {
            var status = await PostAsync(delivery, stop);
            if ((int)status is >= 200 and < 300)
                return true;
            if (IsTransient(status) && !isLast)
                return false;
            LogRefused(_logger, delivery.Type, Target.Url, (int)status);
        }
        catch (Exception error) when (!stop.IsCancellationRequested)
        {
            if (error is not HttpRequestException { InnerException: NotPublicException } && !isLast)
                return false;
            LogNotTold(_logger, delivery.Type, Target.Url, error.InnerException ?? error);
        }
        return true;
    }

    private static bool IsTransient(HttpStatusCode status) =>
        status
            is >= HttpStatusCode.InternalServerError
                or HttpStatusCode.RequestTimeout
                or HttpStatusCode.TooManyRequests;

    private async Task<HttpStatusCode> PostAsync(
        WebhookDelivery delivery,
        CancellationToken cancellation
    )
    {
        var body = Encoding.UTF8.GetBytes(delivery.Body);
        using var request = new HttpRequestMessage(HttpMethod.Post, Target.Url);
        request.Content = new ByteArrayContent(body);
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.UserAgent.ParseAdd("CommuniConnect-Live");
        WebhookSignature.Sign(request, delivery.MessageId, _time.GetUtcNow(), body, _key);
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

    [LoggerMessage(4004, LogLevel.Warning, "Webhook {Url}: {Type} is too old to be told")]
    private static partial void LogGivenUp(ILogger logger, string url, string type);

    [LoggerMessage(
        4005,
        LogLevel.Error,
        "Webhook {Url}: what is to be told could not be read or written; it is tried again"
    )]
    private static partial void LogFailed(ILogger logger, string url, Exception error);
}
