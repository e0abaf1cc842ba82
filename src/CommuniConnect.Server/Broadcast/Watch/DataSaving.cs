using System.Buffers;
using CommuniConnect.Media;
using CommuniConnect.Server.Broadcast.OnAir;

namespace CommuniConnect.Server.Broadcast.Watch;

/// <summary>
/// What a viewer who saves data is sent: the sound, with a picture now and then or none. Its packets are put together, for sent one by
/// one they are half headers of TCP and IP.
/// </summary>
internal sealed class DataSaving
{
    /// <summary>Sound is held back up to this long. Who saves data is later by that, and no more than 40 kbit/s leave for speech.</summary>
    public static readonly MediaTime LongestBatch = MediaTime.FromMilliseconds(200);

    /// <summary>Keyframes do not come to the millisecond: one that is a few frames early is not left out for the next, a whole group later.</summary>
    private static readonly MediaTime Early = MediaTime.FromMilliseconds(200);

    private readonly ArrayBufferWriter<byte> _batch = new();
    private MediaTime _batchStart;
    private MediaTime? _pictureAt;

    /// <summary>Takes the sound of a fragment. True when what waits is to be sent.</summary>
    public bool Add(SharedFrame sound, MediaTime start)
    {
        if (_batch.WrittenCount == 0)
        {
            _batchStart = start;
        }
        _batch.Write(sound.Message.Span);
        return start - _batchStart >= LongestBatch;
    }

    /// <summary>Gives what waits to be sent, or nothing. It stays as it is until the next is added.</summary>
    public ReadOnlyMemory<byte> Take()
    {
        var batch = _batch.WrittenMemory;
        _batch.ResetWrittenCount();
        return batch;
    }

    /// <summary>Whether a fragment is to be sent with its picture: behind what waits, for a picture can be large.</summary>
    /// <param name="pause">The least time from one picture to the next.</param>
    public bool ShowsPictureOf(Fragment fragment, MediaTime pause)
    {
        var isDue =
            fragment.KeyframeAt is { } at
            && (_pictureAt is not { } last || at - last >= pause - Early);
        if (isDue)
        {
            _pictureAt = fragment.KeyframeAt;
        }
        return isDue;
    }
}
