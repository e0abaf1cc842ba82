namespace CommuniConnect.Media.Codecs;

/// <summary>The head of an Opus packet. Spec: RFC 6716 §3.1, §3.2.</summary>
public static class OpusPacket
{
    /// <summary>
    /// Reads how long the packet sounds.
    /// <code>
    ///  0 1 2 3 4 5 6 7
    /// | config  |s| c |
    /// </code>
    /// </summary>
    /// <param name="packet">The encoded packet.</param>
    /// <param name="duration">2.5 to 120 ms.</param>
    /// <returns>False when it is no Opus packet.</returns>
    public static bool TryReadDuration(ReadOnlySpan<byte> packet, out MediaTime duration)
    {
        duration = default;
        if (packet.IsEmpty || ((packet[0] & 3) == 3 && packet.Length < 2))
            return false;
        var frames = (packet[0] & 3) switch
        {
            0 => 1,
            3 => packet[1] & 0x3F,
            _ => 2,
        };
        var microseconds = frames * FrameMicroseconds(packet[0] >> 3);
        duration = new MediaTime(microseconds * 1000L);
        return microseconds is > 0 and <= 120_000;
    }

    // Spec: RFC 6716 §3.1, table 2.
    private static int FrameMicroseconds(int config) =>
        config switch
        {
            < 12 => (config & 3) switch
            {
                0 => 10_000,
                1 => 20_000,
                2 => 40_000,
                _ => 60_000,
            },
            < 16 => (config & 1) == 0 ? 10_000 : 20_000,
            _ => 2_500 << (config & 3),
        };
}
