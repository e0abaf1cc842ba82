using CommuniConnect.Server.Broadcast.Record;
using Microsoft.Extensions.Caching.Memory;

namespace CommuniConnect.Server.Community.Lives;

/// <summary>
/// The replays whose clusters had to be found, to put several files together or to take pictures out of one, remembered while
/// they are watched: that takes some tens of milliseconds for hours of live, and a player asks for many ranges and pictures.
/// </summary>
internal sealed class OpenedReplays : IDisposable
{
    // A replay of three hours takes about 1 MB.
    private const int MostReplays = 32;
    private static readonly TimeSpan Forgotten = TimeSpan.FromMinutes(10);

    private readonly MemoryCache _known = new(new MemoryCacheOptions { SizeLimit = MostReplays });

    /// <exception cref="IOException">A file of the replay is gone.</exception>
    public OpenedReplay Find(ReplayMedia media, string folder) =>
        _known.GetOrCreate(
            (media.Id, media.SizeBytes),
            entry =>
            {
                entry.Size = 1;
                entry.SlidingExpiration = Forgotten;
                return Replay.Open(folder, [.. media.Files.Select(f => f.ToReplayFile())]);
            }
        )!;

    public void Dispose() => _known.Dispose();
}
