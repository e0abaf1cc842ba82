namespace CommuniConnect.Media.WebM;

/// <summary>The element ids this library names. Spec: RFC 8794 §11.2, RFC 9559 §5.1.</summary>
internal static class WebMId
{
    // EBML header
    public const uint Ebml = 0x1A45DFA3;
    public const uint EbmlVersion = 0x4286;
    public const uint EbmlReadVersion = 0x42F7;
    public const uint EbmlMaxIdLength = 0x42F2;
    public const uint EbmlMaxSizeLength = 0x42F3;
    public const uint DocType = 0x4282;
    public const uint DocTypeVersion = 0x4287;
    public const uint DocTypeReadVersion = 0x4285;

    // anywhere
    public const uint Void = 0xEC;
    public const uint Crc32 = 0xBF;

    // Segment and its children
    public const uint Segment = 0x18538067;
    public const uint SeekHead = 0x114D9B74;
    public const uint Seek = 0x4DBB;
    public const uint SeekId = 0x53AB;
    public const uint SeekPosition = 0x53AC;
    public const uint Info = 0x1549A966;
    public const uint Tracks = 0x1654AE6B;
    public const uint Cluster = 0x1F43B675;
    public const uint Cues = 0x1C53BB6B;
    public const uint Chapters = 0x1043A770;
    public const uint Tags = 0x1254C367;
    public const uint Attachments = 0x1941A469;

    // Info
    public const uint TimestampScale = 0x2AD7B1;
    public const uint Duration = 0x4489;
    public const uint DateUtc = 0x4461;
    public const uint MuxingApp = 0x4D80;
    public const uint WritingApp = 0x5741;

    // Tracks
    public const uint TrackEntry = 0xAE;
    public const uint TrackNumber = 0xD7;
    public const uint TrackUid = 0x73C5;
    public const uint TrackType = 0x83;
    public const uint FlagLacing = 0x9C;
    public const uint DefaultDuration = 0x23E383;
    public const uint MaxBlockAdditionId = 0x55EE;
    public const uint Language = 0x22B59C;
    public const uint CodecId = 0x86;
    public const uint CodecPrivate = 0x63A2;
    public const uint CodecDelay = 0x56AA;
    public const uint SeekPreRoll = 0x56BB;
    public const uint ContentEncodings = 0x6D80;
    public const uint ContentEncoding = 0x6240;
    public const uint Video = 0xE0;
    public const uint PixelWidth = 0xB0;
    public const uint PixelHeight = 0xBA;
    public const uint AlphaMode = 0x53C0;
    public const uint Audio = 0xE1;
    public const uint SamplingFrequency = 0xB5;
    public const uint Channels = 0x9F;
    public const uint BitDepth = 0x6264;

    // Cluster
    public const uint Timestamp = 0xE7;
    public const uint SilentTracks = 0x5854;
    public const uint Position = 0xA7;
    public const uint PrevSize = 0xAB;
    public const uint SimpleBlock = 0xA3;
    public const uint EncryptedBlock = 0xAF;
    public const uint BlockGroup = 0xA0;
    public const uint Block = 0xA1;
    public const uint BlockAdditions = 0x75A1;
    public const uint BlockDuration = 0x9B;
    public const uint ReferenceBlock = 0xFB;
    public const uint DiscardPadding = 0x75A2;

    // Cues
    public const uint CuePoint = 0xBB;
    public const uint CueTime = 0xB3;
    public const uint CueTrackPositions = 0xB7;
    public const uint CueTrack = 0xF7;
    public const uint CueClusterPosition = 0xF1;

    /// <summary>True for a child of Segment that this library steps over.</summary>
    public static bool IsSkippedSegmentChild(uint id) =>
        id is SeekHead or Cues or Chapters or Tags or Attachments;

    /// <summary>True for a child of Segment, at whose id a Cluster of unknown size ends. Spec: RFC 8794 §6.2.</summary>
    public static bool IsSegmentChild(uint id) =>
        id is Info or Tracks or Cluster || IsSkippedSegmentChild(id);

    /// <summary>True for what stands only in a Cluster.</summary>
    public static bool IsClusterChild(uint id) =>
        id
            is Timestamp
                or SilentTracks
                or Position
                or PrevSize
                or SimpleBlock
                or EncryptedBlock
                or BlockGroup;
}
