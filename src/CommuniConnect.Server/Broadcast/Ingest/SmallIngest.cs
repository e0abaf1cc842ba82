using System.Buffers;
using System.Net.WebSockets;
using CommuniConnect.Server.Broadcast.OnAir;

namespace CommuniConnect.Server.Broadcast.Ingest;

/// <summary>
/// Ingest of the small picture from the studio page: binary messages are one WebM stream, from its beginning. Nothing is
/// acknowledged and nothing is kept; whoever is cut off begins anew.
/// </summary>
internal static class SmallIngest
{
    private const int LargestMessage = 256 << 10;
    private const int ReadBytes = 16 << 10;

    public static async Task RunAsync(Live live, Guid takeId, HttpContext context)
    {
        using var socket = await PublisherSocket.AcceptAsync(context);
        var time = context.RequestServices.GetRequiredService<TimeProvider>();
        var session = new SmallSession(takeId);
        using var gone = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        try
        {
            if (!await live.AttachSmallAsync(session, gone.Token))
            {
                session.Close(SmallEnd.Over);
            }
            var receiving = ReceiveAsync(live, session, socket, time, gone.Token);
            if (await Task.WhenAny(receiving, session.Closed) == session.Closed)
            {
                await socket.CloseOutputAsync(StatusOf(await session.Closed), null, gone.Token);
            }
            // A connection that is closed before the other side has closed as well is reset, and may lose our last words.
            await receiving.WaitAsync(PublisherSocket.LongestGoodbye, time, gone.Token);
        }
        catch (Exception error)
            when (error
                    is WebSocketException
                        or OperationCanceledException
                        or IOException
                        or TimeoutException
            )
        {
            // The connection is gone; the large picture goes on.
        }
        await gone.CancelAsync();
        await live.LeaveSmallAsync(session);
    }

    private static async Task ReceiveAsync(
        Live live,
        SmallSession session,
        WebSocket socket,
        TimeProvider time,
        CancellationToken gone
    )
    {
        var stream = new SmallStream(time);
        var buffer = ArrayPool<byte>.Shared.Rent(ReadBytes);
        var messageBytes = 0;
        try
        {
            while (true)
            {
                var received = await socket.ReceiveAsync(buffer.AsMemory(), gone);
                if (received.MessageType == WebSocketMessageType.Close)
                {
                    await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, gone);
                    return;
                }
                messageBytes += received.Count;
                if (RefusalOf(received.MessageType, messageBytes) is { } refusal)
                {
                    await socket.CloseOutputAsync(refusal, null, gone);
                    return;
                }
                messageBytes = received.EndOfMessage ? 0 : messageBytes;
                var packets = stream.Push(buffer.AsSpan(0, received.Count));
                if (stream.Refusal is { } status)
                {
                    await socket.CloseOutputAsync(status, null, gone);
                    return;
                }
                if (packets.Count > 0 && !session.Closed.IsCompleted)
                {
                    await live.PushSmallAsync(session, stream.Track!, packets, gone);
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static WebSocketCloseStatus? RefusalOf(WebSocketMessageType type, int messageBytes) =>
        type != WebSocketMessageType.Binary ? WebSocketCloseStatus.InvalidMessageType
        : messageBytes > LargestMessage ? WebSocketCloseStatus.MessageTooBig
        : null;

    private static WebSocketCloseStatus StatusOf(SmallEnd end) =>
        end == SmallEnd.Suspended
            ? WebSocketCloseStatus.EndpointUnavailable // "such as a server going down". Spec: RFC 6455 §7.4.1
            : WebSocketCloseStatus.NormalClosure;
}
