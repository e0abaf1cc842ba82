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
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            size.MaxRequestBodySize = null; // a live has no length
        }
        if (context.Features.Get<IHttpMinRequestBodyDataRateFeature>() is { } rate)
        {
            rate.MinDataRate = SlowestPublisher;
        }
        var session = new PublisherSession();
        var answer = await live.AttachAsync(session, takeId, context.RequestAborted);
        if (answer is AttachAnswer.Ended over)
        {
            return ApiErrors.Conflict(IngestTexts.Of(over.Reason));
        }
        var (bytes, left) = await CopyAsync(live, session, context);
        if (left)
        {
            return Results.Empty; // nobody is there to be answered
        }
        var last = await LastNoticeAsync(session);
        context.Response.Headers.Connection = "close"; // what the publisher still sends is not wanted
        return last switch
        {
            PublisherNotice.Refused refused => ApiErrors.BadRequest(
                "body",
                IngestTexts.Of(refused.Refusal)
            ),
            PublisherNotice.Replaced => ApiErrors.Conflict(IngestTexts.Replaced),
            PublisherNotice.Ended ended => Answer(IngestTexts.Of(ended.Reason)),
            _ => Answer(Texts.Of("Diffusion reçue")),
        };

        IResult Answer(string message) => TypedResults.Ok(new IngestAnswer(message, takeId, bytes));
    }

    private static async Task<(long Bytes, bool Left)> CopyAsync(
        Live live,
        PublisherSession session,
        HttpContext context
    )
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(
            session.Closed,
            context.RequestAborted
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
                    return (bytes, Left: false);
                }
                bytes += read.Buffer.Length;
                context.Request.BodyReader.AdvanceTo(read.Buffer.End);
                if (read.IsCompleted)
                {
                    await live.CompleteAsync(session, stop.Token);
                    return (bytes, Left: false);
                }
            }
        }
        catch (Exception error) when (error is OperationCanceledException or IOException)
        {
            await live.LeaveAsync(session);
            return (bytes, Left: !session.Closed.IsCancellationRequested);
        }
    }

    /// <summary>The notice that ended the session: by the live itself, or because the take was complete.</summary>
    private static async Task<PublisherNotice?> LastNoticeAsync(PublisherSession session)
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
}
