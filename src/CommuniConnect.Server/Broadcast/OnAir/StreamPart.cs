using CommuniConnect.Media;
using CommuniConnect.Media.Codecs;
using CommuniConnect.Media.WebM;

namespace CommuniConnect.Server.Broadcast.OnAir;

/// <summary>The tracks viewers are sent, and the bytes that announce them. A live whose codecs change goes on under another one.</summary>
internal sealed record StreamPart(
    IReadOnlyList<Track> Tracks,
    ReadOnlyMemory<byte> Header,
    string ContentType
)
{
    public static StreamPart Of(IReadOnlyList<Track> tracks)
    {
        var codecs = string.Join(',', tracks.Select(WebMCodecs.MimeCodec));
        return new(tracks, WebMStream.Header(tracks), $"video/webm; codecs=\"{codecs}\"");
    }

    /// <summary>Whether a decoder set up for some tracks can go on with others. A picture may change its size at a keyframe.</summary>
    public static bool SameDecoders(IReadOnlyList<Track> a, IReadOnlyList<Track> b) =>
        a.Count == b.Count
        && a.Zip(b)
            .All(pair =>
                pair.First.Number == pair.Second.Number
                && pair.First.CodecId == pair.Second.CodecId
                && pair.First.Channels == pair.Second.Channels
                && pair.First.SampleRate.Equals(pair.Second.SampleRate)
                && pair.First.HasAlpha == pair.Second.HasAlpha
                && pair.First.CodecPrivate.Span.SequenceEqual(pair.Second.CodecPrivate.Span)
            );
}
