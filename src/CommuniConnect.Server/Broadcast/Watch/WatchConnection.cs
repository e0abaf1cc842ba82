using Microsoft.AspNetCore.Http.Features;

namespace CommuniConnect.Server.Broadcast.Watch;

/// <summary>
/// The connection under a watch socket. The WebSocket library writes each of its frames to it with one write (text, answers to
/// pings, the close); <see cref="WatchSocket"/> writes media to it that was framed once for all viewers. One
/// write after the other, so frames stay whole.
/// </summary>
internal sealed class WatchConnection(Stream upgraded, TimeProvider time) : Stream
{
    /// <summary>
    /// The most that is written to a viewer at once. The server copies what it is given before it waits for the viewer to read:
    /// one who reads nothing would hold a copy of the whole frame, however large it is.
    /// </summary>
    public const int SliceBytes = 64 << 10;

    private readonly Lock _turn = new();
    private Task _lastWrite = Task.CompletedTask; // of those that were not done at once
    private long _heardAt = time.GetTimestamp();

    /// <summary>How long the other side has sent nothing.</summary>
    public TimeSpan SinceHeard => time.GetElapsedTime(Volatile.Read(ref _heardAt));

    /// <summary>Of a request whose WebSocket has been accepted.</summary>
    public static WatchConnection Of(HttpContext context) =>
        context.Features.GetRequiredFeature<Upgrade>().Connection
        ?? throw new InvalidOperationException("no WebSocket was accepted");

    /// <summary>How long the other side of a request has sent nothing, also before its WebSocket has been accepted.</summary>
    public static Func<TimeSpan?> SilenceOf(HttpContext context)
    {
        var upgrade = context.Features.GetRequiredFeature<Upgrade>();
        return () => upgrade.Connection?.SinceHeard ?? TimeSpan.Zero;
    }

    /// <summary>Has the WebSockets of a request run over a <see cref="WatchConnection"/>. To be called before the middleware that accepts them.</summary>
    public static void Prepare(HttpContext context)
    {
        var features = context.Features;
        var http1 = features.Get<IHttpUpgradeFeature>();
        var http2 = features.Get<IHttpExtendedConnectFeature>();
        var time = context.RequestServices.GetRequiredService<TimeProvider>();
        var upgrade = new Upgrade(http1, http2, time);
        features.Set(upgrade);
        if (http1 is not null)
        {
            features.Set<IHttpUpgradeFeature>(upgrade);
        }
        if (http2 is not null)
        {
            features.Set<IHttpExtendedConnectFeature>(upgrade);
        }
    }

    public override bool CanRead => true;
    public override bool CanWrite => true;
    public override bool CanSeek => false;
    public override long Length => throw new NotSupportedException();
    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override ValueTask WriteAsync(
        ReadOnlyMemory<byte> buffer,
        CancellationToken cancellationToken = default
    )
    {
        lock (_turn)
        {
            var write =
                _lastWrite.IsCompleted && buffer.Length <= SliceBytes
                    ? upgraded.WriteAsync(buffer, cancellationToken) // done at once while the viewer keeps up
                    : WriteSlicesAfterAsync(_lastWrite, buffer, cancellationToken);
            if (write.IsCompletedSuccessfully)
            {
                return write;
            }
            _lastWrite = write.AsTask();
            return new ValueTask(_lastWrite);
        }
    }

    public override Task WriteAsync(
        byte[] buffer,
        int offset,
        int count,
        CancellationToken cancellationToken
    ) => WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <summary>Nothing waits here: the server sends what is written to an upgraded connection at once.</summary>
    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override async ValueTask<int> ReadAsync(
        Memory<byte> buffer,
        CancellationToken cancellationToken = default
    )
    {
        var count = await upgraded.ReadAsync(buffer, cancellationToken);
        Volatile.Write(ref _heardAt, time.GetTimestamp());
        return count;
    }

    public override Task<int> ReadAsync(
        byte[] buffer,
        int offset,
        int count,
        CancellationToken cancellationToken
    ) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) =>
        throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) =>
        throw new NotSupportedException();

    public override void Flush() { }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override ValueTask DisposeAsync() => upgraded.DisposeAsync();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            upgraded.Dispose();
        }
        base.Dispose(disposing);
    }

    private async ValueTask WriteSlicesAfterAsync(
        Task before,
        ReadOnlyMemory<byte> buffer,
        CancellationToken cancellation
    )
    {
        await before.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing); // who wrote it is told
        for (; buffer.Length > SliceBytes; buffer = buffer[SliceBytes..])
        {
            await upgraded.WriteAsync(buffer[..SliceBytes], cancellation);
        }
        await upgraded.WriteAsync(buffer, cancellation);
    }

    /// <summary>Both ways to a WebSocket: <c>Upgrade</c> of HTTP/1.1, and <c>CONNECT</c> of HTTP/2 (RFC 8441).</summary>
    private sealed class Upgrade(
        IHttpUpgradeFeature? http1,
        IHttpExtendedConnectFeature? http2,
        TimeProvider time
    ) : IHttpUpgradeFeature, IHttpExtendedConnectFeature
    {
        public WatchConnection? Connection { get; private set; }

        public bool IsUpgradableRequest => http1?.IsUpgradableRequest == true;

        public bool IsExtendedConnect => http2?.IsExtendedConnect == true;

        public string? Protocol => http2?.Protocol;

        public async Task<Stream> UpgradeAsync() =>
            Connection = new WatchConnection(await http1!.UpgradeAsync(), time);

        public async ValueTask<Stream> AcceptAsync() =>
            Connection = new WatchConnection(await http2!.AcceptAsync(), time);
    }
}
