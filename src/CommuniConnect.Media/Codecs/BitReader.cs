namespace CommuniConnect.Media.Codecs;

/// <summary>Reads bits from the highest of each byte on; behind the end it gives zeros and says so.</summary>
internal ref struct BitReader(ReadOnlySpan<byte> bytes)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;
    private int _at;

    /// <summary>True when more was read than there is.</summary>
    public readonly bool IsOver => _at > _bytes.Length * 8;

    /// <summary>The next bits as a number.</summary>
    public int Read(int bits)
    {
        var value = 0;
        for (; bits > 0; bits--, _at++)
            value =
                (value << 1)
                | (_at < _bytes.Length * 8 ? (_bytes[_at / 8] >> (7 - (_at % 8))) & 1 : 0);
        return value;
    }

    /// <summary>The next bit as a flag.</summary>
    public bool ReadFlag() => Read(1) != 0;
}
