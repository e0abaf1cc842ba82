using System.Buffers.Binary;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Xunit;

namespace CommuniConnect.Server.Tests.Support;

/// <summary>A frame as it came over the wire. Spec: RFC 6455 §5.2.</summary>
/// <param name="First">FIN, three reserved bits and the opcode.</param>
internal sealed record RawFrame(byte First, byte[] Payload)
{
    public const byte Text = 0x81;
    public const byte Binary = 0x82;
    public const byte Close = 0x88;
    public const byte Ping = 0x89;
    public const byte Pong = 0x8A;
}

/// <summary>A WebSocket read byte by byte, by nobody who would forgive or answer anything.</summary>
internal sealed class RawWebSocket : IDisposable
{
    private const byte Masked = 0x80;
    private const byte In2Bytes = 126;
    private const byte In8Bytes = 127;

    /// <summary>Less than a second of a live, so that a viewer who does not read holds the server up.</summary>
    private const int ReceiveBytes = 8 << 10;

    private readonly TcpClient _tcp = new() { ReceiveBufferSize = ReceiveBytes };

    private RawWebSocket() { }

    public static async Task<RawWebSocket> ConnectAsync(Uri address)
    {
        var socket = new RawWebSocket();
        await socket._tcp.ConnectAsync(address.Host, address.Port).WithinAsync();
        var key = Convert.ToBase64String(RandomNumberGenerator.GetBytes(16));
        await socket.WriteAsync(
            Encoding.ASCII.GetBytes(
                $"GET {address.PathAndQuery} HTTP/1.1\r\nHost: {address.Authority}\r\n"
                    + "Upgrade: websocket\r\nConnection: Upgrade\r\n"
                    + $"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\n\r\n"
            )
        );
        var head = "";
        while (!head.EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            head += (char)(await socket.TakeAsync(1))[0];
        }
        Assert.StartsWith("HTTP/1.1 101", head, StringComparison.Ordinal);
        return socket;
    }

    /// <summary>Sends a small frame. It is masked with zeros, which leaves it as it is.</summary>
    public Task SendAsync(byte first, byte[] payload) =>
        WriteAsync([first, (byte)(Masked | payload.Length), 0, 0, 0, 0, .. payload]);

    public async Task<RawFrame> ReadAsync()
    {
        var head = await TakeAsync(2);
        var length = head[1] switch
        {
            < In2Bytes => head[1],
            In2Bytes => BinaryPrimitives.ReadUInt16BigEndian(await TakeAsync(2)),
            In8Bytes => BinaryPrimitives.ReadInt64BigEndian(await TakeAsync(8)),
            _ => throw new InvalidDataException("a server masks nothing"),
        };
        return new(head[0], await TakeAsync((int)length));
    }

    /// <summary>Reads a frame, and answers when it asks.</summary>
    public async Task<RawFrame> ReadAndAnswerAsync()
    {
        var frame = await ReadAsync();
        if (frame.First == RawFrame.Ping)
        {
            await SendAsync(RawFrame.Pong, frame.Payload);
        }
        return frame;
    }

    public void Dispose() => _tcp.Dispose();

    private Task WriteAsync(byte[] bytes) => _tcp.GetStream().WriteAsync(bytes).AsTask();

    private async Task<byte[]> TakeAsync(int count)
    {
        var bytes = new byte[count];
        await _tcp.GetStream().ReadExactlyAsync(bytes).AsTask().WithinAsync();
        return bytes;
    }
}
