using CommuniConnect.Media;
using CommuniConnect.Media.WebM;

namespace CommuniConnect.Server.Broadcast.OnAir;

/// <summary>A few packets of all tracks, by their time. Framed once for all viewers of one kind, when the first of them asks.</summary>
internal sealed class Fragment(StreamPart part, IReadOnlyList<MediaPacket> packets)
{
    private readonly Lock _framing = new();
    private byte[]? _cluster;
    private SharedFrame? _frame;
    private SharedFrame? _soundFrame;
    private SharedFrame? _keyframeFrame;

    public StreamPart Part => part;

    /// <summary>The time of its first packet.</summary>
    public MediaTime Start => packets[0].Timestamp;

    /// <summary>What it costs in memory before it is framed for anybody.</summary>
    public long CostBytes { get; } = packets.Sum(p => p.CostBytes);

    /// <summary>One whole Cluster, for the progressive stream.</summary>
    public ReadOnlyMemory<byte> Cluster => Framed(ref _cluster, WebMStream.Cluster);

    /// <summary>The packets as a frame of the watch socket.</summary>
    public SharedFrame Frame => Framed(ref _frame, static all => new SharedFrame(all));

    /// <summary>The same without the picture; empty when there is no sound in it.</summary>
    public SharedFrame SoundFrame =>
        Framed(ref _soundFrame, static all => new SharedFrame([.. all.Where(IsSound)]));

    /// <summary>When its first picture that needs no other is shown; null when it has none.</summary>
    public MediaTime? KeyframeAt { get; } = packets.FirstOrDefault(IsPicture)?.Timestamp;

    /// <summary>The sound, and of the picture only what needs no other.</summary>
    public SharedFrame KeyframeFrame =>
        Framed(
            ref _keyframeFrame,
            static all => new SharedFrame([.. all.Where(p => IsSound(p) || IsPicture(p))])
        );

    private static bool IsSound(MediaPacket packet) => packet.TrackNumber == TakeTracks.Audio;

    private static bool IsPicture(MediaPacket packet) => packet.IsKeyframe && !IsSound(packet);

    private T Framed<T>(ref T? framed, Func<IReadOnlyList<MediaPacket>, T> frame)
        where T : class
    {
        if (Volatile.Read(ref framed) is { } ready)
        {
            return ready;
        }
        lock (_framing)
        {
            return framed ??= frame(packets);
        }
    }
}
