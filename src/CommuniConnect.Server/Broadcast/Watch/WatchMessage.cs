using System.Text.Json;
using System.Text.Json.Serialization;
using CommuniConnect.Media;
using CommuniConnect.Media.Codecs;
using CommuniConnect.Server.Broadcast.OnAir;

namespace CommuniConnect.Server.Broadcast.Watch;

/// <summary>A text message of the watch socket, in either direction.</summary>
internal sealed record WatchMessage(string Type)
{
    /// <summary><c>tracks</c>: what the packets that follow need to be decoded.</summary>
    public IReadOnlyList<WatchTrack>? Tracks { get; init; }

    /// <summary><c>clock</c>: an instant of the live, in seconds.</summary>
    public double? Media { get; init; }

    /// <summary><c>clock</c>: when the camera saw it, in milliseconds since 1970 by the server's clock.</summary>
    public double? Captured { get; init; }

    /// <summary><c>select</c>: whether the viewer wants the picture.</summary>
    public bool? Video { get; init; }

    /// <summary><c>select</c>: seconds from one picture to the next for who saves data; else all of them.</summary>
    public double? Every { get; init; }

    /// <summary><c>select</c>: <c>small</c> when the viewer wants the small picture.</summary>
    public string? Rendition { get; init; }

    /// <summary><c>delay</c>: from the camera to the viewer's screen, in milliseconds.</summary>
    public double? Ms { get; init; }

    public static WatchMessage Of(StreamPart part, SmallPicture? small) =>
        new("tracks")
        {
            Tracks =
            [
                .. part.Tracks.Select(WatchTrack.Of),
                .. small is null ? [] : new[] { WatchTrack.Of(small) },
            ],
        };

    /// <summary><c>clock</c>, or <c>no_clock</c> when the one before does not hold any more: a <c>clock</c> of nothing would be read as one.</summary>
    public static WatchMessage Of(CaptureClock? clock) =>
        clock is null
            ? new("no_clock")
            : new("clock")
            {
                Media = clock.Media.Nanoseconds / 1e9,
                Captured = (clock.CapturedAt - DateTimeOffset.UnixEpoch).TotalMilliseconds,
            };

    public byte[] ToBytes() =>
        JsonSerializer.SerializeToUtf8Bytes(this, WatchJson.Default.WatchMessage);

    /// <summary>What a viewer has sent, or null when it is no message.</summary>
    public static WatchMessage? Read(ReadOnlySpan<byte> text)
    {
        try
        {
            return JsonSerializer.Deserialize(text, WatchJson.Default.WatchMessage);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

/// <summary>A track as a browser's decoder is set up for it. Spec: WebCodecs §6.1 and §6.2.</summary>
internal sealed record WatchTrack(int Number, string Kind, string Codec)
{
    public int? SampleRate { get; init; }
    public int? Channels { get; init; }

    /// <summary>The codec's own configuration, in Base64, where it has one.</summary>
    public string? Description { get; init; }

    /// <summary><c>small</c> for the second picture, which is sent instead of the first to those who select it.</summary>
    public string? Rendition { get; init; }
    public int? Width { get; init; }
    public int? Height { get; init; }

    public static WatchTrack Of(SmallPicture small) =>
        Of(small.Track) with
        {
            Rendition = "small",
            Width = small.Track.Width,
            Height = small.Track.Height,
        };

    public static WatchTrack Of(Track track) =>
        track.Kind == TrackKind.Video
            ? new(track.Number, "video", DecoderCodec(track)) { Description = Configuration(track) }
            : new(track.Number, "audio", DecoderCodec(track))
            {
                SampleRate = (int)track.SampleRate,
                Channels = track.Channels,
                Description = Configuration(track),
            };

    // A media type may leave profile and level of VP9 out; a decoder wants them. Spec: VP9 codec registration §Fully qualified codec strings.
    private static string DecoderCodec(Track track) =>
        WebMCodecs.MimeCodec(track) is var codec && codec == "vp9" ? "vp09.00.10.08" : codec;

    // VP8 and VP9 carry everything in their frames, and Chromium's own AV1 in its sequence headers. Spec: the codec registrations of WebCodecs.
    private static string? Configuration(Track track) =>
        track is { Kind: TrackKind.Audio, CodecPrivate.IsEmpty: false }
            ? Convert.ToBase64String(track.CodecPrivate.Span)
            : null;
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(WatchMessage))]
internal sealed partial class WatchJson : JsonSerializerContext;
