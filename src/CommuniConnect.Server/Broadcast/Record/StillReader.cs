using System.Globalization;
using CommuniConnect.Media;
using CommuniConnect.Media.WebM;
using CommuniConnect.Server.Broadcast.OnAir;

namespace CommuniConnect.Server.Broadcast.Record;

/// <summary>Takes single pictures out of a recording: a keyframe as it was recorded, so that nothing is decoded here and nothing is kept twice.</summary>
internal static class StillReader
{
    private const int ReadBytes = 64 << 10;

    /// <summary>A keyframe larger than this is none to make a small picture of: it is about ten times one of 1280x720.</summary>
    private const int LargestBytes = 2 << 20;

    /// <summary>The first picture of a cluster. Null when that is no keyframe, when it is too large, or when there is only sound.</summary>
    /// <param name="place">Where the cluster is.</param>
    /// <param name="start">Where its file begins on the timeline that is wanted.</param>
    /// <exception cref="IOException">The recording cannot be read.</exception>
    public static async Task<Still?> ReadAsync(
        RecordingPlace place,
        MediaTime start,
        CancellationToken cancellation
    )
    {
        var scan = place.Part.Scan;
        if (scan.Tracks.FirstOrDefault(t => t.Kind == TrackKind.Video) is not { } track)
        {
            return null;
        }
        var reader = new WebMReader();
        reader.Push(scan.Header.Bytes);
        using var file = File.OpenHandle(place.Part.Path, share: FileShare.ReadWrite);
        var buffer = new byte[ReadBytes];
        for (var passed = 0; passed < LargestBytes; )
        {
            if (NextPicture(reader, track.Number, out var isOver) is { } picture)
            {
                return picture.IsKeyframe ? Of(picture, track, start, place) : null;
            }
            var read = isOver
                ? 0
                : await RandomAccess.ReadAsync(
                    file,
                    buffer,
                    place.OffsetBytes + passed,
                    cancellation
                );
            if (read == 0)
            {
                return null;
            }
            reader.Push(buffer.AsSpan(0, read));
            passed += read;
        }
        return null;
    }

    /// <summary>Reads up to the next packet of the picture; null when more bytes are needed or, when it is over, none will help.</summary>
    private static MediaPacket? NextPicture(WebMReader reader, int track, out bool isOver)
    {
        while (true)
        {
            var result = reader.Read();
            isOver = result is WebMReadResult.Damage or WebMReadResult.Rejected;
            if (isOver || result == WebMReadResult.NeedsMore)
            {
                return null;
            }
            if (result == WebMReadResult.Packet && reader.Packet.TrackNumber == track)
            {
                return reader.Packet;
            }
        }
    }

    private static Still Of(MediaPacket picture, Track track, MediaTime start, RecordingPlace place)
    {
        var part = StreamPart.Of([track]);
        var packet = picture with { Timestamp = picture.Timestamp + start };
        return new Still(
            (byte[])[.. part.Header.Span, .. WebMStream.Cluster([packet])],
            part.ContentType,
            string.Create(
                CultureInfo.InvariantCulture,
                $"{packet.Timestamp.Nanoseconds / 1_000_000}-{place.OffsetBytes:x}"
            ),
            place.IsSettled
        );
    }
}
