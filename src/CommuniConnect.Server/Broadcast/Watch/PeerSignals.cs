using System.Net.Sockets;
using Microsoft.AspNetCore.Connections.Features;

namespace CommuniConnect.Server.Broadcast.Watch;

/// <summary>
/// When something was last heard of whoever is at the other end of a connection, as the kernel knows it: of a phone that
/// left the network nothing says goodbye, and what is written to it goes into buffers for a long time.
/// </summary>
internal sealed class PeerSignals
{
    private const int Tcp = 6;

    /// <summary>Spec: Linux tcp(7), TCP_INFO; struct tcp_info of linux/tcp.h, 32-bit numbers in the machine's order.</summary>
    private const int TcpInfo = 11;
    private const int ProbesAt = 3;
    private const int UnackedAt = 24;
    private const int LastAckAt = 56;
    private const int InfoBytes = 60;

    /// <summary>A connection on which nothing is to be sent is asked whether it is there; after so many seconds of silence the kernel ends it.</summary>
    private const int KeepAliveSeconds = 1;
    private const int KeepAliveProbes = 15;

    /// <summary>
    /// What says that a request was passed on: it is not the viewer then who is at the other end.
    /// Spec: RFC 7239, RFC 9110 §7.6.3; X-Forwarded-For by custom.
    /// </summary>
    private static readonly string[] PassedOn = ["X-Forwarded-For", "Forwarded", "Via"];

    private readonly Socket _socket;

    private PeerSignals(Socket socket) => _socket = socket;

    /// <summary>Of the connection of a request, or null where there is no way to know.</summary>
    public static PeerSignals? Of(HttpContext context)
    {
        if (
            !OperatingSystem.IsLinux()
            || context.Features.Get<IConnectionSocketFeature>()?.Socket
                is not { ProtocolType: ProtocolType.Tcp } socket
        )
        {
            return null;
        }
        try
        {
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
            Set(SocketOptionName.TcpKeepAliveTime, KeepAliveSeconds);
            Set(SocketOptionName.TcpKeepAliveInterval, KeepAliveSeconds);
            Set(SocketOptionName.TcpKeepAliveRetryCount, KeepAliveProbes);
            return new PeerSignals(socket);
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            return null; // gone already
        }

        void Set(SocketOptionName name, int value) =>
            socket.SetSocketOption(SocketOptionLevel.Tcp, name, value);
    }

    /// <summary>The same, or null where a proxy has said that it is its connection and not the viewer's own.</summary>
    public static PeerSignals? OfViewer(HttpContext context) =>
        PassedOn.Any(context.Request.Headers.ContainsKey) ? null : Of(context);

    /// <summary>How long it has not even taken what it was sent, or asked; null when the connection is gone.</summary>
    public TimeSpan? SinceAnswer
    {
        get
        {
            if (Read() is not { } info)
            {
                return null;
            }
            // Whoever takes nothing because it has no room is there: it is asked more and more rarely, and answers.
            var owesAnswer = Number(info, UnackedAt) > 0 || info[ProbesAt] > 1;
            return owesAnswer ? Ms(info, LastAckAt) : TimeSpan.Zero;
        }
    }

    private byte[]? Read()
    {
        try
        {
            var info = new byte[InfoBytes];
            return _socket.GetRawSocketOption(Tcp, TcpInfo, info) == InfoBytes ? info : null;
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            return null;
        }
    }

    private static TimeSpan Ms(byte[] info, int at) => TimeSpan.FromMilliseconds(Number(info, at));

    private static uint Number(byte[] info, int at) => BitConverter.ToUInt32(info, at);
}
