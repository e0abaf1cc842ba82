using System.Buffers.Binary;

namespace CommuniConnect.Media.Mp4;

/// <summary>
/// Says whether a file is an MP4 that can be played, by its boxes alone: nothing is decoded, and only small windows of the file are in
/// memory. Spec: ISO/IEC 14496-12.
/// </summary>
public sealed class Mp4Probe
{
    private readonly Mp4Read _read;
    private readonly Mp4Tracks _tracks = new();
    private int _boxes;
    private bool _hasFtyp;
    private bool _hasMoov;
    private bool _isFragmented;
    private bool _hasData;
    private bool _isCut;
    private Mp4Error? _error;

    private Mp4Probe(Mp4Read read) => _read = read;

    /// <summary>Looks at a file.</summary>
    /// <param name="read">Gives bytes of it.</param>
    /// <param name="lengthBytes">Its length.</param>
    /// <param name="summary">What it holds, when true.</param>
    /// <param name="error">Why it cannot be played, when false.</param>
    public static bool TryProbe(
        Mp4Read read,
        long lengthBytes,
        out Mp4Summary summary,
        out Mp4Error error
    )
    {
        var probe = new Mp4Probe(read);
        probe.Walk(0, lengthBytes, depth: 1);
        probe.CheckWhole();
        error = probe._error ?? default;
        summary = probe._error is null
            ? probe._tracks.Summarise(probe._isFragmented, probe._isCut)
            : default;
        return probe._error is null;
    }

    // Recursion is bounded by the depth, and every step goes 8 bytes on at least.
    private void Walk(long start, long end, int depth)
    {
        Span<byte> head = stackalloc byte[Mp4Box.LongestHeadBytes];
        for (var at = start; at < end && _error is null; )
        {
            var count = _read(at, head);
            if (Mp4Box.TryRead(head[..count], at, end, depth == 1, out var box) is { } rule)
            {
                // What was recorded live and cut plays up to the last whole fragment.
                _isCut =
                    depth == 1
                    && _isFragmented
                    && _hasData
                    && rule.EndsWith("parent.", StringComparison.Ordinal);
                if (!_isCut)
                    Fail(at, rule);
                return;
            }
            if (++_boxes > Mp4Limits.MaxBoxes)
                Fail(at, "A file may have a million boxes at most.");
            else if (box.IsContainer && depth == Mp4Limits.MaxDepth)
                Fail(at, "Boxes may be nested 8 deep at most.");
            else if ((Enter(box) ?? ReadContent(box)) is { } broken)
                Fail(at, broken);
            else if (box.IsContainer)
                Walk(box.ContentBytes, box.EndBytes, depth + 1);
            at = box.EndBytes;
        }
    }

    private string? Enter(Mp4Box box)
    {
        switch (box.Type)
        {
            case Mp4Box.Ftyp:
                _hasFtyp = true;
                break;
            case Mp4Box.Moov:
                // A second moov describes the same tracks anew; the first has told what they are.
                _tracks.IsClosed = _hasMoov;
                _hasMoov = true;
                break;
            case Mp4Box.Trak:
                return _tracks.Add();
            case Mp4Box.Moof when !_hasMoov:
                return "A fragment may not come before moov.";
            case Mp4Box.Moof:
                _isFragmented = true;
                break;
            case Mp4Box.Mdat:
                _hasData |= box.ContentSize > 0;
                break;
            default:
                break;
        }
        return null;
    }

    private string? ReadContent(Mp4Box box)
    {
        var needed = Mp4Tracks.NeededBytes(box.Type);
        if (needed == 0)
            return null;
        Span<byte> content = stackalloc byte[Mp4Tracks.MostNeededBytes];
        content = content[..(int)Math.Min(Mp4Tracks.MostNeededBytes, box.ContentSize)];
        if (content.Length < needed || _read(box.ContentBytes, content) < content.Length)
            return "A box is too short for its fields.";
        if (box.Type == Mp4Box.Trun)
            return ReadRun(box, content);
        return _tracks.Read(box.Type, content);
    }

    // version and flags (4), sample_count (4), [data_offset (4)], [first_sample_flags (4)], then for each sample the fields flagged
    private string? ReadRun(Mp4Box box, ReadOnlySpan<byte> content)
    {
        const uint hasDuration = 0x100;
        var flags = BinaryPrimitives.ReadUInt32BigEndian(content) & 0xFFFFFF;
        long count = BinaryPrimitives.ReadUInt32BigEndian(content[4..]);
        var at = box.ContentBytes + 8 + ((flags & 1) != 0 ? 4 : 0) + ((flags & 4) != 0 ? 4 : 0);
        var entryBytes = 4 * int.PopCount((int)(flags & 0xF00));
        if (at > box.EndBytes || count * entryBytes > box.EndBytes - at)
            return "The samples of a trun have to fit it.";
        if ((flags & hasDuration) == 0)
        {
            _tracks.AddRun(count, durationUnits: null);
            return null;
        }
        long total = 0;
        Span<byte> window = stackalloc byte[1024];
        var perWindow = window.Length / entryBytes;
        for (long done = 0; done < count; done += perWindow)
        {
            var part = window[..(int)(Math.Min(perWindow, count - done) * entryBytes)];
            if (_read(at + (done * entryBytes), part) < part.Length)
                return "The samples of a trun have to fit it.";
            // The duration is the first of the fields.
            for (; !part.IsEmpty; part = part[entryBytes..])
                total += BinaryPrimitives.ReadUInt32BigEndian(part);
        }
        _tracks.AddRun(count, total);
        return null;
    }

    private void CheckWhole()
    {
        if (_error is not null)
            return;
        if (!_hasFtyp)
            Fail(0, "A file has to have ftyp.");
        else if (!_hasMoov)
            Fail(0, "A file has to have moov.");
        else if (!_tracks.HasMedia)
            Fail(0, "A file has to have a video or audio track.");
        else if (!_tracks.HasSamples || !_hasData)
            Fail(0, "A file has to have samples.");
    }

    private void Fail(long offset, string rule) => _error ??= new Mp4Error(offset, rule);
}
