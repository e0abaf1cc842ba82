using System.Buffers;
using System.Net.Sockets;
using System.Net.WebSockets;
using CommuniConnect.Media;
using CommuniConnect.Server.Broadcast.OnAir;
using Microsoft.AspNetCore.Connections.Features;

namespace CommuniConnect.Server.Broadcast.Watch;

/// <summary>
/// The live as packets for a player that decodes them itself: <c>tracks</c>, <c>clock</c>, <c>no_clock</c> and <c>jump</c> as
/// text, packets as binary. The viewer may <c>select</c>, <c>rejoin</c> and tell its <c>delay</c>.
/// </summary>
internal sealed class WatchSocket
{
    private const int LargestText = 1 << 10;
    private const int LongestPauseSeconds = 60;

    /// <summary>Messages are put together up to this size for a viewer who is behind: one write for several.</summary>
    private const int BatchBytes = WatchConnection.SliceBytes;

    /// <summary>Who is this far behind the newest keyframe is moved there: late pictures are of no use to this player.</summary>
    private static readonly MediaTime LongestLag = MediaTime.FromMilliseconds(1_000);

    /// <summary>How long the other side may take to close after us.</summary>
    private static readonly TimeSpan LongestGoodbye = TimeSpan.FromSeconds(2);

    private readonly Live _live;
    private readonly WebSocket _socket;
    private readonly WatchConnection _connection;
    private readonly KeepAlive _keepAlive;
    private readonly RenditionCursor _cursor;
    private readonly ViewerDelay _delay;
    private StreamPart? _part; // what the viewer knows, as are the next two
    private SmallPicture? _small;
    private CaptureClock? _clock;
    private DataSaving? _saving; // of who saves data, or did
    private long _pictureEveryMs; // for who saves data; 0: none; written by the receiving side

    private WatchSocket(
        Live live,
        WebSocket socket,
        WatchConnection connection,
        KeepAlive keepAlive,
        RenditionCursor cursor,
        ViewerDelay delay
    )
    {
        (_live, _socket, _connection) = (live, socket, connection);
        (_keepAlive, _cursor, _delay) = (keepAlive, cursor, delay);
    }

    /// <param name="first">The picture the viewer wants to begin with.</param>
    /// <param name="kernelTells">See <see cref="KeepAlive"/>.</param>
    public static async Task RunAsync(
        Live live,
        Rendition first,
        bool kernelTells,
        HttpContext context
    )
    {
        LimitUnsent(context);
        var time = context.RequestServices.GetRequiredService<TimeProvider>();
        using var socket = await context.WebSockets.AcceptWebSocketAsync(
            new WebSocketAcceptContext { KeepAliveInterval = TimeSpan.Zero } // we keep it alive ourselves
        );
        using var gone = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        var connection = WatchConnection.Of(context);
        await using var keepAlive = new KeepAlive(
            connection,
            kernelTells,
            time,
            context.Abort,
            gone.Token
        );
        using var cursor = new RenditionCursor(live.Timeline, LongestLag, first, gone.Token);
        using var delay = live.Delays.Enter();
        var watch = new WatchSocket(live, socket, connection, keepAlive, cursor, delay);
        var receiving = watch.ReceiveAsync(gone.Token);
        var sending = watch.StartSending(gone.Token);
        try
        {
            await await Task.WhenAny(receiving, sending);
            // A connection that is closed before the other side has closed as well is reset, and may lose our last words.
            await receiving.WaitAsync(LongestGoodbye, time, gone.Token);
        }
        catch (Exception error)
            when (error
                    is WebSocketException
                        or OperationCanceledException
                        or IOException
                        or ObjectDisposedException
                        or TimeoutException
            )
        {
            // The viewer has left.
        }
        finally
        {
            await gone.CancelAsync();
            // What we write to may be another request's once this one is over.
            await Task.WhenAll(receiving, sending)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>
    /// Bytes that wait in the kernel cannot be taken back when the viewer is moved to newer ones, and there may be seconds
    /// of them. Spec: Linux tcp(7), TCP_NOTSENT_LOWAT.
    /// </summary>
    private static void LimitUnsent(HttpContext context)
    {
        const int tcp = 6;
        const int notSentLowWater = 25;
        if (
            OperatingSystem.IsLinux()
            && context.Features.Get<IConnectionSocketFeature>()?.Socket is { } socket
        )
        {
            try
            {
                socket.SetRawSocketOption(tcp, notSentLowWater, BitConverter.GetBytes(BatchBytes));
            }
            catch (Exception error) when (error is SocketException or ObjectDisposedException)
            {
                // Not a TCP socket, and what stands between us and the viewer is not ours; or the viewer has left.
            }
        }
    }

    /// <summary>
    /// Without the request's context: its culture and its trace would be put in place, and away again, with each frame of each
    /// viewer, on the one thread that wakes them all.
    /// </summary>
    private Task StartSending(CancellationToken gone)
    {
        using var withoutContext = ExecutionContext.SuppressFlow();
        return SendAsync(gone);
    }

    private async Task SendAsync(CancellationToken gone)
    {
        while (await _cursor.WaitToReadAsync())
        {
            while (_cursor.TryRead(out var piece))
            {
                if (HasNews(piece))
                {
                    await SendNewsAsync(piece, gone);
                }
                if (_cursor.Shown == Rendition.None)
                {
                    await SaveAsync(piece.Fragment, gone);
                }
                else
                {
                    await SendSavedAsync(gone);
                    await SendPacketsAsync(piece, gone);
                }
            }
        }
        await SendSavedAsync(gone);
        await _keepAlive.DisposeAsync(); // nothing follows a close
        await _socket.CloseOutputAsync(
            _live.Ended.IsCompleted
                ? WebSocketCloseStatus.NormalClosure
                : WebSocketCloseStatus.EndpointUnavailable, // "such as a server going down". Spec: RFC 6455 §7.4.1
            null,
            gone
        );
    }

    private bool HasNews(RenditionPiece piece) =>
        piece.HasJumped
        || _part != PartOf(piece)
        || _small != _live.Timeline.Small
        || _clock != _live.Timeline.Clock;

    /// <summary>Says what a player has to know before a piece.</summary>
    private async Task SendNewsAsync(RenditionPiece piece, CancellationToken gone)
    {
        if (piece.HasJumped && _part is not null)
        {
            await SendTextAsync(new WatchMessage("jump"), gone);
        }
        if (_part != PartOf(piece) || _small != _live.Timeline.Small)
        {
            (_part, _small) = (PartOf(piece), _live.Timeline.Small);
            await SendTextAsync(WatchMessage.Of(_part!, _small), gone);
        }
        if (_live.Timeline.Clock is var newest && newest != _clock)
        {
            _clock = newest;
            if (newest is null)
            {
                _delay.Forget();
            }
            await SendTextAsync(WatchMessage.Of(newest), gone);
        }
    }

    /// <summary>The small picture has no part of its own: it goes with the live's.</summary>
    private StreamPart? PartOf(RenditionPiece piece) => piece.IsSmall ? _part : piece.Fragment.Part;

    private MediaTime? PictureEvery =>
        Volatile.Read(ref _pictureEveryMs) is > 0 and var every
            ? MediaTime.FromMilliseconds(every)
            : null;

    private async Task SaveAsync(Fragment fragment, CancellationToken gone)
    {
        _saving ??= new DataSaving();
        if (PictureEvery is { } every && _saving.ShowsPictureOf(fragment, every))
        {
            await SendSavedAsync(gone);
            await WriteAsync(fragment.KeyframeFrame.Frame, gone);
        }
        else if (_saving.Add(fragment.SoundFrame, fragment.Start))
        {
            await SendSavedAsync(gone);
        }
    }

    /// <summary>Sends what waits for who saves data.</summary>
    private ValueTask SendSavedAsync(CancellationToken gone) =>
        _saving?.Take() is { Length: > 0 } bytes
            ? _socket.SendAsync(bytes, WebSocketMessageType.Binary, true, gone)
            : ValueTask.CompletedTask;

    /// <summary>
    /// Sends a fragment, together with those behind it that are there already. What all viewers are sent is written past the
    /// WebSocket library: it would copy and frame it for each of them.
    /// </summary>
    private ValueTask SendPacketsAsync(RenditionPiece piece, CancellationToken gone)
    {
        var first = FrameOf(piece, piece.Fragment);
        var bytes =
            first.Frame.Length > 0 && _keepAlive.GoesWithMedia() ? first.PingAndFrame : first.Frame;
        return Follows(piece, bytes.Length, out _)
            ? SendBatchAsync(piece, bytes, gone)
            : WriteAsync(bytes, gone);
    }

    private async ValueTask SendBatchAsync(
        RenditionPiece piece,
        ReadOnlyMemory<byte> first,
        CancellationToken gone
    )
    {
        var batch = ArrayPool<byte>.Shared.Rent(BatchBytes);
        try
        {
            first.CopyTo(batch);
            var length = first.Length;
            while (Follows(piece, length, out var following))
            {
                following.CopyTo(batch.AsMemory(length));
                length += following.Length;
                _cursor.Advance(piece);
            }
            await WriteAsync(batch.AsMemory(0, length), gone);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(batch);
        }
    }

    private bool Follows(RenditionPiece piece, int length, out ReadOnlyMemory<byte> frame)
    {
        var next = _cursor.Following(piece);
        frame = next is null ? default : FrameOf(piece, next).Frame;
        return next is not null && length + frame.Length <= BatchBytes;
    }

    private ValueTask WriteAsync(ReadOnlyMemory<byte> frames, CancellationToken gone) =>
        frames.Length == 0 ? ValueTask.CompletedTask : _connection.WriteAsync(frames, gone);

    private SharedFrame FrameOf(RenditionPiece piece, Fragment fragment) =>
        piece.IsSmall || _cursor.Shown == Rendition.Main ? fragment.Frame : fragment.SoundFrame;

    private async Task SendTextAsync(WatchMessage message, CancellationToken gone)
    {
        await SendSavedAsync(gone); // it came before
        await _socket.SendAsync(message.ToBytes(), WebSocketMessageType.Text, true, gone);
    }

    private async Task ReceiveAsync(CancellationToken gone)
    {
        var buffer = new byte[LargestText];
        while (true)
        {
            var received = await _socket.ReceiveAsync(buffer.AsMemory(), gone);
            if (
                received.MessageType != WebSocketMessageType.Text
                || !received.EndOfMessage
                || WatchMessage.Read(buffer.AsSpan(0, received.Count)) is not { } message
            )
            {
                return; // closed, or nothing we understand
            }
            switch (message)
            {
                case { Type: "select" }:
                    Select(message);
                    break;
                case { Type: "rejoin" }:
                    _cursor.Rejoin();
                    break;
                case { Type: "delay", Ms: { } ms } when _live.Timeline.Clock is not null:
                    _delay.Report(ms);
                    break;
                default:
                    break; // of a newer page
            }
        }
    }

    private void Select(WatchMessage message)
    {
        var every = message.Video == false ? 0 : MillisecondsOf(message.Every);
        Volatile.Write(ref _pictureEveryMs, every);
        var savesData = message.Video == false || every > 0;
        _cursor.Select(savesData ? Rendition.None : RenditionOf(message.Rendition));
        if (every > 0)
        {
            _cursor.Rejoin(); // the first picture is not waited for
        }
        if (message.Video != false)
        {
            _live.WantKeyframe(); // a picture begins at one
        }
    }

    /// <summary>A pause between pictures as a viewer says it: up to a minute, and none when it is no such thing.</summary>
    private static long MillisecondsOf(double? seconds) =>
        seconds is > 0 and <= LongestPauseSeconds ? (long)(seconds * 1_000) : 0;

    /// <summary>What a viewer's word for a picture means; any but the small one is the large one.</summary>
    public static Rendition RenditionOf(string? word) =>
        word == "small" ? Rendition.Small : Rendition.Main;
}
