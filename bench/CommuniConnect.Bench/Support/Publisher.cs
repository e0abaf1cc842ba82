using System.Net;
using CommuniConnect.Media;

namespace CommuniConnect.Bench.Support;

/// <summary>
/// Sends footage to a live by one chunked POST: the first part as fast as the server takes it, so that hours need not be
/// waited for, and what follows in real time, as a camera does, until disposed of.
/// </summary>
internal sealed class Publisher : IAsyncDisposable
{
    private static readonly MediaTime HurriedPiece = MediaTime.FromMilliseconds(1000);

    /// <summary>One frame at 30 a second.</summary>
    private static readonly MediaTime TimelyPiece = MediaTime.FromMilliseconds(33);

    private readonly Footage _footage;
    private readonly TimeSpan _hurried;
    private readonly HttpClient _client = new() { Timeout = Timeout.InfiniteTimeSpan };
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource _caughtUp = new(
        TaskCreationOptions.RunContinuationsAsynchronously
    );
    private readonly Task _sending;

    /// <param name="hurried">How much is sent as fast as possible.</param>
    public Publisher(Uri ingestUrl, Footage footage, TimeSpan hurried)
    {
        (_footage, _hurried) = (footage, hurried);
        _sending = SendAsync(ingestUrl);
    }

    /// <summary>Completes once the hurried part is sent, or fails with the connection.</summary>
    public Task CaughtUp => _caughtUp.Task;

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _sending;
        _client.Dispose();
        _stop.Dispose();
    }

    private async Task SendAsync(Uri ingestUrl)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, ingestUrl);
        request.Headers.TransferEncodingChunked = true;
        request.Content = new Body(WriteAsync);
        try
        {
            using var answer = await _client.SendAsync(request, _stop.Token);
            _caughtUp.TrySetException(
                new InvalidOperationException($"the ingest ended with {(int)answer.StatusCode}")
            );
        }
        // The live was stopped under it, which is what is being measured; or the bench has seen enough.
        catch (Exception error)
            when (error is HttpRequestException or OperationCanceledException or IOException)
        {
            _caughtUp.TrySetException(error);
        }
        _ = _caughtUp.Task.Exception; // seen
    }

    private async Task WriteAsync(Stream stream, CancellationToken cancellation)
    {
        await stream.WriteAsync(_footage.Header, cancellation);
        var end = MediaTime.Zero;
        foreach (var piece in _footage.From(MediaTime.Zero, HurriedPiece))
        {
            if (piece.Start >= MediaTime.From(_hurried))
            {
                end = piece.Start;
                break;
            }
            await stream.WriteAsync(piece.Bytes, cancellation);
        }
        await stream.FlushAsync(cancellation);
        _caughtUp.TrySetResult();
        var began = TimeProvider.System.GetTimestamp();
        foreach (var piece in _footage.From(end, TimelyPiece))
        {
            var due = (piece.Start - end + TimelyPiece).ToTimeSpan();
            var early = due - TimeProvider.System.GetElapsedTime(began);
            if (early > TimeSpan.Zero)
            {
                await Task.Delay(early, cancellation);
            }
            await stream.WriteAsync(piece.Bytes, cancellation);
            await stream.FlushAsync(cancellation);
        }
    }

    /// <summary>A body without end.</summary>
    private sealed class Body(Func<Stream, CancellationToken, Task> write) : HttpContent
    {
        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
            write(stream, CancellationToken.None);

        protected override Task SerializeToStreamAsync(
            Stream stream,
            TransportContext? context,
            CancellationToken cancellationToken
        ) => write(stream, cancellationToken);

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
