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

    /// <summary>Takes a fragment. True when what waits is to be sent.</summary>
    /// <param name="every">The least time from one picture to the next, or null for none.</param>
    public bool Add(Fragment fragment, MediaTime? every)
    {
        var hasPicture = every is { } pause && IsDue(fragment, pause);
        var frame = hasPicture ? fragment.KeyframeFrame : fragment.SoundFrame;
        if (_batch.WrittenCount == 0)
        {
            _batchStart = fragment.Start;
        }
        _batch.Write(frame.Message.Span);
        return hasPicture || fragment.Start - _batchStart >= LongestBatch;
    }

    /// <summary>Gives what waits to be sent, or nothing. It stays as it is until the next is added.</summary>
    public ReadOnlyMemory<byte> Take()
    {
        var batch = _batch.WrittenMemory;
        _batch.ResetWrittenCount();
        return batch;
    }

    private bool IsDue(Fragment fragment, MediaTime pause)
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
