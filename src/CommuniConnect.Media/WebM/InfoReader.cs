using System.Runtime.InteropServices;

namespace CommuniConnect.Media.WebM;

/// <summary>What the Info element of a Segment tells. Spec: RFC 9559 §5.1.2.</summary>
/// <param name="TimestampScale">Nanoseconds of one timestamp unit.</param>
/// <param name="Duration">Duration of the Segment, or null when it is not declared.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct InfoReader(long TimestampScale, MediaTime? Duration)
{
    /// <summary>Reads the content of Info; returns the rule it breaks, or null.</summary>
    public static string? TryRead(ReadOnlySpan<byte> content, out InfoReader info)
    {
        long scale = 1_000_000;
        double? duration = null;
        info = default;
        var children = new EbmlChildren(content);
        while (children.MoveNext())
        {
            if (
                children.Id == WebMId.TimestampScale
                && !Ebml.TryReadUInt(children.Content, out scale)
            )
                return "TimestampScale has to fit 63 bits.";
            if (
                children.Id == WebMId.Duration
                && Ebml.TryReadFloat(children.Content, out var units)
            )
                duration = units;
        }
        if (children.IsBroken)
            return "Info is broken.";
        // Spec: RFC 9559 §5.1.2.9: range "not 0".
        if (scale == 0)
            return "TimestampScale may not be 0.";
        var nanoseconds = duration * scale;
        info = new InfoReader(
            scale,
            nanoseconds is > 0 and < 9e18
                ? new MediaTime((long)Math.Round(nanoseconds.Value))
                : null
        );
        return null;
    }
}
