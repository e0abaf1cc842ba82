namespace CommuniConnect.Media.Codecs;

/// <summary>The head of a VP9 frame. Spec: VP9 Bitstream &amp; Decoding Process Specification §6.2.</summary>
public static class Vp9Frame
{
    private const int FrameMarker = 2;
    private const int SyncCode = 0x498342;
    private const int Rgb = 7;

    /// <summary>Reads the size of the picture that a keyframe begins with; a change of size is told nowhere else.</summary>
    /// <param name="frame">The encoded frame.</param>
    /// <param name="width">In pixels.</param>
    /// <param name="height">In pixels.</param>
    /// <returns>False when it is no keyframe.</returns>
    public static bool TryReadKeyframeSize(ReadOnlySpan<byte> frame, out int width, out int height)
    {
        (width, height) = (0, 0);
        var bits = new BitReader(frame);
        if (bits.Read(2) != FrameMarker)
            return false;
        var profile = bits.Read(1) | (bits.Read(1) << 1);
        if (profile == 3)
            bits.Read(1); // reserved_zero
        var showsExisting = bits.ReadFlag();
        var isNonKey = bits.ReadFlag();
        if (showsExisting || isNonKey)
            return false;
        bits.Read(2); // show_frame, error_resilient_mode
        if (bits.Read(24) != SyncCode)
            return false;
        SkipColorConfig(ref bits, profile);
        width = bits.Read(16) + 1;
        height = bits.Read(16) + 1;
        return !bits.IsOver;
    }

    private static void SkipColorConfig(ref BitReader bits, int profile)
    {
        if (profile >= 2)
            bits.Read(1); // ten_or_twelve_bit
        var hasChromaSettings = profile is 1 or 3;
        if (bits.Read(3) != Rgb)
        {
            bits.Read(1); // color_range
            if (hasChromaSettings)
                bits.Read(3); // subsampling_x, subsampling_y, reserved_zero
        }
        else if (hasChromaSettings)
        {
            bits.Read(1); // reserved_zero
        }
    }
}
