using System.Buffers;
using System.Net.WebSockets;
using System.Text.Json;
using System.Text.Json.Serialization;
using CommuniConnect.Server.Broadcast.OnAir;

namespace CommuniConnect.Server.Broadcast.Ingest;

/// <summary>
/// Ingest from the studio page. Binary messages are the bytes of the take from the offset in <c>ready</c> on; text messages
/// are JSON: <c>complete</c> from the page; <c>ready</c>, <c>durable</c>, <c>completed</c>, <c>keyframe</c>, <c>refused</c> and <c>ended</c> from here.
/// </summary>
internal static class WebSocketIngest
{
    private const int LargestMessage = 1 << 20;
    private const int LargestText = 4 << 10;
    private const int ReadBytes = 64 << 10;

    public static async Task RunAsync(Live live, Guid takeId, HttpContext context)
    {
        using var socket = await PublisherSocket.AcceptAsync(context);
        var session = new PublisherSession();
        using var gone = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        try
        {
            var answer = await live.AttachAsync(session, takeId, offsetBytes: null, gone.Token);
            if (answer is not AttachAnswer.Ready ready)
            {
                session.Close(
                    answer switch
                    {
                        AttachAnswer.Ended over => new PublisherNotice.Ended(
                            over.Reason,
                            over.Explanation
                        ),
                        AttachAnswer.Superseded => new PublisherNotice.Superseded(),
                        _ => new PublisherNotice.Suspended(),
                    }
                );
                await SendNoticesAsync(socket, session, gone.Token);
                return;
            }
            await SendAsync(
                socket,
                new IngestMessage("ready") { Offset = ready.OffsetBytes },
                gone.Token
            );
            var time = context.RequestServices.GetRequiredService<TimeProvider>();
            var receiving = ReceiveAsync(live, session, socket, time, gone.Token);
            await Task.WhenAny(receiving, SendNoticesAsync(socket, session, gone.Token));
            await live.LeaveAsync(session);
            await LingerAsync(socket, receiving, context);
        }
        catch (Exception error)
            when (error is WebSocketException or OperationCanceledException or IOException)
        {
            // The connection is gone; the live waits for the next one.
        }
        await gone.CancelAsync();
        await live.LeaveAsync(session);
    }

    /// <summary>
    /// Reads on until the other side has closed as well: a connection that is closed over unread bytes is reset, and the
    /// reset may overtake our last message.
    /// </summary>
    private static async Task LingerAsync(WebSocket socket, Task receiving, HttpContext context)
    {
        var time = context.RequestServices.GetRequiredService<TimeProvider>();
        using var patience = new CancellationTokenSource(PublisherSocket.LongestGoodbye, time);
        await receiving.WaitAsync(patience.Token);
        var unread = new byte[ReadBytes];
        while (socket.State == WebSocketState.CloseSent)
        {
            await socket.ReceiveAsync(unread.AsMemory(), patience.Token);
        }
    }

    private static async Task ReceiveAsync(
        Live live,
        PublisherSession session,
        WebSocket socket,
        TimeProvider time,
        CancellationToken gone
    )
    {
        var buffer = ArrayPool<byte>.Shared.Rent(ReadBytes);
        var messageBytes = 0;
        try
        {
            while (true)
            {
                var received = await socket.ReceiveAsync(buffer.AsMemory(), gone);
                messageBytes += received.Count;
                if (received.MessageType == WebSocketMessageType.Close)
                {
                    await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, gone);
                    return;
                }
                var text = received.MessageType == WebSocketMessageType.Text;
                if (messageBytes > (text ? LargestText : LargestMessage))
                {
                    await socket.CloseOutputAsync(WebSocketCloseStatus.MessageTooBig, null, gone);
                    return;
                }
                if (text)
                {
                    if (
                        !received.EndOfMessage
                        || !await DoAsync(
                            live,
                            session,
                            Read(buffer.AsSpan(0, received.Count)),
                            time,
                            gone
                        )
                    )
                    {
                        await socket.CloseOutputAsync(
                            WebSocketCloseStatus.InvalidPayloadData,
                            null,
                            gone
                        );
                        return;
                    }
                }
                else
                {
                    // What a live that is over is sent is let go of, until its publisher is told.
                    await live.PushAsync(session, buffer.AsSpan(0, received.Count).ToArray(), gone);
                }
                messageBytes = received.EndOfMessage ? 0 : messageBytes;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Does what the page says; false for what no page of ours would say.</summary>
    private static async Task<bool> DoAsync(
        Live live,
        PublisherSession session,
        IngestMessage? message,
        TimeProvider time,
        CancellationToken gone
    )
    {
        switch (message)
        {
            case { Type: "complete" }:
                await live.CompleteAsync(session, gone);
                return true;
            case { Type: "clock" }:
                // A clock that cannot be right is let go of: the media is not to suffer for it.
                if (CaptureClock.Of(message.Media, message.Captured, time.GetUtcNow()) is { } clock)
                {
                    await live.ClockAsync(session, clock, gone);
                }
                return true;
            default:
                return false;
        }
    }

    private static IngestMessage? Read(ReadOnlySpan<byte> text)
    {
        try
        {
            return JsonSerializer.Deserialize(text, IngestJson.Default.IngestMessage);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static async Task SendNoticesAsync(
        WebSocket socket,
        PublisherSession session,
        CancellationToken gone
    )
    {
        var status = WebSocketCloseStatus.NormalClosure;
        await foreach (var notice in session.Notices.ReadAllAsync(gone))
        {
            if (notice is PublisherNotice.Suspended)
            {
                status = WebSocketCloseStatus.EndpointUnavailable; // "such as a server going down". Spec: RFC 6455 §7.4.1
                continue;
            }
            await SendAsync(socket, MessageOf(notice), gone);
        }
        await socket.CloseOutputAsync(status, null, gone);
    }

    private static IngestMessage MessageOf(PublisherNotice notice) =>
        notice switch
        {
            PublisherNotice.Durable durable => new("durable") { Offset = durable.OffsetBytes },
            PublisherNotice.Completed completed => new("completed")
            {
                Offset = completed.OffsetBytes,
            },
            PublisherNotice.KeyframeWanted => new("keyframe"),
            PublisherNotice.Refused refused => new("refused")
            {
                Error = IngestTexts.Of(refused.Refusal),
            },
            PublisherNotice.Replaced => new("ended")
            {
                Reason = "replaced",
                Detail = IngestTexts.Replaced,
            },
            PublisherNotice.Superseded => new("ended")
            {
                Reason = "superseded",
                Detail = IngestTexts.Superseded,
            },
            PublisherNotice.Ended ended => new("ended")
            {
                Reason = JsonNamingPolicy.SnakeCaseLower.ConvertName(ended.Reason.ToString()),
                Detail = IngestTexts.Of(ended.Reason, ended.Explanation),
            },
            _ => throw new InvalidOperationException("unknown notice"),
        };

    private static async Task SendAsync(
        WebSocket socket,
        IngestMessage message,
        CancellationToken gone
    ) =>
        await socket.SendAsync(
            JsonSerializer.SerializeToUtf8Bytes(message, IngestJson.Default.IngestMessage),
            WebSocketMessageType.Text,
            endOfMessage: true,
            gone
        );
}

/// <summary>A text message of the ingest socket.</summary>
internal sealed record IngestMessage(string Type)
{
    public long? Offset { get; init; }
    public string? Error { get; init; }
    public string? Reason { get; init; }
    public string? Detail { get; init; }

    /// <summary><c>clock</c>: an instant of the take, in seconds.</summary>
    public double? Media { get; init; }

    /// <summary><c>clock</c>: when the camera saw it, in milliseconds since 1970 by the server's clock.</summary>
    public double? Captured { get; init; }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(IngestMessage))]
internal sealed partial class IngestJson : JsonSerializerContext;
