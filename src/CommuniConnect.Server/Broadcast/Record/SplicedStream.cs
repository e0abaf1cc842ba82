using Microsoft.Win32.SafeHandles;

namespace CommuniConnect.Server.Broadcast.Record;

/// <summary>Reads a <see cref="SplicedRecording"/> like a file. One file is open at a time.</summary>
internal sealed class SplicedStream(
    IReadOnlyList<SplicedRecording.Piece> pieces,
    IReadOnlyList<string> files,
    byte[] heads,
    long lengthBytes
) : Stream
{
    private SafeFileHandle? _handle;
    private int _file = -1;

    public override bool CanRead => true;
    public override bool CanSeek => true;
    public override bool CanWrite => false;
    public override long Length => lengthBytes;
    public override long Position { get; set; }

    public override async ValueTask<int> ReadAsync(
        Memory<byte> buffer,
        CancellationToken cancellationToken = default
    )
    {
        if (Position >= lengthBytes || buffer.IsEmpty)
        {
            return 0;
        }
        var index = PieceAt(Position);
        var piece = pieces[index];
        var end = index + 1 < pieces.Count ? pieces[index + 1].Start : lengthBytes;
        var offset = piece.Offset + Position - piece.Start;
        var wanted = buffer[..(int)Math.Min(buffer.Length, end - Position)];
        var read = wanted.Length;
        if (piece.File < 0)
        {
            heads.AsMemory((int)offset, wanted.Length).CopyTo(wanted);
        }
        else
        {
            read = await RandomAccess.ReadAsync(
                HandleOf(piece.File),
                wanted,
                offset,
                cancellationToken
            );
            if (read == 0)
            {
                throw new EndOfStreamException($"{files[piece.File]} is shorter than it was");
            }
        }
        Position += read;
        return read;
    }

    public override Task<int> ReadAsync(
        byte[] buffer,
        int offset,
        int count,
        CancellationToken cancellationToken
    ) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) =>
        ReadAsync(buffer.AsMemory(offset, count)).AsTask().GetAwaiter().GetResult();

    public override long Seek(long offset, SeekOrigin origin) =>
        Position = origin switch
        {
            SeekOrigin.Begin => offset,
            SeekOrigin.Current => Position + offset,
            _ => lengthBytes + offset,
        };

    public override void Flush() { }

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) =>
        throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        _handle?.Dispose();
        base.Dispose(disposing);
    }

    private int PieceAt(long position)
    {
        var (low, high) = (0, pieces.Count - 1);
        while (low < high)
        {
            var middle = (low + high + 1) / 2;
            (low, high) = pieces[middle].Start <= position ? (middle, high) : (low, middle - 1);
        }
        return low;
    }

    private SafeFileHandle HandleOf(int file)
    {
        if (_file != file)
        {
            _handle?.Dispose();
            _handle = File.OpenHandle(
                files[file],
                share: FileShare.ReadWrite,
                options: FileOptions.Asynchronous
            );
            _file = file;
        }
        return _handle!;
    }
}
