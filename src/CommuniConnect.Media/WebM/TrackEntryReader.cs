namespace CommuniConnect.Media.WebM;

/// <summary>Reads one TrackEntry. Spec: RFC 9559 §5.1.4.1.</summary>
internal ref struct TrackEntryReader
{
    private long _number;
    private long _type;
    private string? _codecId;
    private byte[] _codecPrivate;
    private long _codecDelay;
    private long _seekPreRoll;
    private long _defaultDuration;
    private bool _isEncoded;
    private long _width;
    private long _height;
    private long _alphaMode;
    private double _sampleRate;
    private long _channels;
    private long _bitDepth;
    private string? _rule;

    /// <summary>Reads the content of a TrackEntry; returns the rule it breaks, or null.</summary>
    public static string? TryRead(
        ReadOnlySpan<byte> content,
        out (Track Track, bool IsEncoded) entry
    )
    {
        // Spec: RFC 9559 §5.1.4.1.29: SamplingFrequency is 8000 and Channels 1 when absent.
        var reader = new TrackEntryReader
        {
            _codecPrivate = [],
            _sampleRate = 8000,
            _channels = 1,
        };
        reader.ReadChildren(content);
        entry = default;
        var rule = reader._rule ?? reader.Check();
        if (rule is null)
            entry = (reader.ToTrack(), reader._isEncoded);
        return rule;
    }

    private void ReadChildren(ReadOnlySpan<byte> content)
    {
        var children = new EbmlChildren(content);
        while (children.MoveNext())
            ReadChild(children.Id, children.Content);
        if (children.IsBroken)
            _rule ??= "TrackEntry is broken.";
    }

    private void ReadChild(uint id, ReadOnlySpan<byte> content)
    {
        switch (id)
        {
            case WebMId.TrackNumber:
                ReadUInt(content, ref _number);
                break;
            case WebMId.TrackType:
                ReadUInt(content, ref _type);
                break;
            case WebMId.CodecId:
                _codecId = Ebml.ReadString(content);
                break;
            case WebMId.CodecPrivate when content.Length > WebMLimits.MaxCodecPrivateBytes:
                _rule ??= "CodecPrivate may have 64 KiB at most.";
                break;
            case WebMId.CodecPrivate:
                _codecPrivate = content.ToArray();
                break;
            case WebMId.CodecDelay:
                ReadUInt(content, ref _codecDelay);
                break;
            case WebMId.SeekPreRoll:
                ReadUInt(content, ref _seekPreRoll);
                break;
            case WebMId.DefaultDuration:
                ReadUInt(content, ref _defaultDuration);
                break;
            case WebMId.ContentEncodings:
                _isEncoded = HasEncoding(content);
                break;
            case WebMId.Video or WebMId.Audio:
                ReadSettings(content);
                break;
            default:
                break;
        }
    }

    private void ReadSettings(ReadOnlySpan<byte> content)
    {
        var children = new EbmlChildren(content);
        while (children.MoveNext())
        {
            switch (children.Id)
            {
                case WebMId.PixelWidth:
                    ReadUInt(children.Content, ref _width);
                    break;
                case WebMId.PixelHeight:
                    ReadUInt(children.Content, ref _height);
                    break;
                case WebMId.AlphaMode:
                    ReadUInt(children.Content, ref _alphaMode);
                    break;
                case WebMId.SamplingFrequency
                    when !Ebml.TryReadFloat(children.Content, out _sampleRate):
                    _rule ??= "A float has to have 4 or 8 bytes.";
                    break;
                case WebMId.Channels:
                    ReadUInt(children.Content, ref _channels);
                    break;
                case WebMId.BitDepth:
                    ReadUInt(children.Content, ref _bitDepth);
                    break;
                default:
                    break;
            }
        }
        if (children.IsBroken)
            _rule ??= "The Video or Audio settings of a track are broken.";
    }

    private void ReadUInt(ReadOnlySpan<byte> content, ref long value)
    {
        if (!Ebml.TryReadUInt(content, out value))
            _rule ??= "A number of a TrackEntry has to fit 63 bits.";
    }

    private static bool HasEncoding(ReadOnlySpan<byte> content)
    {
        var children = new EbmlChildren(content);
        while (children.MoveNext())
        {
            if (children.Id == WebMId.ContentEncoding)
                return true;
        }
        return children.IsBroken;
    }

    private readonly string? Check()
    {
        if (_number is < 1 or > int.MaxValue)
            return "TrackNumber has to be 1 or more.";
        if (_type is < 1 or > 255)
            return "TrackType has to be 1 to 255.";
        if (string.IsNullOrEmpty(_codecId))
            return "A track has to have a CodecID.";
        if (_width > WebMLimits.MaxPixels || _height > WebMLimits.MaxPixels)
            return "A picture may have 65535 pixels a side at most.";
        if (_channels is < 1 or > 255 || _bitDepth > 255)
            return "Channels or BitDepth is out of range.";
        if (!(_sampleRate > 0 && _sampleRate <= 1e9))
            return "SamplingFrequency is out of range.";
        return null;
    }

    private readonly Track ToTrack()
    {
        var (isVideo, isAudio) = (_type == 1, _type == 2);
        return new Track
        {
            Number = (int)_number,
            Kind =
                isVideo ? TrackKind.Video
                : isAudio ? TrackKind.Audio
                : TrackKind.Other,
            CodecId = _codecId!,
            CodecPrivate = _codecPrivate,
            CodecDelay = new MediaTime(_codecDelay),
            SeekPreRoll = new MediaTime(_seekPreRoll),
            DefaultDuration = new MediaTime(_defaultDuration),
            Width = isVideo ? (int)_width : 0,
            Height = isVideo ? (int)_height : 0,
            HasAlpha = isVideo && _alphaMode == 1,
            SampleRate = isAudio ? _sampleRate : 0,
            Channels = isAudio ? (int)_channels : 0,
            BitDepth = isAudio ? (int)_bitDepth : 0,
        };
    }
}
