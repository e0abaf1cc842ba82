namespace CommuniConnect.Media;

/// <summary>What a track carries.</summary>
public enum TrackKind
{
    /// <summary>Neither picture nor sound (subtitles, buttons, metadata).</summary>
    Other,

    /// <summary>Pictures.</summary>
    Video,

    /// <summary>Sound.</summary>
    Audio,
}

/// <summary>One track of a stream, as its header declares it.</summary>
public sealed record Track
{
    /// <summary>The number blocks name the track by, 1 or more.</summary>
    public required int Number { get; init; }

    /// <summary>Picture, sound or other.</summary>
    public required TrackKind Kind { get; init; }

    /// <summary>The Matroska codec id, such as <c>V_VP9</c> or <c>A_OPUS</c>. Spec: RFC 9559 §5.1.4.1.21.</summary>
    public required string CodecId { get; init; }

    /// <summary>What the decoder needs before the first packet; empty when the codec needs nothing.</summary>
    public ReadOnlyMemory<byte> CodecPrivate { get; init; }

    /// <summary>Delay built in by the codec, to be subtracted from timestamps by the player.</summary>
    public MediaTime CodecDelay { get; init; }

    /// <summary>How far before a seek target decoding has to start.</summary>
    public MediaTime SeekPreRoll { get; init; }

    /// <summary>Duration of one frame, zero when unknown.</summary>
    public MediaTime DefaultDuration { get; init; }

    /// <summary>Width of the picture in pixels, zero for sound.</summary>
    public int Width { get; init; }

    /// <summary>Height of the picture in pixels, zero for sound.</summary>
    public int Height { get; init; }

    /// <summary>True when blocks carry a second, alpha picture in their additions.</summary>
    public bool HasAlpha { get; init; }

    /// <summary>Samples per second, zero for pictures.</summary>
    public double SampleRate { get; init; }

    /// <summary>Sound channels, zero for pictures.</summary>
    public int Channels { get; init; }

    /// <summary>Bits per sample of uncompressed sound, zero when not stated.</summary>
    public int BitDepth { get; init; }
}
