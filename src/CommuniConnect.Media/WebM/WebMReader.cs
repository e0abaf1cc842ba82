using System.Runtime.InteropServices;

namespace CommuniConnect.Media.WebM;

/// <summary>
/// Reads WebM and Matroska as it arrives: bytes are pushed in pieces of any size, and each whole frame comes out at once. Sizes may be
/// unknown, streams may follow one another, and after damage reading goes on at the next Cluster. Nothing is allocated for a size that
/// is only declared. Push pieces of up to about 1 MiB and read until <see cref="WebMReadResult.NeedsMore"/> in between: what is pushed and
/// not read is kept in memory. Spec: RFC 9559, RFC 8794.
/// </summary>
public sealed class WebMReader
{
    private readonly ByteWindow _input;
    private readonly Queue<(WebMReadResult Result, WebMError Error, MediaPacket? Packet)> _waiting =
        new();
    private readonly List<MediaPacket> _frames = [];
    private WebMPosition _at;
    private long _boundaryBytes;
    private bool _isRejected;
    private bool _isSearching;

    // of the element being waited for: its content is searched once, however often more of it arrives
    private long _searchedBytes;

    // of the open Cluster, when its first child is a CRC-32
    private byte[]? _clusterChecksum;
    private long _clusterChecksumBytes;

    private MediaPacket? _packet;

    /// <summary>A reader at the beginning of a stream.</summary>
    public WebMReader()
        : this([], WebMPosition.Start) { }

    private WebMReader(IReadOnlyList<Track> tracks, WebMPosition position)
    {
        _input = new ByteWindow(position.OffsetBytes);
        (_at, _boundaryBytes, Tracks) = (position, position.OffsetBytes, tracks);
    }

    /// <summary>The tracks of the stream being read; empty before the first <see cref="WebMReadResult.Tracks"/>.</summary>
    public IReadOnlyList<Track> Tracks { get; private set; }

    /// <summary>The frame of the last <see cref="WebMReadResult.Packet"/>.</summary>
    /// <exception cref="InvalidOperationException">None was returned yet.</exception>
    public MediaPacket Packet =>
        _packet ?? throw new InvalidOperationException("No packet was read.");

    /// <summary>What was wrong at the last <see cref="WebMReadResult.Damage"/> or <see cref="WebMReadResult.Rejected"/>.</summary>
    public WebMError Error { get; private set; }

    /// <summary>The element boundary up to which everything was returned: <see cref="Resume"/> from here gives all the rest and nothing twice.
    /// While the frames of a laced block come out, it stays before the block.</summary>
    public WebMPosition Position => _at with { OffsetBytes = _boundaryBytes };

    /// <summary>True when the bytes read so far end between two elements, with no element of known size left open. Meaningful after <see cref="WebMReadResult.NeedsMore"/>; false before the tracks.</summary>
    public bool EndsCleanly =>
        _at.HasTracks
        && !_isRejected
        && !_isSearching
        && !_input.IsSkipping
        && _input.Bytes.IsEmpty
        && (
            _at.Level != WebMLevel.Cluster
            || _at.ClusterEndBytes < 0
            || _at.ClusterEndBytes == _input.OffsetBytes
        )
        && (
            _at.Level == WebMLevel.Root
            || _at.SegmentEndBytes < 0
            || _at.SegmentEndBytes == _input.OffsetBytes
        );

    /// <summary>The duration that Info declares, null when it does not; a finished file has one. Not known after <see cref="Resume"/>.</summary>
    public MediaTime? DeclaredDuration { get; private set; }

    /// <summary>Goes on in the middle of a stream: the next byte pushed is the input byte <c>position.OffsetBytes</c>.</summary>
    /// <param name="tracks">The tracks that the first reader gave.</param>
    /// <param name="position">Its <see cref="Position"/>.</param>
    public static WebMReader Resume(IReadOnlyList<Track> tracks, WebMPosition position) =>
        new(tracks, position);

    /// <summary>Takes the next bytes of the stream, by a copy; may be empty.</summary>
    public void Push(ReadOnlySpan<byte> bytes) => _input.Push(bytes);

    /// <summary>Gives the next result. To be called until it needs more; <see cref="WebMReadResult.Rejected"/> stays.</summary>
    public WebMReadResult Read()
    {
        while (true)
        {
            if (_isRejected)
                return WebMReadResult.Rejected;
            if (_waiting.TryDequeue(out var waiting))
                return Give(waiting.Result, waiting.Error, waiting.Packet);
            if (!(_isSearching ? Search() : Step()))
                return _isRejected ? WebMReadResult.Rejected : WebMReadResult.NeedsMore;
        }
    }

    private WebMReadResult Give(WebMReadResult result, WebMError error, MediaPacket? packet)
    {
        (Error, _packet) = (error.Rule is null ? Error : error, packet ?? _packet);
        if (_waiting.Count == 0 && !_isSearching && !_input.IsSkipping)
            _boundaryBytes = _input.OffsetBytes;
        return result;
    }

    // One element or one boundary; false when bytes are missing or all is over.
    private bool Step()
    {
        if (_input.IsSkipping)
            return false;
        _boundaryBytes = _input.OffsetBytes;
        if (LeaveEnded())
            return true;
        var header = Ebml.TryReadElementHeader(
            _input.Bytes,
            out var id,
            out var size,
            out var headerBytes
        );
        if (_at.Level == WebMLevel.Start && !StartsLikeEbml())
            return Reject("A stream has to begin with an EBML header.");
        if (header == EbmlHeaderResult.NeedsMore)
            return false;
        if (header == EbmlHeaderResult.Invalid)
            return Lose("No element has such an id or size.");
        var element = new Element(id, size, headerBytes);
        return id switch
        {
            WebMId.Ebml => ReadHeader(element),
            WebMId.Segment => OpenSegment(element),
            WebMId.Cluster => OpenCluster(element),
            WebMId.Void or WebMId.Crc32 when _at.Level != WebMLevel.Cluster => Skip(element),
            _ when _at.Level == WebMLevel.Cluster => ReadInCluster(element),
            _ when _at.Level == WebMLevel.Segment => ReadInSegment(element),
            _ => Lose("Only a Segment may stand here."),
        };
    }

    private bool LeaveEnded()
    {
        if (_at.Level == WebMLevel.Cluster && _at.ClusterEndBytes == _input.OffsetBytes)
        {
            LeaveCluster();
            return true;
        }
        if (
            _at.Level is WebMLevel.Segment or WebMLevel.Cluster
            && _at.SegmentEndBytes == _input.OffsetBytes
        )
        {
            _at = _at with { Level = WebMLevel.Root };
            return true;
        }
        return false;
    }

    private void LeaveCluster()
    {
        _at = _at with { Level = WebMLevel.Segment };
        if (_clusterChecksum is not { } stored)
            return;
        _clusterChecksum = null;
        if (!_input.StopChecksum().Fits(stored))
            Report(_clusterChecksumBytes, "The CRC-32 of a Cluster does not fit.");
    }

    private bool StartsLikeEbml()
    {
        ReadOnlySpan<byte> id = [0x1A, 0x45, 0xDF, 0xA3];
        return id.StartsWith(_input.Bytes[..Math.Min(id.Length, _input.Bytes.Length)]);
    }

    private bool ReadHeader(Element element)
    {
        if (element.Size is < 0 or > WebMLimits.MaxHeaderBytes)
            return Reject("An EBML header may have 4 KiB at most.");
        if (!HasAll(element))
            return false;
        if (HeaderRules.Check(Content(element)) is { } rule)
            return Reject(rule);
        if (IsInsideKnownSize())
            Report(_input.OffsetBytes, "An EBML header may not stand in an element of known size.");
        ForgetChecksum();
        _input.Consume(element.TotalBytes);
        _at = WebMPosition.Start with { Level = WebMLevel.Root };
        DeclaredDuration = null;
        return true;
    }

    private bool OpenSegment(Element element)
    {
        if (IsInsideKnownSize())
            Report(_input.OffsetBytes, "A Segment may not stand in an element of known size.");
        ForgetChecksum();
        _input.Consume(element.HeaderBytes);
        var end =
            element.Size < 0 || element.Size > long.MaxValue - _input.OffsetBytes
                ? -1
                : _input.OffsetBytes + element.Size;
        _at = WebMPosition.Start with { Level = WebMLevel.Segment, SegmentEndBytes = end };
        return true;
    }

    private bool ReadInSegment(Element element)
    {
        if (element.Size < 0)
            return Lose("Only a Segment or a Cluster may have an unknown size.");
        if (_at.SegmentEndBytes >= 0 && End(element) > _at.SegmentEndBytes)
            return Lose("An element has to end inside its parent.");
        if (element.Id == WebMId.Info && !_at.HasInfo)
            return ReadInfo(element);
        if (element.Id == WebMId.Tracks && !_at.HasTracks)
            return ReadTracks(element);
        // A second Info or Tracks repeats the first. Spec: RFC 9559 §6.1, recurring elements are identical.
        if (WebMId.IsSegmentChild(element.Id))
            return Skip(element);
        if (WebMId.IsClusterChild(element.Id))
            return Lose("This element has to stand in a Cluster.");
        return SkipUnknown(element, _at.HasTracks);
    }

    private bool ReadInfo(Element element)
    {
        if (element.Size > WebMLimits.MaxInfoBytes)
            return Reject("Info may have 64 KiB at most.");
        if (!HasAll(element))
            return false;
        if (!EbmlChildren.ChecksumFits(Content(element)))
            Report(_input.OffsetBytes, "The CRC-32 of Info does not fit.");
        if (InfoReader.TryRead(Content(element), out var info) is { } rule)
            return Reject(rule);
        _input.Consume(element.TotalBytes);
        _at = _at with { HasInfo = true, TimestampScale = info.TimestampScale };
        DeclaredDuration = info.Duration;
        return true;
    }

    private bool ReadTracks(Element element)
    {
        const long most =
            WebMLimits.MaxTracksBytes
            + ((long)WebMLimits.MaxTracks * WebMLimits.MaxCodecPrivateBytes);
        if (element.Size > most)
            return Reject("Tracks may have 64 KiB at most besides CodecPrivate.");
        if (!HasAll(element))
            return false;
        var reader = new TracksReader();
        if (reader.Read(Content(element)) is { } rule)
            return Reject(rule);
        foreach (var damage in reader.Damages)
            Report(_input.OffsetBytes, damage);
        _input.Consume(element.TotalBytes);
        _at = _at with { HasTracks = true };
        Tracks = reader.Tracks;
        _waiting.Enqueue((WebMReadResult.Tracks, default, null));
        return true;
    }

    private bool OpenCluster(Element element)
    {
        if (!_at.HasTracks)
            return Reject(
                _at.Level == WebMLevel.Segment
                    ? "Tracks has to come before the first Cluster."
                    : "A Cluster has to stand in a Segment."
            );
        if (element.Size > WebMLimits.MaxClusterBytes)
            return Lose("A Cluster may have 32 MiB at most.");
        if (_at.Level == WebMLevel.Cluster && _at.ClusterEndBytes >= 0)
            Report(_input.OffsetBytes, "A Cluster may not stand in another.");
        else if (
            _at.Level == WebMLevel.Root
            || (_at.SegmentEndBytes >= 0 && End(element) > _at.SegmentEndBytes)
        )
            Report(_input.OffsetBytes, "A Cluster has to end inside its Segment.");
        // The size of the Segment is as likely wrong as that of the Cluster, and without it nothing is lost.
        var isOutside = _at.Level == WebMLevel.Root || End(element) > _at.SegmentEndBytes;
        ForgetChecksum();
        _input.Consume(element.HeaderBytes);
        _at = _at with
        {
            Level = WebMLevel.Cluster,
            HasInfo = true,
            SegmentEndBytes = isOutside ? -1 : _at.SegmentEndBytes,
            ClusterStartBytes = _input.OffsetBytes,
            ClusterEndBytes = element.Size < 0 ? -1 : _input.OffsetBytes + element.Size,
            ClusterTimestamp = -1,
        };
        return true;
    }

    private bool ReadInCluster(Element element)
    {
        var isOpenEnded = _at.ClusterEndBytes < 0;
        if (isOpenEnded && WebMId.IsSegmentChild(element.Id))
        {
            LeaveCluster();
            return true;
        }
        if (element.Size < 0)
            return Lose("Only a Segment or a Cluster may have an unknown size.");
        var parentEnd = isOpenEnded ? _at.SegmentEndBytes : _at.ClusterEndBytes;
        if (parentEnd >= 0 && End(element) > parentEnd)
            return Lose("An element has to end inside its parent.");
        var isBlock = element.Id is WebMId.SimpleBlock or WebMId.BlockGroup;
        if (isBlock && element.Size > WebMLimits.MaxBlockBytes)
            return Lose("A block may have 8 MiB at most.");
        if (isOpenEnded && End(element) - _at.ClusterStartBytes > WebMLimits.MaxClusterBytes)
            return Lose("A Cluster may have 32 MiB at most.");
        if (isBlock)
            return ReadBlock(element);
        if (element.Id == WebMId.Timestamp)
            return ReadTimestamp(element);
        if (element.Id == WebMId.Crc32)
            return ReadChecksum(element);
        var isKnown = element.Id == WebMId.Void || WebMId.IsClusterChild(element.Id);
        return isKnown ? Skip(element) : SkipUnknown(element, isOpenEnded);
    }

    private bool ReadTimestamp(Element element)
    {
        if (element.Size > 8)
            return Lose("A Cluster's Timestamp has to fit 63 bits.");
        if (!HasAll(element))
            return false;
        if (!Ebml.TryReadUInt(Content(element), out var timestamp))
            return Lose("A Cluster's Timestamp has to fit 63 bits.");
        _input.Consume(element.TotalBytes);
        if (_at.ClusterTimestamp < 0)
            _at = _at with { ClusterTimestamp = timestamp };
        return true;
    }

    // "The CRC-32 Element MUST be the first ordered Element within its Parent": elsewhere it means nothing. Spec: RFC 8794 §11.3.1.
    private bool ReadChecksum(Element element)
    {
        var isFirst =
            _input.OffsetBytes == _at.ClusterStartBytes
            && _at.ClusterEndBytes >= 0
            && element.Size == Crc32.SizeBytes;
        if (!isFirst)
            return Skip(element);
        if (!HasAll(element))
            return false;
        (_clusterChecksum, _clusterChecksumBytes) = (
            Content(element).ToArray(),
            _input.OffsetBytes
        );
        _input.Consume(element.TotalBytes);
        _input.StartChecksum();
        return true;
    }

    private bool ReadBlock(Element element)
    {
        if (_at.ClusterTimestamp < 0)
            return Lose("A Cluster's Timestamp has to come before its blocks.");
        if (_at.ClusterEndBytes < 0 && Swallowed(element))
            return Lose("A block reaches over the beginning of a Cluster.");
        if (!HasAll(element))
            return false;
        var reader = new BlockReader(Tracks, _at.ClusterTimestamp, _at.TimestampScale);
        var rule =
            element.Id == WebMId.SimpleBlock
                ? reader.ReadSimpleBlock(Content(element), _frames)
                : reader.ReadBlockGroup(Content(element), _frames);
        if (rule is not null)
            Report(_input.OffsetBytes, rule);
        _input.Consume(element.TotalBytes);
        foreach (var frame in _frames)
            _waiting.Enqueue((WebMReadResult.Packet, default, frame));
        _frames.Clear();
        return true;
    }

    // An unknown id may be damage, and its size then reaches anywhere: where no known end holds it in, its content is searched.
    private bool SkipUnknown(Element element, bool isSearched)
    {
        if (!isSearched)
            return Skip(element);
        if (element.Size > WebMLimits.MaxBlockBytes)
            return Lose("An unknown element may have 8 MiB at most.");
        if (Swallowed(element))
            return Lose("An unknown element reaches over the beginning of a Cluster.");
        if (!HasAll(element))
            return false;
        _input.Consume(element.TotalBytes);
        return true;
    }

    private bool Swallowed(Element element)
    {
        var content = _input.OffsetBytes + element.HeaderBytes;
        var from = (int)(Math.Max(_searchedBytes, content) - _input.OffsetBytes);
        var to = (int)Math.Min(_input.Bytes.Length, element.TotalBytes);
        if (from >= to)
            return false;
        var found = ClusterSearch.TryFindSwallowed(
            _input.Bytes[from..to],
            to == element.TotalBytes,
            Tracks,
            out var index
        );
        _searchedBytes = _input.OffsetBytes + from + index;
        return found;
    }

    private bool Skip(Element element)
    {
        if (element.Size < 0)
            return Lose("Only a Segment or a Cluster may have an unknown size.");
        _input.Skip(element.HeaderBytes + element.Size);
        return true;
    }

    private bool Search()
    {
        var found = ClusterSearch.TryFindNext(_input.Bytes, out var index);
        _input.Consume(index);
        if (!found)
            return false;
        _isSearching = false;
        // Bytes are missing or too many: an end that was told in bytes is no longer where it was.
        _at = _at with
        {
            Level = WebMLevel.Segment,
            SegmentEndBytes = -1,
            ClusterEndBytes = -1,
        };
        return true;
    }

    private bool Lose(string rule)
    {
        if (!_at.HasTracks)
            return Reject(rule);
        Report(_input.OffsetBytes, rule);
        ForgetChecksum();
        _input.Consume(1);
        _isSearching = true;
        return true;
    }

    private bool Reject(string rule)
    {
        Error = new WebMError(_input.OffsetBytes, rule);
        _isRejected = true;
        _waiting.Clear();
        _input.Close();
        return false;
    }

    private void Report(long offsetBytes, string rule) =>
        _waiting.Enqueue((WebMReadResult.Damage, new WebMError(offsetBytes, rule), null));

    private void ForgetChecksum()
    {
        if (_clusterChecksum is not null)
            _input.StopChecksum();
        _clusterChecksum = null;
    }

    private bool IsInsideKnownSize() =>
        (_at.Level == WebMLevel.Cluster && _at.ClusterEndBytes >= 0)
        || (_at.Level is WebMLevel.Segment or WebMLevel.Cluster && _at.SegmentEndBytes >= 0);

    private bool HasAll(Element element) => _input.Bytes.Length >= element.TotalBytes;

    private ReadOnlySpan<byte> Content(Element element) =>
        _input.Bytes.Slice(element.HeaderBytes, (int)element.Size);

    private long End(Element element) =>
        _input.OffsetBytes + element.HeaderBytes + Math.Max(element.Size, 0);

    /// <param name="Id">The id.</param>
    /// <param name="Size">Bytes of content, -1 when unknown.</param>
    /// <param name="HeaderBytes">Bytes of id and size.</param>
    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Element(uint Id, long Size, int HeaderBytes)
    {
        /// <summary>Bytes of the whole element, whose size is known and was checked against a budget.</summary>
        public int TotalBytes => HeaderBytes + (int)Size;
    }
}
