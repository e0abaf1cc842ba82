namespace CommuniConnect.Media.WebM;

/// <summary>Reads the Tracks element. Spec: RFC 9559 §5.1.4.</summary>
internal sealed class TracksReader
{
    private readonly List<Track> _tracks = [];
    private readonly List<string> _left = [];
    private readonly HashSet<long> _numbers = [];
    private long _privateBytes;

    /// <summary>The tracks that can be carried.</summary>
    public IReadOnlyList<Track> Tracks => _tracks;

    /// <summary>What was left out or is wrong without spoiling the rest, a sentence each.</summary>
    public IReadOnlyList<string> Damages => _left;

    /// <summary>Reads the content of Tracks; returns the rule it breaks when it cannot be used, or null.</summary>
    public string? Read(ReadOnlySpan<byte> content)
    {
        if (!EbmlChildren.ChecksumFits(content))
            _left.Add("The CRC-32 of Tracks does not fit.");
        var children = new EbmlChildren(content);
        while (children.MoveNext())
        {
            if (children.Id != WebMId.TrackEntry)
                continue;
            if (_numbers.Count == WebMLimits.MaxTracks)
                return "A stream may have 16 tracks at most.";
            if (ReadEntry(children.Content) is { } rule)
                return rule;
        }
        if (content.Length - _privateBytes > WebMLimits.MaxTracksBytes)
            return "Tracks may have 64 KiB at most besides CodecPrivate.";
        // The size of Tracks is wrong, but the tracks themselves may have come whole.
        if (children.IsBroken && _tracks.Count > 0)
            _left.Add("Tracks is broken at its end.");
        if (_numbers.Count == 0)
            return children.IsBroken ? "Tracks is broken." : "Tracks has no TrackEntry.";
        return _tracks.Count == 0 ? "Every track is compressed or encrypted." : null;
    }

    private string? ReadEntry(ReadOnlySpan<byte> content)
    {
        if (TrackEntryReader.TryRead(content, out var entry) is { } rule)
            return rule;
        _privateBytes += entry.Track.CodecPrivate.Length;
        if (!_numbers.Add(entry.Track.Number))
            return "Two tracks may not have the same TrackNumber.";
        // Neither is allowed in WebM, and a player could not decode what it does not undo.
        if (entry.IsEncoded)
            _left.Add(
                $"Track {entry.Track.Number} is compressed or encrypted (ContentEncodings) and is left out."
            );
        else
            _tracks.Add(entry.Track);
        return null;
    }
}
