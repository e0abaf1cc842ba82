namespace CommuniConnect.Media.WebM;

/// <summary>Finds where a Cluster, or a whole new stream, begins among bytes whose structure is lost.</summary>
internal static class ClusterSearch
{
    // id 4, size 8, CRC-32 6, Timestamp 10, id and size of a block 9, its track number 8
    private const int LongestHead = 45;

    private static ReadOnlySpan<byte> ClusterId => [0x1F, 0x43, 0xB6, 0x75];

    private static ReadOnlySpan<byte> EbmlId => [0x1A, 0x45, 0xDF, 0xA3];

    private enum Verdict
    {
        No,
        Yes,
        Unsure,
    }

    /// <summary>Searches what is left after damage for a Cluster or an EBML header.</summary>
    /// <param name="bytes">What arrived.</param>
    /// <param name="index">Where one begins, or how far the bytes hold none.</param>
    public static bool TryFindNext(ReadOnlySpan<byte> bytes, out int index)
    {
        index = 0;
        while (true)
        {
            var step = bytes[index..].IndexOfAny(ClusterId[0], EbmlId[0]);
            if (step < 0)
            {
                index = bytes.Length;
                return false;
            }
            index += step;
            var verdict = Judge(bytes[index..]);
            if (verdict != Verdict.No)
                return verdict == Verdict.Yes;
            index++;
        }
    }

    /// <summary>
    /// Searches the content of one element for a Cluster that its wrong size swallowed. What passes has to begin like a Cluster down to its
    /// first block, about 50 bits, so that compressed pictures do not pass by chance.
    /// </summary>
    /// <param name="content">What arrived of the content.</param>
    /// <param name="isWhole">True when all of the content arrived.</param>
    /// <param name="tracks">The tracks a block may be of.</param>
    /// <param name="index">Where the Cluster begins, or how far the content holds none.</param>
    public static bool TryFindSwallowed(
        ReadOnlySpan<byte> content,
        bool isWhole,
        IReadOnlyList<Track> tracks,
        out int index
    )
    {
        index = 0;
        while (true)
        {
            var step = content[index..].IndexOf(ClusterId);
            if (step < 0)
            {
                index = Math.Max(index, content.Length - (ClusterId.Length - 1));
                return false;
            }
            index += step;
            var verdict = JudgeSwallowed(content[index..], tracks);
            if (verdict == Verdict.Yes || (verdict == Verdict.Unsure && !isWhole))
                return verdict == Verdict.Yes;
            index++;
        }
    }

    private static Verdict Judge(ReadOnlySpan<byte> bytes)
    {
        var idBytes = Math.Min(bytes.Length, 4);
        var isCluster = ClusterId.StartsWith(bytes[..idBytes]);
        if (!isCluster && !EbmlId.StartsWith(bytes[..idBytes]))
            return Verdict.No;
        switch (Ebml.TryReadElementHeader(bytes, out _, out var size, out var headerBytes))
        {
            case EbmlHeaderResult.Invalid:
                return Verdict.No;
            case EbmlHeaderResult.NeedsMore:
                return Verdict.Unsure;
        }
        if (
            isCluster
                ? size is 0 or > WebMLimits.MaxClusterBytes
                : size is <= 0 or > WebMLimits.MaxHeaderBytes
        )
            return Verdict.No;
        if (bytes.Length == headerBytes)
            return Verdict.Unsure;
        // The first byte of what may come first: every child of an EBML header but Void and CRC-32 has an id 42 xx.
        var first = bytes[headerBytes];
        if (first is (byte)WebMId.Void or (byte)WebMId.Crc32)
            return Verdict.Yes;
        var fits = isCluster
            ? first is (byte)WebMId.Timestamp or (byte)WebMId.Position or (byte)WebMId.PrevSize
            : first == 0x42;
        return fits ? Verdict.Yes : Verdict.No;
    }

    private static Verdict JudgeSwallowed(ReadOnlySpan<byte> bytes, IReadOnlyList<Track> tracks)
    {
        var isCut = bytes.Length < LongestHead;
        var unsure = isCut ? Verdict.Unsure : Verdict.No;
        if (
            !TryStep(ref bytes, out _, out var size, ref unsure)
            || size > WebMLimits.MaxClusterBytes
        )
            return unsure;
        if (!TryStep(ref bytes, out var id, out size, ref unsure))
            return unsure;
        if (id == WebMId.Crc32 && size == Crc32.SizeBytes)
        {
            if (bytes.Length < size)
                return unsure;
            bytes = bytes[(int)size..];
            if (!TryStep(ref bytes, out id, out size, ref unsure))
                return unsure;
        }
        if (id != WebMId.Timestamp || size is < 1 or > 8)
            return Verdict.No;
        if (bytes.Length < size)
            return unsure;
        bytes = bytes[(int)size..];
        if (!TryStep(ref bytes, out id, out size, ref unsure))
            return unsure;
        if (id is WebMId.PrevSize or WebMId.Position)
            return size is >= 1 and <= 8 ? Verdict.Yes : Verdict.No;
        if (id == WebMId.BlockGroup)
            return size is > 0 and <= WebMLimits.MaxBlockBytes ? Verdict.Yes : Verdict.No;
        if (id != WebMId.SimpleBlock || size is < 5 or > WebMLimits.MaxBlockBytes)
            return Verdict.No;
        if (!Ebml.TryReadVint(bytes, out var number, out _))
            return unsure;
        foreach (var track in tracks)
        {
            if (track.Number == number)
                return Verdict.Yes;
        }
        return Verdict.No;
    }

    private static bool TryStep(
        ref ReadOnlySpan<byte> bytes,
        out uint id,
        out long size,
        ref Verdict unsure
    )
    {
        var result = Ebml.TryReadElementHeader(bytes, out id, out size, out var headerBytes);
        if (result == EbmlHeaderResult.Invalid)
            unsure = Verdict.No;
        bytes = bytes[headerBytes..];
        return result == EbmlHeaderResult.Ok;
    }
}
