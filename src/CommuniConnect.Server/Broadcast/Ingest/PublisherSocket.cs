using System.Net.WebSockets;

namespace CommuniConnect.Server.Broadcast.Ingest;

/// <summary>What all WebSockets of a studio page have in common.</summary>
internal static class PublisherSocket
{
    /// <summary>How long the other side may take to close after us.</summary>
    public static readonly TimeSpan LongestGoodbye = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan PingInterval = TimeSpan.FromSeconds(5);

    /// <summary>A publisher that answers no ping for this long is gone.</summary>
    private static readonly TimeSpan PingTimeout = TimeSpan.FromSeconds(10);

    public static Task<WebSocket> AcceptAsync(HttpContext context) =>
        context.WebSockets.AcceptWebSocketAsync(
            new WebSocketAcceptContext
            {
                KeepAliveInterval = PingInterval,
                KeepAliveTimeout = PingTimeout,
            }
        );
}
