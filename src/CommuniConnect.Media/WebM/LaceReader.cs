namespace CommuniConnect.Media.WebM;

/// <summary>Reads the sizes of the frames of a laced block. Spec: RFC 9559 §10.3.</summary>
internal static class LaceReader
{
    /// <summary>Most frames one block can hold: their number is stored less one in one byte.</summary>
    public const int MaxFrames = 256;

    /// <summary>Reads the sizes of all frames; false when they do not fit the block.</summary>
    /// <param name="lacing">How they are stored.</param>
    /// <param name="data">The block behind its head.</param>
    /// <param name="sizes">Room for <see cref="MaxFrames"/> sizes in bytes.</param>
    /// <param name="count">Number of frames.</param>
    /// <param name="headBytes">Where in the data the first frame begins.</param>
    public static bool TryReadSizes(
        Lacing lacing,
        ReadOnlySpan<byte> data,
        Span<int> sizes,
        out int count,
        out int headBytes
    )
    {
        (count, headBytes) = (0, 0);
        if (data.IsEmpty)
            return false;
        count = data[0] + 1;
        headBytes = 1;
        return lacing switch
        {
            Lacing.Xiph => TryReadXiph(data, sizes[..count], ref headBytes),
            Lacing.Ebml => TryReadEbml(data, sizes[..count], ref headBytes),
            _ => TryReadFixed(data, sizes[..count], headBytes),
        };
    }

    // "The size of each frame is coded as a sum of unsigned octets, 255 meaning that more follow." Spec: RFC 9559 §10.3.2.
    private static bool TryReadXiph(ReadOnlySpan<byte> data, Span<int> sizes, ref int at)
    {
        var total = 0;
        for (var i = 0; i < sizes.Length - 1; i++)
        {
            sizes[i] = 0;
            byte octet;
            do
            {
                if (at >= data.Length)
                    return false;
                octet = data[at++];
                sizes[i] += octet;
            } while (octet == 255);
            total += sizes[i];
        }
        return TrySetLast(data, sizes, total, at);
    }

    // The first size as a vint, the others as signed differences. Spec: RFC 9559 §10.3.3.
    private static bool TryReadEbml(ReadOnlySpan<byte> data, Span<int> sizes, ref int at)
    {
        long total = 0,
            size = 0;
        for (var i = 0; i < sizes.Length - 1; i++)
        {
            if (!Ebml.TryReadVint(data[at..], out var value, out var length))
                return false;
            at += length;
            size = i == 0 ? value : size + value - ((1L << ((7 * length) - 1)) - 1);
            if (size < 0 || size > data.Length)
                return false;
            sizes[i] = (int)size;
            total += size;
        }
        return TrySetLast(data, sizes, total, at);
    }

    private static bool TryReadFixed(ReadOnlySpan<byte> data, Span<int> sizes, int at)
    {
        sizes.Fill((data.Length - at) / sizes.Length);
        return (data.Length - at) % sizes.Length == 0;
    }

    private static bool TrySetLast(ReadOnlySpan<byte> data, Span<int> sizes, long total, int at)
    {
        var rest = data.Length - at - total;
        sizes[^1] = rest < 0 ? 0 : (int)rest;
        return rest >= 0;
    }
}
