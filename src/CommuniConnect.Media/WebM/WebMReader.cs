namespace CommuniConnect.Media.WebM;

/// <summary>
/// Reads WebM and Matroska as it arrives: bytes are pushed in pieces of any size, and each whole frame comes out at once. Sizes may be
/// unknown, streams may follow one another, and after damage reading goes on at the next Cluster. Nothing is allocated for a size that
/// is only declared. Push pieces of up to about 1 MiB and read until <see cref="WebMReadResult.NeedsMore"/> in between: what is pushed and
/// not read is kept in memory. Spec: RFC 9559, RFC 8794.
/// </summary>
public sealed class WebMReader
{
    private readonly ReaderState _state;
    private readonly SegmentParser _parser;
    private long _boundaryBytes;
    private MediaPacket? _packet;

    /// <summary>A reader at the beginning of a stream.</summary>
    public WebMReader()
        : this([], WebMPosition.Start) { }

    private WebMReader(IReadOnlyList<Track> tracks, WebMPosition position)
    {
        _state = new ReaderState(tracks, position);
        _parser = new SegmentParser(_state);
        (_boundaryBytes, Tracks) = (position.OffsetBytes, tracks);
    }

    /// <summary>The tracks of the stream being read; empty before the first <see cref="WebMReadResult.Tracks"/>.</summary>
    public IReadOnlyList<Track> Tracks { get; private set; }

    /// <summary>The frame of the last <see cref="WebMReadResult.Packet"/>.</summary>
    /// <exception cref="InvalidOperationException">None was returned yet.</exception>
    public MediaPacket Packet =>
        _packet ?? throw new InvalidOperationException("No packet was read.");

    /// <summary>What was wrong at the last <see cref="WebMReadResult.Damage"/> or <see cref="WebMReadResult.Rejected"/>.</summary>
    public WebMError Error { get; private set; }

    /// <summary>
    /// The element boundary up to which everything was returned: <see cref="Resume"/> from here gives all the rest and nothing twice. While
    /// the frames of a laced block come out, it stays before the block; after damage, until the next Cluster, before the damage.
    /// </summary>
    public WebMPosition Position => _state.At with { OffsetBytes = _boundaryBytes };

    /// <summary>
    /// True when the bytes read so far end between two elements, with no element of known size left open. Meaningful after
    /// <see cref="WebMReadResult.NeedsMore"/>; false before the tracks.
    /// </summary>
    public bool EndsCleanly
    {
        get
        {
            var (at, end) = (_state.At, _state.Input.OffsetBytes);
            var isBoundary =
                !_state.IsSearching && !_state.Input.IsSkipping && _state.Input.Bytes.IsEmpty;
            var isClusterDone =
                at.Level != WebMLevel.Cluster
                || at.ClusterEndBytes < 0
                || at.ClusterEndBytes == end;
            var isSegmentDone =
                at.Level == WebMLevel.Root || at.SegmentEndBytes < 0 || at.SegmentEndBytes == end;
            return at.HasTracks
                && _state.Rejection is null
                && isBoundary
                && isClusterDone
                && isSegmentDone;
        }
    }

    /// <summary>The duration that Info declares, null when it does not; a finished file has one. Not known after <see cref="Resume"/>.</summary>
    public MediaTime? DeclaredDuration => _state.DeclaredDuration;

    /// <summary>Goes on in the middle of a stream: the next byte pushed is the input byte <c>position.OffsetBytes</c>.</summary>
    /// <param name="tracks">The tracks that the first reader gave.</param>
    /// <param name="position">Its <see cref="Position"/>.</param>
    public static WebMReader Resume(IReadOnlyList<Track> tracks, WebMPosition position) =>
        new(tracks, position);

    /// <summary>Takes the next bytes of the stream, by a copy; may be empty.</summary>
    public void Push(ReadOnlySpan<byte> bytes) => _state.Input.Push(bytes);

    /// <summary>Gives the next result. To be called until it needs more; <see cref="WebMReadResult.Rejected"/> stays.</summary>
    public WebMReadResult Read()
    {
        while (true)
        {
            if (_state.Rejection is { } rejection)
            {
                Error = rejection;
                return WebMReadResult.Rejected;
            }
            if (_state.Waiting.TryDequeue(out var waiting))
                return Give(waiting.Result, waiting.Error, waiting.Packet);
            if (!Step() && _state.Rejection is null)
                return WebMReadResult.NeedsMore;
        }
    }

    private bool Step()
    {
        if (_state.IsSearching)
            return _state.Search();
        if (_state.Input.IsSkipping)
            return false;
        _boundaryBytes = _state.Input.OffsetBytes;
        return _parser.Step();
    }

    private WebMReadResult Give(WebMReadResult result, WebMError error, MediaPacket? packet)
    {
        switch (result)
        {
            case WebMReadResult.Packet:
                _packet = packet;
                break;
            case WebMReadResult.Tracks:
                Tracks = _state.Tracks;
                break;
            default:
                Error = error;
                break;
        }
        if (_state.Waiting.Count == 0 && !_state.IsSearching && !_state.Input.IsSkipping)
            _boundaryBytes = _state.Input.OffsetBytes;
        return result;
    }
}
