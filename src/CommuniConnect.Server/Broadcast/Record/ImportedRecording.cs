using CommuniConnect.Media;
using CommuniConnect.Server.Broadcast.OnAir;

namespace CommuniConnect.Server.Broadcast.Record;

/// <summary>
/// Makes a replay of a WebM file that was recorded elsewhere by reading it as a take: what comes out is seekable and has
/// its duration, whatever the file lacked, and what cannot be played never gets in.
/// </summary>
internal static class ImportedRecording
{
    private const int ReadBytes = 256 << 10;

    /// <summary>The finished parts in <paramref name="folder"/>, or why the file is refused.</summary>
    public static async Task<(IReadOnlyList<ReplayPart> Parts, TakeRefusal? Refusal)> ReadAsync(
        string file,
        string folder,
        TimeProvider time,
        ILogger logger,
        CancellationToken cancellation
    )
    {
        var take = new Take(Guid.NewGuid(), 1, MediaTime.Zero);
        var recorder = new Recorder(folder, time, name => name.NextPart);
        using var source = File.OpenHandle(file);
        var buffer = new byte[ReadBytes];
        long offset = 0;
        int read;
        while (
            (read = await RandomAccess.ReadAsync(source, buffer, offset, cancellation)) > 0
            && take.Refusal is null
        )
        {
            offset += read;
            await AppendAsync(take, recorder, take.Push(buffer.AsSpan(0, read)));
        }
        await AppendAsync(take, recorder, take.Finish());
        var finished = await recorder.FinishAsync(take.End);
        var parts = Replay.PartsOf(folder, logger, finished);
        var refusal =
            take.Refusal
            ?? (parts.Count == 0 ? new TakeRefusal(TakeRefusalReason.NoUsableTrack, "") : null);
        return (parts, refusal);
    }

    private static async Task AppendAsync(
        Take take,
        Recorder recorder,
        IReadOnlyList<TakeBatch> batches
    )
    {
        foreach (var batch in batches)
        {
            if (recorder.Tracks is null || !ReferenceEquals(recorder.Tracks, batch.Tracks))
            {
                await recorder.BeginPartAsync(batch.Tracks, batch.Packets[0].Packet.Timestamp);
            }
            await recorder.AppendAsync(take, batch.Packets);
        }
    }
}
