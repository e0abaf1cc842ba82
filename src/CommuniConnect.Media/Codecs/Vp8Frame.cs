namespace CommuniConnect.Media.Codecs;

/// <summary>The head of a VP8 frame. Spec: RFC 6386 §9.1.</summary>
public static class Vp8Frame
{
    /// <summary>
    /// Reads the size of the picture that a keyframe begins with; a change of size is told nowhere else.
    /// <code>
    /// | size0, shown, version, !key (3 bytes, little-endian, !key lowest) | 9D 01 2A | width 14 scale 2 | height 14 scale 2 |
    /// </code>
    /// </summary>
    /// <param name="frame">The encoded frame.</param>
    /// <param name="width">In pixels.</param>
    /// <param name="height">In pixels.</param>
    /// <returns>False when it is no keyframe.</returns>
    public static bool TryReadKeyframeSize(ReadOnlySpan<byte> frame, out int width, out int height)
    {
        (width, height) = (0, 0);
        if (
            frame.Length < 10
            || (frame[0] & 1) != 0
            || frame[3] != 0x9D
            || frame[4] != 0x01
            || frame[5] != 0x2A
        )
            return false;
        width = (frame[6] | (frame[7] << 8)) & 0x3FFF;
        height = (frame[8] | (frame[9] << 8)) & 0x3FFF;
        return width > 0 && height > 0;
    }
}
