using CommuniConnect.Media;
using CommuniConnect.Server.Broadcast.OnAir;

namespace CommuniConnect.Server.Broadcast.Watch;

/// <summary>
/// The progressive stream from an earlier moment of the live on: read from the recording that is being written, as fast as the
/// viewer takes it, and when it has come to the edge, on with what is added.
/// </summary>
internal static class RewoundStream
{
    /// <summary>Copies until the live has ended, or the viewer leaves. Writes nothing when there is nothing.</summary>
    public static async Task CopyAsync(
        Live live,
        MediaTime from,
        HttpResponse response,
        CancellationToken cancellation
    )
    {
        try
        {
            using var cursor = await live.RewindAsync(from, cancellation);
            StreamPart? part = null;
            while (cursor is not null && await cursor.NextAsync(cancellation))
            {
                if (part != cursor.Stream)
                {
                    part = cursor.Stream;
                    await WatchEndpoint.BeginStreamAsync(response, part, cancellation);
                }
                cursor.CopyTo(response.BodyWriter);
                await response.BodyWriter.FlushAsync(cancellation);
            }
        }
        catch (Exception error)
            when (error is IOException or UnauthorizedAccessException && !response.HasStarted)
        {
            // A disk that does not give what it has: the answer says to come back.
        }
    }
}
