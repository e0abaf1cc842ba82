using CommuniConnect.Media.Mp4;
using CommuniConnect.Server.Broadcast.Ingest;
using CommuniConnect.Server.Broadcast.OnAir;
using CommuniConnect.Server.Broadcast.Record;

namespace CommuniConnect.Server.Community.Lives;

/// <summary>A file somebody sent in, read before it is believed: WebM is made seekable, MP4 is kept as it is.</summary>
internal static class UploadedVideo
{
    private const string Mp4Name = "video.mp4";

    /// <summary>The playable parts in <paramref name="folder"/>, or why the file is refused, as a sentence.</summary>
    public static async Task<(IReadOnlyList<ReplayPart> Parts, string? Refusal)> ReadAsync(
        string upload,
        string folder,
        TimeProvider time,
        ILogger logger,
        CancellationToken cancellation
    )
    {
        if (IsMp4(upload))
        {
            return KeepMp4(upload, folder);
        }
        var (parts, refusal) = await ImportedRecording.ReadAsync(
            upload,
            folder,
            time,
            logger,
            cancellation
        );
        File.Delete(upload);
        return (parts, refusal is null ? null : IngestTexts.Of(refusal));
    }

    private static (IReadOnlyList<ReplayPart> Parts, string? Refusal) KeepMp4(
        string upload,
        string folder
    )
    {
        long length;
        Mp4Summary found;
        using (var file = File.OpenHandle(upload))
        {
            length = RandomAccess.GetLength(file);
            var playable = Mp4Probe.TryProbe(
                (offset, destination) => RandomAccess.Read(file, destination, offset),
                length,
                out found,
                out var error
            );
            if (!playable)
            {
                return ([], error.Rule);
            }
        }
        File.Move(upload, Path.Combine(folder, Mp4Name));
        var duration = found.Duration.ToTimeSpan();
        var part = new ReplayPart(
            [new ReplayFile(Mp4Name, TimeSpan.Zero, null)],
            IsSpliced: false,
            duration,
            length,
            found.Width,
            found.Height
        );
        return ([part], null);
    }

    /// <summary>Whether a file begins with a box of type <c>ftyp</c>. Spec: ISO/IEC 14496-12 §4.3.</summary>
    private static bool IsMp4(string path)
    {
        using var file = File.OpenHandle(path);
        Span<byte> head = stackalloc byte[8];
        return RandomAccess.Read(file, head, 0) == head.Length && head[4..].SequenceEqual("ftyp"u8);
    }
}
