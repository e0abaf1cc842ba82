using System.Buffers.Binary;

namespace CommuniConnect.Media.Mp4;

/// <summary>What the boxes of a file tell of its tracks, in the order they come. Spec: ISO/IEC 14496-12 §8.3, §8.4, §8.7, §8.8.</summary>
internal sealed class Mp4Tracks
{
    /// <summary>The most of a box's content that <see cref="Read"/> looks at: a tkhd of version 1.</summary>
    public const int MostNeededBytes = 96;

    private const uint Video = 0x76696465; // vide
    private const uint Audio = 0x736F756E; // soun

    private readonly List<Mp4Track> _tracks = [];
    private Mp4Track _current = new();

    /// <summary>True when further tracks are not taken in.</summary>
    public bool IsClosed { get; set; }

    public bool HasMedia => _tracks.Exists(track => track.Handler is Video or Audio);

    public bool HasSamples =>
        _tracks.Exists(track => track.Handler is Video or Audio && track.Samples > 0);

    /// <summary>Bytes of content a box has to have, 0 for one not looked at.</summary>
    public static int NeededBytes(uint type) =>
        type switch
        {
            Mp4Box.Tkhd => 84,
            Mp4Box.Mdhd => 20,
            Mp4Box.Hdlr or Mp4Box.Stsz or Mp4Box.Stz2 => 12,
            Mp4Box.Trex => 24,
            Mp4Box.Tfhd or Mp4Box.Tfdt or Mp4Box.Trun => 8,
            _ => 0,
        };

    /// <summary>Begins the next track; returns the rule it breaks, or null.</summary>
    public string? Add()
    {
        _current = new Mp4Track();
        if (IsClosed)
            return null;
        if (_tracks.Count == Mp4Limits.MaxTracks)
            return "A file may have 16 tracks at most.";
        _tracks.Add(_current);
        return null;
    }

    /// <summary>Takes in the content of a box; returns the rule it breaks, or null.</summary>
    public string? Read(uint type, ReadOnlySpan<byte> content)
    {
        var isWide = content[0] == 1;
        switch (type)
        {
            case Mp4Box.Tkhd:
                return ReadTrackHeader(content, isWide);
            case Mp4Box.Mdhd:
                return ReadMediaHeader(content, isWide);
            case Mp4Box.Hdlr:
                _current.Handler = UInt(content, 8);
                break;
            case Mp4Box.Stsz or Mp4Box.Stz2:
                _current.Samples += UInt(content, 8);
                break;
            case Mp4Box.Trex:
                Find(UInt(content, 4)).DefaultDuration = UInt(content, 12);
                break;
            case Mp4Box.Tfhd:
                return ReadFragmentHeader(content);
            case Mp4Box.Tfdt:
                if (isWide && content.Length < 12)
                    return "A box is too short for its fields.";
                _current.NextUnits = isWide
                    ? (long)
                        Math.Min(
                            long.MaxValue / 2,
                            BinaryPrimitives.ReadUInt64BigEndian(content[4..])
                        )
                    : UInt(content, 4);
                break;
        }
        return null;
    }

    /// <summary>Takes in a run of samples of the present fragment.</summary>
    /// <param name="samples">How many.</param>
    /// <param name="durationUnits">How long together, null when each has the default.</param>
    public void AddRun(long samples, long? durationUnits)
    {
        _current.Samples += samples;
        var units =
            (UInt128)(ulong)_current.NextUnits
            + (ulong)(durationUnits ?? samples * (long)_current.FragmentDuration);
        _current.NextUnits = units > long.MaxValue / 2 ? long.MaxValue / 2 : (long)units;
        _current.EndUnits = Math.Max(_current.EndUnits, _current.NextUnits);
    }

    /// <summary>What the tracks come to.</summary>
    public Mp4Summary Summarise(bool isFragmented, bool isCut)
    {
        var played = _tracks.FindAll(track => track.Samples > 0);
        var video = played.Find(track => track.Handler == Video);
        return new Mp4Summary(
            HasVideo: video is not null,
            HasAudio: played.Exists(track => track.Handler == Audio),
            Width: video?.Width ?? 0,
            Height: video?.Height ?? 0,
            Duration: played.Max(track => track.Duration),
            IsFragmented: isFragmented,
            IsCut: isCut
        );
    }

    private string? ReadTrackHeader(ReadOnlySpan<byte> content, bool isWide)
    {
        if (isWide && content.Length < 96)
            return "A box is too short for its fields.";
        _current.Id = UInt(content, isWide ? 20 : 12);
        // fixed-point 16.16
        _current.Width = (int)(UInt(content, isWide ? 88 : 76) >> 16);
        _current.Height = (int)(UInt(content, isWide ? 92 : 80) >> 16);
        return null;
    }

    private string? ReadMediaHeader(ReadOnlySpan<byte> content, bool isWide)
    {
        if (isWide && content.Length < 32)
            return "A box is too short for its fields.";
        _current.Timescale = UInt(content, isWide ? 20 : 12);
        var units = isWide
            ? BinaryPrimitives.ReadUInt64BigEndian(content[24..])
            : UInt(content, 16);
        // All ones mean that it is not known.
        var isKnown = units != (isWide ? ulong.MaxValue : uint.MaxValue);
        _current.EndUnits = isKnown ? (long)Math.Min(units, long.MaxValue / 2) : 0;
        return _current.Timescale == 0 ? "A timescale may not be 0." : null;
    }

    // version and flags (4), track_ID (4), [base_data_offset (8)], [sample_description_index (4)], [default_sample_duration (4)]
    private string? ReadFragmentHeader(ReadOnlySpan<byte> content)
    {
        var flags = UInt(content, 0) & 0xFFFFFF;
        _current = Find(UInt(content, 4));
        _current.FragmentDuration = _current.DefaultDuration;
        if ((flags & 8) == 0)
            return null;
        var at = 8 + ((flags & 1) != 0 ? 8 : 0) + ((flags & 2) != 0 ? 4 : 0);
        if (content.Length < at + 4)
            return "A box is too short for its fields.";
        _current.FragmentDuration = UInt(content, at);
        return null;
    }

    // What belongs to no track of ours is taken in by one that counts for nothing.
    private Mp4Track Find(uint id) => _tracks.Find(track => track.Id == id) ?? new Mp4Track();

    private static uint UInt(ReadOnlySpan<byte> content, int at) =>
        BinaryPrimitives.ReadUInt32BigEndian(content[at..]);

    private sealed class Mp4Track
    {
        public uint Id { get; set; }
        public uint Handler { get; set; }
        public uint Timescale { get; set; }
        public int Width { get; set; }
        public int Height { get; set; }
        public long Samples { get; set; }
        public uint DefaultDuration { get; set; }
        public uint FragmentDuration { get; set; }
        public long NextUnits { get; set; }
        public long EndUnits { get; set; }

        public MediaTime Duration
        {
            get
            {
                var nanoseconds = Timescale == 0 ? 0 : (Int128)EndUnits * 1_000_000_000 / Timescale;
                return new MediaTime((long)Int128.Min(nanoseconds, long.MaxValue / 2));
            }
        }
    }
}
