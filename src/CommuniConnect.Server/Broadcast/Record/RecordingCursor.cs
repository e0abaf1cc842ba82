using System.Buffers;
using CommuniConnect.Media;
using CommuniConnect.Media.WebM;
using CommuniConnect.Server.Broadcast.OnAir;
using Microsoft.Win32.SafeHandles;

namespace CommuniConnect.Server.Broadcast.Record;

/// <summary>
/// One viewer's place in the recording of a live: from a moment of it on through all that follows, at the viewer's own pace, up to what is being
/// written and on with that. Holds one file and one buffer, and nobody waits for it.
/// </summary>
internal sealed class RecordingCursor : IDisposable
{
    private const int BufferBytes = 128 << 10;

    /// <summary>A block and the head of its element.</summary>
    private const int LargestElement = WebMLimits.MaxBlockBytes + 12;

    private readonly RecordingIndex _index;
    private readonly Timeline _timeline;
    private readonly RecordedBlocks _blocks = new();
    private byte[] _buffer = new byte[BufferBytes];
    private int _length;
    private SafeFileHandle _file;
    private RecordedPart _part;
    private long _position;

    private RecordingCursor(RecordingIndex index, Timeline timeline, RecordingPlace place)
    {
        (_index, _timeline) = (index, timeline);
        (_part, _position) = (place.Part, place.OffsetBytes);
        _file = OpenFile(place);
        Stream = StreamPart.Of(_part.Scan.Tracks);
    }

    /// <summary>The tracks of what was read last.</summary>
    public StreamPart Stream { get; private set; }

    /// <summary>Begins at the newest keyframe at or before a time on the live's timeline, waiting for the first media if need be. Null when the live has ended without any.</summary>
    /// <exception cref="IOException">The recording cannot be read.</exception>
    public static async Task<RecordingCursor?> OpenAsync(
        RecordingIndex index,
        Timeline timeline,
        MediaTime from,
        TimeProvider time,
        CancellationToken cancellation
    )
    {
        while (true)
        {
            var changed = timeline.Changed;
            var ended = timeline.HasEnded;
            if (await index.FindAsync(from, cancellation) is { } place)
            {
                return new RecordingCursor(index, timeline, place);
            }
            if (ended)
            {
                return null;
            }
            await changed.WaitAsync(cancellation);
            await Task.Delay(RecordingIndex.Freshness, time, cancellation); // the index does not look before
        }
    }

    /// <summary>Reads what comes next, waiting for it if need be. False when the live has ended and everything was read.</summary>
    /// <exception cref="IOException">The recording cannot be read.</exception>
    public async ValueTask<bool> NextAsync(CancellationToken cancellation)
    {
        while (true)
        {
            var changed = _timeline.Changed;
            var ended = _timeline.HasEnded;
            if (await ReadAsync(cancellation))
            {
                return true;
            }
            if (await _index.AfterAsync(_part.Name, ended, cancellation) is { } next)
            {
                // Something may have been added before that part was begun.
                if (await ReadAsync(cancellation))
                {
                    return true;
                }
                Open(next);
                continue;
            }
            if (ended)
            {
                return false;
            }
            await changed.WaitAsync(cancellation);
            await Task.Yield(); // a file that is slow to read holds up nobody else who was woken
        }
    }

    /// <summary>Writes what was read last as a Cluster on the live's timeline.</summary>
    public void CopyTo(IBufferWriter<byte> output) =>
        _blocks.Write(output, _buffer.AsSpan(0, _length), _part.Scan.Start);

    public void Dispose() => _file.Dispose();

    private void Open(RecordingPlace place)
    {
        var file = OpenFile(place);
        _file.Dispose();
        (_file, _part, _position) = (file, place.Part, place.OffsetBytes);
        _blocks.Reset();
        if (!StreamPart.SameDecoders(Stream.Tracks, _part.Scan.Tracks))
        {
            Stream = StreamPart.Of(_part.Scan.Tracks);
        }
    }

    private static SafeFileHandle OpenFile(RecordingPlace place) =>
        File.OpenHandle(
            place.Part.Path,
            share: FileShare.ReadWrite,
            options: FileOptions.Asynchronous
        );

    /// <summary>Reads whole blocks of one cluster. False when there are none yet.</summary>
    private async ValueTask<bool> ReadAsync(CancellationToken cancellation)
    {
        while (!_blocks.IsOver)
        {
            cancellation.ThrowIfCancellationRequested();
            Fit(_blocks.WantedBytes);
            var read = await RandomAccess.ReadAsync(_file, _buffer, _position, cancellation);
            _length = _blocks.Find(_buffer.AsSpan(0, read));
            _position += _length;
            if (!_blocks.IsEmpty)
            {
                return true;
            }
            if (_length == 0 && _blocks.WantedBytes <= _buffer.Length)
            {
                return false;
            }
        }
        return false;
    }

    /// <summary>A frame larger than the buffer gets one for itself, which is let go of behind it.</summary>
    private void Fit(long wanted)
    {
        var size = (int)Math.Clamp(wanted, BufferBytes, LargestElement);
        if (size != _buffer.Length)
        {
            _buffer = new byte[size];
        }
    }
}
