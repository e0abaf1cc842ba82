using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;

namespace CommuniConnect.Browser.Tests.Support;

/// <summary>
/// A weak network in front of a server: a TCP proxy whose two directions carry so many bits a second and take their time, that stands
/// still, or that drops its connections. Pages reach the server through <see cref="Address"/>; everything can be changed while they do.
/// </summary>
public sealed class ThrottledProxy : IAsyncDisposable
{
    // Small, so that what waits does so at the sender, as before a slow radio, and not unseen in here.
    private const int BufferBytes = 8 * 1024;

    /// <summary>Pieces on their way, for a delay of any size that is of use.</summary>
    private const int MostTravelling = 256;
    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(10);

    private readonly Uri _target;
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _closing = new();
    private readonly ConcurrentDictionary<TcpClient, byte> _clients = [];
    private readonly Task _accepting;
    private volatile bool _isStalled;
    private volatile bool _isRefusing;

    /// <param name="target">The server's address.</param>
    public ThrottledProxy(string target)
    {
        _target = new Uri(target);
        _listener.Server.ReceiveBufferSize = BufferBytes;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public string Address => $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";

    /// <summary>What pages may send.</summary>
    public Lane Upload { get; } = new();

    /// <summary>What pages may receive.</summary>
    public Lane Download { get; } = new();

    /// <summary>The network is gone: every connection breaks, and none can be made.</summary>
    public void Cut()
    {
        _isRefusing = true;
        foreach (var client in _clients.Keys)
        {
            client.Close();
        }
    }

    /// <summary>Nothing passes and nothing is closed, as where a phone has lost its radio.</summary>
    public void Stall() => _isStalled = true;

    /// <summary>The network is back.</summary>
    public void Restore() => _isRefusing = _isStalled = false;

    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync();
        Cut();
        await _accepting;
        _listener.Dispose(); // not before: between two connections nothing is waiting on it that would be told
        _closing.Dispose();
    }

    private async Task AcceptAsync()
    {
        var relays = new List<Task>();
        try
        {
            while (true)
            {
                var client = await _listener.AcceptTcpClientAsync(_closing.Token);
                relays.RemoveAll(relay => relay.IsCompleted);
                relays.Add(RelayAsync(client));
            }
        }
        catch (Exception e)
            when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(relays);
        }
    }

    private async Task RelayAsync(TcpClient page)
    {
        using var server = new TcpClient { SendBufferSize = BufferBytes };
        using (page)
        {
            if (_isRefusing)
            {
                return;
            }
            _clients[page] = _clients[server] = 0;
            try
            {
                await server.ConnectAsync(_target.Host, _target.Port, _closing.Token);
                await Task.WhenAny(
                    CopyAsync(page, server, Upload),
                    CopyAsync(server, page, Download)
                );
            }
            catch (Exception e)
                when (e is SocketException or OperationCanceledException or ObjectDisposedException)
            {
                // Cut while it was being made.
            }
            _clients.TryRemove(page, out _);
            _clients.TryRemove(server, out _);
        }
    }

    private async Task CopyAsync(TcpClient from, TcpClient to, Lane lane)
    {
        var travelling = Channel.CreateBounded<(byte[] Piece, long ArrivesMs)>(MostTravelling);
        try
        {
            // Ends by itself when both sides are closed, which they are once nothing arrives any more.
            _ = SendAsync(from.GetStream(), travelling.Writer, lane);
            await ArriveAsync(travelling.Reader, to.GetStream());
        }
        catch (Exception e) when (IsEnd(e))
        {
            // One side has gone, and the other follows it.
        }
    }

    private async Task SendAsync(
        NetworkStream input,
        ChannelWriter<(byte[] Piece, long ArrivesMs)> travelling,
        Lane lane
    )
    {
        var buffer = new byte[BufferBytes];
        try
        {
            while (true)
            {
                var piece = buffer.AsMemory(0, lane.PieceBytes(buffer.Length));
                var length = await input.ReadAsync(piece, _closing.Token);
                if (length == 0)
                {
                    break;
                }
                await Task.Delay(lane.Take(length), _closing.Token);
                while (_isStalled)
                {
                    await Task.Delay(LookAgain, _closing.Token);
                }
                var arrives = Environment.TickCount64 + (long)lane.Delay.TotalMilliseconds;
                await travelling.WriteAsync((buffer[..length], arrives), _closing.Token);
            }
        }
        catch (Exception e) when (IsEnd(e))
        {
            // One side has gone, and the other follows it.
        }
        travelling.Complete();
    }

    private async Task ArriveAsync(
        ChannelReader<(byte[] Piece, long ArrivesMs)> travelling,
        NetworkStream output
    )
    {
        try
        {
            await foreach (var (piece, arrivesMs) in travelling.ReadAllAsync(_closing.Token))
            {
                var left = arrivesMs - Environment.TickCount64;
                if (left > 0)
                {
                    await Task.Delay(TimeSpan.FromMilliseconds(left), _closing.Token);
                }
                await output.WriteAsync(piece, _closing.Token);
            }
        }
        catch (Exception e) when (IsEnd(e))
        {
            // One side has gone, and the other follows it.
        }
    }

    private static bool IsEnd(Exception error) =>
        error
            is IOException
                or SocketException
                or OperationCanceledException
                or ObjectDisposedException
                or InvalidOperationException;

    /// <summary>One direction, shared by all connections.</summary>
    public sealed class Lane
    {
        private const long Unlimited = 0;
        private readonly Lock _lock = new();
        private TimeSpan _freeAt;
        private long _bitsPerSecond = Unlimited;

        /// <summary>What passes in a second, or 0 for all there is.</summary>
        public long BitsPerSecond
        {
            get => Interlocked.Read(ref _bitsPerSecond);
            set => Interlocked.Exchange(ref _bitsPerSecond, value);
        }

        /// <summary>How long what has been sent is on its way.</summary>
        public TimeSpan Delay { get; set; }

        /// <summary>How much to pass on at once: about 20 ms.</summary>
        internal int PieceBytes(int most) =>
            BitsPerSecond == Unlimited ? most : (int)Math.Clamp(BitsPerSecond / 400, 64, most);

        /// <summary>Books the way for so many bytes; they may pass after the delay.</summary>
        internal TimeSpan Take(int bytes)
        {
            var rate = BitsPerSecond;
            if (rate == Unlimited)
            {
                return TimeSpan.Zero;
            }
            var now = TimeSpan.FromMilliseconds(Environment.TickCount64);
            lock (_lock)
            {
                _freeAt = (_freeAt > now ? _freeAt : now) + TimeSpan.FromSeconds(bytes * 8d / rate);
                return _freeAt - now;
            }
        }
    }
}
