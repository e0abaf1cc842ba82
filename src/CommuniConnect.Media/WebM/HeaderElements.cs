using static CommuniConnect.Media.WebM.EbmlElement;

namespace CommuniConnect.Media.WebM;

/// <summary>The head of everything we write: EBML header, Info and Tracks. Spec: RFC 8794 §11.2, RFC 9559 §5.1.2, §5.1.4.</summary>
internal static class HeaderElements
{
    /// <summary>Nanoseconds of one timestamp unit in everything we write: players expect a millisecond.</summary>
    public const long TimestampScale = 1_000_000;

    private const string App = "CommuniConnect";

    /// <summary>The EBML header of a WebM.</summary>
    public static EbmlElement EbmlHeader() =>
        Master(
            WebMId.Ebml,
            UInt(WebMId.EbmlVersion, 1),
            UInt(WebMId.EbmlReadVersion, 1),
            UInt(WebMId.EbmlMaxIdLength, WebMLimits.MaxIdBytes),
            UInt(WebMId.EbmlMaxSizeLength, WebMLimits.MaxSizeBytes),
            Text(WebMId.DocType, "webm"),
            UInt(WebMId.DocTypeVersion, 4),
            UInt(WebMId.DocTypeReadVersion, 2)
        );

    /// <summary>Info; the two options come where given.</summary>
    public static EbmlElement Info(EbmlElement? duration = null, EbmlElement? date = null) =>
        Master(
            WebMId.Info,
            UInt(WebMId.TimestampScale, TimestampScale),
            duration,
            date,
            Text(WebMId.MuxingApp, App),
            Text(WebMId.WritingApp, App)
        );

    /// <summary>Tracks.</summary>
    /// <exception cref="ArgumentException">The tracks go over a budget of <see cref="WebMLimits"/>, so that no reader of ours would take them.</exception>
    public static EbmlElement Tracks(IReadOnlyList<Track> tracks)
    {
        if (tracks.Count is 0 or > WebMLimits.MaxTracks)
            throw new ArgumentException("A stream has 1 to 16 tracks.", nameof(tracks));
        if (tracks.Any(track => track.CodecPrivate.Length > WebMLimits.MaxCodecPrivateBytes))
            throw new ArgumentException("CodecPrivate may have 64 KiB at most.", nameof(tracks));
        return Master(WebMId.Tracks, [.. tracks.Select(Entry)]);
    }

    private static EbmlElement Entry(Track track) =>
        Master(
            WebMId.TrackEntry,
            UInt(WebMId.TrackNumber, track.Number),
            UInt(WebMId.TrackUid, track.Number),
            UInt(WebMId.TrackType, Type(track.Kind)),
            UInt(WebMId.FlagLacing, 0),
            Text(WebMId.Language, "und"),
            Text(WebMId.CodecId, track.CodecId),
            track.CodecPrivate.IsEmpty ? null : Binary(WebMId.CodecPrivate, track.CodecPrivate),
            Optional(WebMId.CodecDelay, track.CodecDelay.Nanoseconds),
            Optional(WebMId.SeekPreRoll, track.SeekPreRoll.Nanoseconds),
            Optional(WebMId.DefaultDuration, track.DefaultDuration.Nanoseconds),
            track.HasAlpha ? UInt(WebMId.MaxBlockAdditionId, 1) : null,
            track.Kind == TrackKind.Video ? Video(track) : null,
            track.Kind == TrackKind.Audio ? Audio(track) : null
        );

    // PixelWidth and PixelHeight may not be 0 (RFC 9559 §5.1.4.1.28.6). Where the source did not tell them, the frames do, and 1 claims
    // the least; a caller that has seen a keyframe sets the true size before.
    private static EbmlElement Video(Track track) =>
        Master(
            WebMId.Video,
            UInt(WebMId.PixelWidth, Math.Max(1, track.Width)),
            UInt(WebMId.PixelHeight, Math.Max(1, track.Height)),
            Optional(WebMId.AlphaMode, track.HasAlpha ? 1 : 0)
        );

    private static EbmlElement Audio(Track track) =>
        Master(
            WebMId.Audio,
            Float(WebMId.SamplingFrequency, track.SampleRate),
            UInt(WebMId.Channels, track.Channels),
            Optional(WebMId.BitDepth, track.BitDepth)
        );

    // Spec: RFC 9559 §5.1.4.1.3: 1 video, 2 audio, 17 subtitle.
    private static long Type(TrackKind kind) =>
        kind switch
        {
            TrackKind.Video => 1,
            TrackKind.Audio => 2,
            _ => 17,
        };

    private static EbmlElement? Optional(uint id, long value) => value > 0 ? UInt(id, value) : null;
}
