using CommuniConnect.Server.Broadcast.OnAir;
using CommuniConnect.Server.Broadcast.Record;
using CommuniConnect.Server.Platform.Http;
using CommuniConnect.Server.Platform.Storage;

namespace CommuniConnect.Server.Broadcast.Ingest;

/// <summary>
/// HEAD and PATCH of a take, in the manner of the IETF's resumable uploads: of the one on air, through its live; of one
/// that broke off, beside the live or after it, straight into the recording.
/// </summary>
internal sealed class ResumableIngest(
    DataFolder data,
    FreeSpace free,
    Tails tails,
    LiveDirectory directory,
    TimeProvider time,
    ILogger<ResumableIngest> logger
)
{
    /// <summary>How far a take is. Ends whoever is still adding to its tail: nobody asks while the connection is well.</summary>
    public async Task<IResult> HeadAsync(int liveId, Guid take, HttpContext context)
    {
        if (
            OnAir(liveId) is { } live
            && await live.LocateAsync(take, context.RequestAborted) is { } place
        )
        {
            return Resumption.Answer(context, place.DurableBytes, place.IsComplete);
        }
        using var turn = await tails.TakeTurnAsync(liveId, context.RequestAborted);
        var (state, durableBytes) = TailWriter.Look(data.Live(liveId), take, logger);
        return state == TailState.Unknown
            ? Unknown()
            : Resumption.Answer(context, durableBytes, state == TailState.Complete);
    }

    /// <summary>Adds the body to a take.</summary>
    /// <param name="after">The take it follows, or <see cref="TailWriter.Beginning"/>, should there be nothing of it yet.</param>
    public async Task<IResult> PatchAsync(int liveId, Guid take, Guid? after, HttpContext context)
    {
        if (Resumption.Read(context.Request, out var error) is not { } resumption)
        {
            return error!;
        }
        HttpIngest.TakeAnyLength(context);
        var live = OnAir(liveId);
        if (live is not null && await live.LocateAsync(take, context.RequestAborted) is not null)
        {
            return await PublishAsync(live, take, resumption, context);
        }
        if (!free.IsEnoughToGoOn())
        {
            return ApiErrors.NoRoom();
        }
        using (var turn = await tails.TakeTurnAsync(liveId, context.RequestAborted))
        {
            await using var writer = TailWriter.Open(data.Live(liveId), take, after, time, logger);
            if (writer is not null)
            {
                return await AddAsync(writer, resumption, turn.Cut, liveId, context);
            }
        }
        // Nothing is known of the take: it begins, and the live with it.
        return live is not null && after is null && resumption.OffsetBytes == 0
            ? await PublishAsync(live, take, resumption, context)
            : Unknown();
    }

    private static async Task<IResult> PublishAsync(
        Live live,
        Guid take,
        Resumption resumption,
        HttpContext context
    )
    {
        var session = new PublisherSession();
        using var hangUp = new HangUp(context);
        var refusal = await HttpIngest.AttachAsync(
            live,
            session,
            take,
            resumption.OffsetBytes,
            context,
            hangUp
        );
        if (refusal is not null)
        {
            return refusal;
        }
        var (_, failure) = await HttpIngest.CopyAsync(
            live,
            session,
            resumption.Completes,
            context,
            hangUp
        );
        if (failure is not null)
        {
            return failure;
        }
        if (!resumption.Completes && !session.Closed.IsCancellationRequested)
        {
            return await live.LocateAsync(take, context.RequestAborted) is { } place
                ? Resumption.Answer(context, place.DurableBytes, place.IsComplete)
                : ApiErrors.Conflict(IngestTexts.Superseded);
        }
        return await HttpIngest.LastNoticeAsync(session) switch
        {
            PublisherNotice.Completed completed => Resumption.Answer(
                context,
                completed.OffsetBytes,
                isComplete: true
            ),
            PublisherNotice.Refused refused => ApiErrors.BadRequest(
                "body",
                IngestTexts.Of(refused.Refusal)
            ),
            PublisherNotice.Ended ended => ApiErrors.Conflict(
                IngestTexts.Of(ended.Reason, ended.Explanation)
            ),
            PublisherNotice.Suspended => ApiErrors.OfStatus(
                StatusCodes.Status503ServiceUnavailable
            ),
            _ => ApiErrors.Conflict(IngestTexts.Replaced),
        };
    }

    private async Task<IResult> AddAsync(
        TailWriter writer,
        Resumption resumption,
        CancellationToken cut,
        int liveId,
        HttpContext context
    )
    {
        if (writer.State == TailState.Complete)
        {
            return Resumption.Completed(context, writer.DurableBytes);
        }
        if (resumption.OffsetBytes != writer.DurableBytes)
        {
            return Resumption.Mismatch(context, writer.DurableBytes, resumption.OffsetBytes);
        }
        var failure = await CopyAsync(writer, resumption, cut, context);
        // What has come is kept, however it ended.
        await writer.CommitAsync();
        if (directory.FindLive(liveId) is not { } live)
        {
            directory.ReportReplayGrew(liveId);
        }
        else if (live.IsEnding)
        {
            // It may have counted its files just before this one was there.
            await live.Ended.WaitAsync(context.RequestAborted);
            directory.ReportReplayGrew(liveId);
        }
        return failure
            ?? Resumption.Answer(context, writer.DurableBytes, writer.State == TailState.Complete);
    }

    /// <summary>Hands the body over to its end. The failure is the answer to one that broke off or is no media.</summary>
    private static async Task<IResult?> CopyAsync(
        TailWriter writer,
        Resumption resumption,
        CancellationToken cut,
        HttpContext context
    )
    {
        try
        {
            while (true)
            {
                var read = await context.Request.BodyReader.ReadAsync(cut);
                foreach (var segment in read.Buffer)
                {
                    await writer.AppendAsync(segment.Span);
                }
                context.Request.BodyReader.AdvanceTo(read.Buffer.End);
                if (writer.Refusal is { } refusal)
                {
                    return ApiErrors.BadRequest("body", IngestTexts.Of(refusal));
                }
                if (read.IsCompleted)
                {
                    if (resumption.Completes)
                    {
                        await writer.CompleteAsync();
                    }
                    return null;
                }
            }
        }
        catch (Microsoft.AspNetCore.Http.BadHttpRequestException error)
        {
            return ApiErrors.OfStatus(error.StatusCode);
        }
        catch (OperationCanceledException)
        {
            return context.RequestAborted.IsCancellationRequested
                ? Results.Empty
                : ApiErrors.Conflict(IngestTexts.Replaced);
        }
        catch (IOException) when (context.RequestAborted.IsCancellationRequested)
        {
            return Results.Empty;
        }
    }

    private Live? OnAir(int liveId) =>
        directory.FindLive(liveId) is { Ended.IsCompleted: false } live ? live : null;

    private static IResult Unknown() => ApiErrors.NotFound("Rien de cette prise n'est connu ici.");
}
