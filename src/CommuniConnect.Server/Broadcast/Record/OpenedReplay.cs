using CommuniConnect.Media;
using CommuniConnect.Server.Broadcast.OnAir;

namespace CommuniConnect.Server.Broadcast.Record;

/// <summary>The files that play as one video, found and scanned.</summary>
/// <param name="files">In the order in which they play.</param>
/// <param name="starts">Where each begins in the video.</param>
internal sealed class OpenedReplay(
    IReadOnlyList<RecordedPart> files,
    IReadOnlyList<MediaTime> starts
)
{
    private readonly Lazy<SplicedRecording> _spliced = new(() =>
        SplicedRecording.Of(files, starts)
    );

    /// <summary>All of them as one file.</summary>
    public SplicedRecording Spliced => _spliced.Value;

    /// <summary>The keyframe at or before a moment of the video; null when there is none.</summary>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public async Task<Still?> StillAsync(MediaTime at, CancellationToken cancellation)
    {
        for (var i = files.Count - 1; i >= 0; i--)
        {
            if (files[i].PlaceAt(at - starts[i]) is { } place)
            {
                // No picture will be added to these files.
                return await StillReader.ReadAsync(
                    place with
                    {
                        IsSettled = true,
                    },
                    starts[i],
                    cancellation
                );
            }
        }
        return null;
    }
}
