using CommuniConnect.Media;
using CommuniConnect.Media.WebM;

namespace CommuniConnect.Server.Broadcast.OnAir;

/// <summary>A few packets of all tracks, by their time. Framed once for all viewers of one kind, when the first of them asks.</summary>
internal sealed class Fragment(StreamPart part, IReadOnlyList<MediaPacket> packets)
{
    private readonly Lock _framing = new();
    private byte[]? _cluster;
    private byte[]? _message;
    private byte[]? _soundMessage;
    private byte[]? _keyframeMessage;

    public StreamPart Part => part;

    /// <summary>The time of its first packet.</summary>
    public MediaTime Start => packets[0].Timestamp;

    /// <summary>Of the frames alone.</summary>
    public long SizeBytes { get; } = packets.Sum(p => (long)p.Payload.Length);

    /// <summary>One whole Cluster, for the progressive stream.</summary>
    public ReadOnlyMemory<byte> Cluster => Framed(ref _cluster, () => WebMStream.Cluster(packets));

    /// <summary>The packets as a message of the watch socket.</summary>
    public ReadOnlyMemory<byte> Message => Framed(ref _message, () => PacketMessage.Of(packets));

    /// <summary>The same without the picture; empty when there is no sound in it.</summary>
    public ReadOnlyMemory<byte> SoundMessage =>
        Framed(
            ref _soundMessage,
            () => PacketMessage.Of([.. packets.Where(p => p.TrackNumber == TakeTracks.Audio)])
        );

    /// <summary>When its first picture that needs no other is shown; null when it has none.</summary>
    public MediaTime? KeyframeAt { get; } = packets.FirstOrDefault(IsPicture)?.Timestamp;

    /// <summary>The sound, and of the picture only what needs no other.</summary>
    public ReadOnlyMemory<byte> KeyframeMessage =>
        Framed(
            ref _keyframeMessage,
            () =>
                PacketMessage.Of([
                    .. packets.Where(p => p.TrackNumber == TakeTracks.Audio || IsPicture(p)),
                ])
        );

    private static bool IsPicture(MediaPacket packet) =>
        packet.IsKeyframe && packet.TrackNumber != TakeTracks.Audio;

    private byte[] Framed(ref byte[]? framed, Func<byte[]> frame)
    {
        if (Volatile.Read(ref framed) is { } ready)
        {
            return ready;
        }
        lock (_framing)
        {
            return framed ??= frame();
        }
    }
}
