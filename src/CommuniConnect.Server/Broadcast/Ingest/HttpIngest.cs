using System.Buffers;
using CommuniConnect.Server.Broadcast.OnAir;
using CommuniConnect.Server.Platform.Http;
using CommuniConnect.Server.Platform.Localization;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace CommuniConnect.Server.Broadcast.Ingest;

/// <summary>What a POST that ended is answered with.</summary>
internal sealed record IngestAnswer(string Message, Guid Take, long Bytes);

/// <summary>Ingest by a plain, endless POST: <c>ffmpeg -re -i FILE -c copy -f webm INGEST_URL</c>.</summary>
internal static class HttpIngest
{
    /// <summary>A publisher silent for this long is taken for gone: a still picture sends a frame each few seconds.</summary>
    private static readonly MinDataRate SlowestPublisher = new(
        bytesPerSecond: 1,
        TimeSpan.FromSeconds(30)
    );

    public static async Task<IResult> RunAsync(Live live, Guid takeId, HttpContext context)
    {
        TakeAnyLength(context);
        var session = new PublisherSession();
        using var hangUp = new HangUp(context);
        if (
            await AttachAsync(live, session, takeId, offsetBytes: null, context, hangUp) is
            { } refusal
        )
        {
            return refusal;
        }
        var (bytes, failure) = await CopyAsync(live, session, completes: true, context, hangUp);
        if (failure is not null)
        {
            return failure;
        }
        var last = await LastNoticeAsync(session);
        if (OwnsConnection(context))
        {
            context.Response.Headers.Connection = "close"; // what the publisher still sends is not wanted
        }
        if (last is PublisherNotice.Suspended)
        {
            await ApiErrors.OfStatus(StatusCodes.Status503ServiceUnavailable).ExecuteAsync(context);
            await context.Response.CompleteAsync();
            context.Abort(); // an encoder that reads no answer would hold up the stop of the server
            return Results.Empty;
        }
        return last switch
        {
            PublisherNotice.Refused refused => ApiErrors.BadRequest(
                "body",
                IngestTexts.Of(refused.Refusal)
            ),
            PublisherNotice.Replaced => ApiErrors.Conflict(IngestTexts.Replaced),
            PublisherNotice.Ended ended => Answer(IngestTexts.Of(ended.Reason, ended.Explanation)),
            _ => Answer(Texts.Of("Diffusion reçue")),
        };

        IResult Answer(string message) => TypedResults.Ok(new IngestAnswer(message, takeId, bytes));
    }

    /// <summary>Prepares for a body that has no length and comes as slowly as it is made.</summary>
    internal static void TakeAnyLength(HttpContext context)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            size.MaxRequestBodySize = null;
        }
        if (
            OwnsConnection(context)
            && context.Features.Get<IHttpMinRequestBodyDataRateFeature>() is { } rate
        )
        {
            rate.MinDataRate = SlowestPublisher;
        }
    }

    /// <summary>Makes the request the publisher of a take. Null, or the answer to one that cannot be.</summary>
    internal static async Task<IResult?> AttachAsync(
        Live live,
        PublisherSession session,
        Guid takeId,
        long? offsetBytes,
        HttpContext context,
        HangUp hangUp
    )
    {
        try
        {
            var answer = await live.AttachAsync(session, takeId, offsetBytes, hangUp.Over);
            return answer switch
            {
                AttachAnswer.Ended over => ApiErrors.Conflict(
                    IngestTexts.Of(over.Reason, over.Explanation)
                ),
                AttachAnswer.Superseded => ApiErrors.Conflict(IngestTexts.Superseded),
                AttachAnswer.Mismatch mismatch => Resumption.Mismatch(
                    context,
                    mismatch.OffsetBytes,
                    offsetBytes ?? 0
                ),
                AttachAnswer.Suspended => ApiErrors.OfStatus(
                    StatusCodes.Status503ServiceUnavailable
                ),
                _ => null,
            };
        }
        catch (OperationCanceledException)
        {
            await live.LeaveAsync(session); // it may have been attached meanwhile
            return Results.Empty;
        }
    }

    /// <summary>Hands the body over to its end, or to that of the session. The failure is the answer to a body that broke off.</summary>
    /// <param name="completes">Whether the take ends with the body.</param>
    internal static async Task<(long Bytes, IResult? Failure)> CopyAsync(
        Live live,
        PublisherSession session,
        bool completes,
        HttpContext context,
        HangUp hangUp
    )
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(
            session.Closed,
            hangUp.Over
        );
        var bytes = 0L;
        try
        {
            while (true)
            {
                var read = await context.Request.BodyReader.ReadAsync(stop.Token);
                if (
                    !read.Buffer.IsEmpty
                    && !await live.PushAsync(session, read.Buffer.ToArray(), stop.Token)
                )
                {
                    return (bytes, null);
                }
                bytes += read.Buffer.Length;
                context.Request.BodyReader.AdvanceTo(read.Buffer.End);
                if (read.IsCompleted)
                {
                    await (
                        completes
                            ? live.CompleteAsync(session, stop.Token)
                            : live.LeaveAsync(session)
                    );
                    return (bytes, null);
                }
            }
        }
        catch (Microsoft.AspNetCore.Http.BadHttpRequestException error)
        {
            // A body that is no chunked body, or one that went silent.
            await live.LeaveAsync(session);
            return (bytes, ApiErrors.OfStatus(error.StatusCode));
        }
        catch (Exception error) when (error is OperationCanceledException or IOException)
        {
            await live.LeaveAsync(session);
            // Without a word from the live nobody is there to be answered.
            return (bytes, session.Closed.IsCancellationRequested ? null : Results.Empty);
        }
    }

    /// <summary>The notice that ended the session: by the live itself, or because the take was complete.</summary>
    internal static async Task<PublisherNotice?> LastNoticeAsync(PublisherSession session)
    {
        PublisherNotice? last = null;
        while (await session.Notices.WaitToReadAsync())
        {
            while (session.Notices.TryRead(out var notice))
            {
                last = notice;
            }
            if (last is PublisherNotice.Completed)
            {
                break;
            }
        }
        return last;
    }

    /// <summary>
    /// Newer versions of HTTP carry many requests in one connection and know no rate of a single one; there the pings of
    /// the connection tell who is gone.
    /// </summary>
    private static bool OwnsConnection(HttpContext context) =>
        HttpProtocol.IsHttp11(context.Request.Protocol);
}
