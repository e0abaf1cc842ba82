namespace CommuniConnect.Media.WebM;

/// <summary>
/// The bytes that arrived and are not read yet. Grows by doubling, and moves its content only when half of it or more is read, so that
/// all copying together stays in proportion to the input, however small the pieces.
/// </summary>
internal sealed class ByteWindow(long offsetBytes)
{
    private const int FirstCapacity = 4 * 1024;

    // Kept for the next bytes when the window runs empty; a larger one was for one large frame.
    private const int KeptCapacity = 256 * 1024;

    private byte[] _buffer = [];
    private int _start;
    private int _end;
    private long _skipBytes;
    private Crc32 _checksum;
    private bool _hasChecksum;

    /// <summary>Input offset of the first byte of <see cref="Bytes"/>.</summary>
    public long OffsetBytes { get; private set; } = offsetBytes;

    /// <summary>What arrived and is neither consumed nor skipped.</summary>
    public ReadOnlySpan<byte> Bytes => _buffer.AsSpan(_start, _end - _start);

    /// <summary>True while bytes to be skipped have not all arrived.</summary>
    public bool IsSkipping => _skipBytes > 0;

    /// <summary>Takes bytes in, by a copy.</summary>
    public void Push(ReadOnlySpan<byte> bytes)
    {
        if (_skipBytes > 0)
        {
            var skipped = (int)Math.Min(_skipBytes, bytes.Length);
            Pass(bytes[..skipped]);
            _skipBytes -= skipped;
            bytes = bytes[skipped..];
        }
        if (bytes.IsEmpty)
            return;
        if (_buffer.Length - _end < bytes.Length)
            MakeRoom(bytes.Length);
        bytes.CopyTo(_buffer.AsSpan(_end));
        _end += bytes.Length;
    }

    /// <summary>Leaves behind bytes that are in the window.</summary>
    public void Consume(int count)
    {
        Pass(_buffer.AsSpan(_start, count));
        _start += count;
        if (_start < _end)
            return;
        (_start, _end) = (0, 0);
        if (_buffer.Length > KeptCapacity)
            _buffer = [];
    }

    /// <summary>Leaves behind bytes, whether they arrived or are still to come.</summary>
    public void Skip(long count)
    {
        var here = (int)Math.Min(count, _end - _start);
        Consume(here);
        _skipBytes = count - here;
    }

    /// <summary>Leaves everything behind, also what is still to come.</summary>
    public void Close()
    {
        _buffer = [];
        (_start, _end) = (0, 0);
        _skipBytes = long.MaxValue;
    }

    /// <summary>Starts a checksum over all that is left behind from now on.</summary>
    public void StartChecksum() => (_checksum, _hasChecksum) = (new Crc32(), true);

    /// <summary>Ends the checksum.</summary>
    public Crc32 StopChecksum()
    {
        _hasChecksum = false;
        return _checksum;
    }

    private void Pass(ReadOnlySpan<byte> bytes)
    {
        if (_hasChecksum)
            _checksum.Append(bytes);
        OffsetBytes += bytes.Length;
    }

    private void MakeRoom(int count)
    {
        var kept = _end - _start;
        var needed = checked(kept + count);
        var target = _buffer;
        if (needed > _buffer.Length / 2)
        {
            // With something kept, twice the need: else the next few bytes would move all of it again.
            var wanted = kept == 0 ? needed : (int)Math.Min(Array.MaxLength, needed * 2L);
            var capacity = Math.Max(FirstCapacity, _buffer.Length);
            while (capacity < wanted)
                capacity = (int)Math.Min(Array.MaxLength, capacity * 2L);
            target = GC.AllocateUninitializedArray<byte>(capacity);
        }
        Bytes.CopyTo(target);
        (_buffer, _start, _end) = (target, 0, kept);
    }
}
