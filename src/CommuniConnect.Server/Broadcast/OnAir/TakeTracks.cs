using CommuniConnect.Media;
using CommuniConnect.Media.Codecs;
using CommuniConnect.Media.WebM;

namespace CommuniConnect.Server.Broadcast.OnAir;

/// <summary>
/// Chooses the tracks of a take that go on air, its first picture and its first sound, and numbers them 1 and 2.
/// A track that is declared and never comes would hold up every player, so the first packets wait until each track has
/// shown itself, for at most <see cref="LongestWait"/> of media; one that comes later joins at the next keyframe.
/// </summary>
internal sealed class TakeTracks
{
    public const int Video = 1;
    public const int Audio = 2;

    public static readonly MediaTime LongestWait = MediaTime.FromMilliseconds(1_000);

    /// <summary>Most memory held back while waiting.</summary>
    public const int LargestWaitBytes = 8 << 20;

    private readonly List<TakePacket> _held = [];
    private readonly SortedDictionary<int, Track> _selected = []; // by number on air
    private readonly SortedSet<int> _seen = [];
    private long _heldBytes;
    private bool _open;

    /// <summary>Number of the picture in the take itself, or 0.</summary>
    public int VideoNumber { get; private set; }

    /// <summary>Number of the sound in the take itself, or 0.</summary>
    public int AudioNumber { get; private set; }

    /// <summary>The tracks on air, as numbered there. Another list when a track joins.</summary>
    public IReadOnlyList<Track> Active { get; private set; } = [];

    /// <summary>The selected tracks as the take numbers them.</summary>
    public IReadOnlyList<Track> SourceTracks =>
        [
            .. _selected.Select(t =>
                t.Value with
                {
                    Number = t.Key == Video ? VideoNumber : AudioNumber,
                }
            ),
        ];

    public static TakeTracks Resume(IReadOnlyList<Track> recorded, int videoNumber, int audioNumber)
    {
        var tracks = new TakeTracks { VideoNumber = videoNumber, AudioNumber = audioNumber };
        foreach (var track in recorded)
        {
            tracks._selected[track.Number] = track;
            tracks._seen.Add(track.Number);
        }
        tracks._open = true;
        tracks.Active = recorded;
        return tracks;
    }

    /// <summary>Takes the tracks a header declares. Null, or why they cannot go on air.</summary>
    public TakeRefusal? Select(IReadOnlyList<Track> declared)
    {
        var video = declared.FirstOrDefault(t => t.Kind == TrackKind.Video);
        var audio = declared.FirstOrDefault(t => t.Kind == TrackKind.Audio);
        if (video is null && audio is null)
        {
            return new TakeRefusal(TakeRefusalReason.NoUsableTrack, $"{declared.Count}");
        }
        foreach (var track in new[] { video, audio })
        {
            if (track is not null && !WebMCodecs.IsSupported(track))
            {
                return new TakeRefusal(TakeRefusalReason.UnsupportedCodec, track.CodecId);
            }
        }
        _selected.Clear();
        _seen.Clear();
        (VideoNumber, AudioNumber) = (video?.Number ?? 0, audio?.Number ?? 0);
        if (video is not null)
        {
            _selected[Video] = video with { Number = Video };
        }
        if (audio is not null)
        {
            _selected[Audio] = audio with { Number = Audio };
        }
        _open = false;
        return null;
    }

    /// <summary>Takes a packet as it came and gives those that may go on air now.</summary>
    public IReadOnlyList<TakePacket> Accept(MediaPacket packet, WebMPosition position)
    {
        var number = packet.TrackNumber switch
        {
            var n when n == VideoNumber && VideoNumber > 0 => Video,
            var n when n == AudioNumber && AudioNumber > 0 => Audio,
            _ => 0,
        };
        if (number == 0)
        {
            return [];
        }
        var numbered = new TakePacket(packet with { TrackNumber = number }, position);
        var isNew = _seen.Add(number);
        if (_open)
        {
            return AcceptOpen(numbered, isNew);
        }
        _held.Add(numbered);
        _heldBytes += packet.CostBytes;
        var waited = packet.Timestamp - _held[0].Packet.Timestamp;
        return
            _seen.Count == _selected.Count || waited >= LongestWait || _heldBytes > LargestWaitBytes
            ? Open()
            : [];
    }

    /// <summary>Stops waiting for tracks that have not come, and gives what was held.</summary>
    public IReadOnlyList<TakePacket> Open()
    {
        if (_open || _held.Count == 0)
        {
            return [];
        }
        _open = true;
        Activate();
        var held = _held.ToArray();
        _held.Clear();
        _heldBytes = 0;
        return held;
    }

    private IReadOnlyList<TakePacket> AcceptOpen(TakePacket packet, bool isNew)
    {
        var waitingTrack = _seen.Count > Active.Count;
        var hasVideo = Active.Any(t => t.Number == Video);
        var joins = packet.Packet.TrackNumber == Video ? packet.Packet.IsKeyframe : !hasVideo;
        if ((isNew || waitingTrack) && joins)
        {
            Activate();
        }
        return Active.Any(t => t.Number == packet.Packet.TrackNumber) ? [packet] : [];
    }

    private void Activate() =>
        Active = [.. _selected.Where(t => _seen.Contains(t.Key)).Select(t => t.Value)];
}
