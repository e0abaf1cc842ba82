namespace CommuniConnect.Media.WebM;

/// <summary>What <see cref="WebMReader.Read"/> found.</summary>
public enum WebMReadResult
{
    /// <summary>Nothing more until more bytes are pushed.</summary>
    NeedsMore,

    /// <summary>The tracks of the stream, or of a new stream that begins behind the first.</summary>
    Tracks,

    /// <summary>One frame.</summary>
    Packet,

    /// <summary>Something is broken and left out, or reads other than declared; reading goes on.</summary>
    Damage,

    /// <summary>This is no stream that can be read; nothing more will come.</summary>
    Rejected,
}

/// <summary>What is wrong with the input, and where.</summary>
/// <param name="OffsetBytes">Input offset of the element that is wrong.</param>
/// <param name="Rule">The rule it breaks, as a short English sentence.</param>
public readonly record struct WebMError(long OffsetBytes, string Rule);
