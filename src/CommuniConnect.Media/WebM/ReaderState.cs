using System.Runtime.InteropServices;

namespace CommuniConnect.Media.WebM;

/// <summary>The head of the element at the front of the input.</summary>
/// <param name="Id">The id.</param>
/// <param name="Size">Bytes of content, -1 when unknown.</param>
/// <param name="HeaderBytes">Bytes of id and size.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct ElementHead(uint Id, long Size, int HeaderBytes)
{
    /// <summary>Bytes of the whole element, whose size is known and was checked against a budget.</summary>
    public int TotalBytes => HeaderBytes + (int)Size;
}

/// <summary>
/// Where a reader is in its input, what it has found and not given yet, and the ways to go on. A way gives true when a step was made and
/// false when there is none before more bytes come, or at all.
/// </summary>
internal sealed class ReaderState(IReadOnlyList<Track> tracks, WebMPosition position)
{
    // of the element being waited for: its content is searched once, however often more of it arrives
    private long _searchedBytes;

    // of the open Cluster, when its first child is a CRC-32
    private byte[]? _checksum;
    private long _checksumOffset;

    public ByteWindow Input { get; } = new(position.OffsetBytes);

    /// <summary>What encloses the front of the input; its own offset is kept by <see cref="Input"/>.</summary>
    public WebMPosition At { get; set; } = position;

    public IReadOnlyList<Track> Tracks { get; set; } = tracks;

    public MediaTime? DeclaredDuration { get; set; }

    /// <summary>What is found and not given yet.</summary>
    public Queue<(WebMReadResult Result, WebMError Error, MediaPacket? Packet)> Waiting { get; } =
        new();

    /// <summary>Why nothing more will come, or null.</summary>
    public WebMError? Rejection { get; private set; }

    /// <summary>True after damage, until the next Cluster is found.</summary>
    public bool IsSearching { get; private set; }

    public bool IsInsideKnownSize =>
        (At.Level == WebMLevel.Cluster && At.ClusterEndBytes >= 0)
        || (At.Level is WebMLevel.Segment or WebMLevel.Cluster && At.SegmentEndBytes >= 0);

    public bool HasAll(ElementHead element) => Input.Bytes.Length >= element.TotalBytes;

    public ReadOnlySpan<byte> Content(ElementHead element) =>
        Input.Bytes.Slice(element.HeaderBytes, (int)element.Size);

    /// <summary>Input offset of the element's end; of its head's end, when its size is unknown.</summary>
    public long End(ElementHead element) =>
        Input.OffsetBytes + element.HeaderBytes + Math.Max(element.Size, 0);

    public bool Skip(ElementHead element)
    {
        if (element.Size < 0)
            return Lose("Only a Segment or a Cluster may have an unknown size.");
        Input.Skip(element.HeaderBytes + element.Size);
        return true;
    }

    /// <summary>Steps over an element that nobody knows. Its id may be damage, and its size then reach anywhere: where no known end holds it in, it is searched.</summary>
    public bool SkipUnknown(ElementHead element, bool isSearched)
    {
        if (!isSearched)
            return Skip(element);
        if (element.Size > WebMLimits.MaxBlockBytes)
            return Lose("An unknown element may have 8 MiB at most.");
        if (HasSwallowedCluster(element))
            return Lose("An unknown element reaches over the beginning of a Cluster.");
        if (!HasAll(element))
            return false;
        Input.Consume(element.TotalBytes);
        return true;
    }

    /// <summary>True when the element's size reaches over the beginning of a Cluster.</summary>
    public bool HasSwallowedCluster(ElementHead element)
    {
        var content = Input.OffsetBytes + element.HeaderBytes;
        var from = (int)(Math.Max(_searchedBytes, content) - Input.OffsetBytes);
        var to = (int)Math.Min(Input.Bytes.Length, element.TotalBytes);
        if (from >= to)
            return false;
        var isWhole = to == element.TotalBytes;
        var isFound = ClusterSearch.TryFindSwallowed(
            Input.Bytes[from..to],
            isWhole,
            Tracks,
            out var index
        );
        _searchedBytes = Input.OffsetBytes + from + index;
        return isFound;
    }

    /// <summary>Tells of damage that costs nothing but what it is about.</summary>
    public void Report(long offsetBytes, string rule) =>
        Waiting.Enqueue((WebMReadResult.Damage, new WebMError(offsetBytes, rule), null));

    /// <summary>Tells of damage to the structure, and searches the next Cluster; before the tracks there is nothing to save.</summary>
    public bool Lose(string rule)
    {
        if (!At.HasTracks)
            return Reject(rule);
        Report(Input.OffsetBytes, rule);
        ForgetChecksum();
        Input.Consume(1);
        IsSearching = true;
        return true;
    }

    public bool Search()
    {
        var isFound = ClusterSearch.TryFindNext(Input.Bytes, out var index);
        Input.Consume(index);
        if (!isFound)
            return false;
        IsSearching = false;
        // Bytes are missing or too many: an end that was told in bytes is no longer where it was.
        At = At with
        {
            Level = WebMLevel.Segment,
            SegmentEndBytes = -1,
            ClusterEndBytes = -1,
        };
        return true;
    }

    public bool Reject(string rule)
    {
        Rejection = new WebMError(Input.OffsetBytes, rule);
        Waiting.Clear();
        Input.Close();
        return false;
    }

    public void StartChecksum(ReadOnlySpan<byte> stored, long offsetBytes)
    {
        (_checksum, _checksumOffset) = (stored.ToArray(), offsetBytes);
        Input.StartChecksum();
    }

    public void CheckChecksum()
    {
        if (_checksum is not { } stored)
            return;
        _checksum = null;
        if (!Input.StopChecksum().Fits(stored))
            Report(_checksumOffset, "The CRC-32 of a Cluster does not fit.");
    }

    public void ForgetChecksum()
    {
        if (_checksum is not null)
            Input.StopChecksum();
        _checksum = null;
    }
}
