namespace CommuniConnect.Media.WebM;

/// <summary>The budgets of reading and writing WebM: what a stream may ask of us, however it was made.</summary>
public static class WebMLimits
{
    /// <summary>Longest element id. Spec: RFC 9559 §4, EBMLMaxIDLength is 4 in Matroska.</summary>
    public const int MaxIdBytes = 4;

    /// <summary>Longest element size. Spec: RFC 9559 §4, EBMLMaxSizeLength is 8 in Matroska.</summary>
    public const int MaxSizeBytes = 8;

    /// <summary>Largest content of an EBML header.</summary>
    public const int MaxHeaderBytes = 4 * 1024;

    /// <summary>Largest content of an Info element.</summary>
    public const int MaxInfoBytes = 64 * 1024;

    /// <summary>Largest content of a Tracks element, the CodecPrivates it holds not counted.</summary>
    public const int MaxTracksBytes = 64 * 1024;

    /// <summary>Most tracks of one stream.</summary>
    public const int MaxTracks = 16;

    /// <summary>Largest CodecPrivate of one track.</summary>
    public const int MaxCodecPrivateBytes = 64 * 1024;

    /// <summary>Largest picture side in pixels: what a VP9 or AV1 frame header can say.</summary>
    public const int MaxPixels = 65_535;

    /// <summary>Largest content of a SimpleBlock or, as it is written, of a BlockGroup.</summary>
    public const int MaxBlockBytes = 8 * 1024 * 1024;

    /// <summary>Largest content of a Cluster.</summary>
    public const int MaxClusterBytes = 32 * 1024 * 1024;

    /// <summary>
    /// Furthest a block written by us lies from its Cluster's Timestamp. Reading goes by the format's own bound, the 16 bits of a block's
    /// relative timestamp (32.767 s at the usual scale), because encoders use all of it.
    /// </summary>
    public static readonly MediaTime MaxClusterDuration = MediaTime.FromMilliseconds(30_000);
}
