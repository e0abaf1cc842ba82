using System.Runtime.InteropServices;
using CommuniConnect.Media.WebM;

namespace CommuniConnect.Media.Tests.WebM;

/// <summary>One result of a reader: a packet by its values, or what else it was.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct ReadLine(
    int Track,
    MediaTime Timestamp,
    MediaTime? Duration,
    bool IsKeyframe,
    int PayloadBytes,
    int PayloadHash,
    int AdditionsHash,
    MediaTime DiscardPadding,
    string? Other
);

/// <summary>Everything a reader gave for one input.</summary>
internal sealed class ReadLog
{
    private readonly WebMReader _reader;

    private ReadLog(WebMReader reader) => _reader = reader;

    public List<MediaPacket> Packets { get; } = [];

    public List<WebMError> Damages { get; } = [];

    public List<IReadOnlyList<Track>> Tracks { get; } = [];

    /// <summary>All results in order, in a form that compares.</summary>
    public List<ReadLine> Lines { get; } = [];

    public WebMError? Rejection { get; private set; }

    public bool EndsCleanly => _reader.EndsCleanly;

    public MediaTime? DeclaredDuration => _reader.DeclaredDuration;

    public Dictionary<int, int> Frames =>
        Packets
            .GroupBy(packet => packet.TrackNumber)
            .ToDictionary(group => group.Key, group => group.Count());

    /// <summary>Each position the reader went through, with the packets returned and the tracks known when it came there.</summary>
    public List<(
        WebMPosition Position,
        int Packets,
        IReadOnlyList<Track> Tracks
    )> Positions { get; } = [];

    public static ReadLog Whole(byte[] bytes) => Of(bytes, [bytes.Length]);

    public static ReadLog ByteByByte(byte[] bytes) => Of(bytes, Enumerable.Repeat(1, bytes.Length));

    public static ReadLog Of(byte[] bytes, IEnumerable<int> pieces, WebMReader? reader = null)
    {
        var log = new ReadLog(reader ?? new WebMReader());
        var at = 0;
        foreach (var piece in pieces)
        {
            log._reader.Push(bytes.AsSpan(at, piece));
            at += piece;
            log.Drain();
        }
        Assert.Equal(bytes.Length, at);
        return log;
    }

    public static ReadLine Line(MediaPacket packet) =>
        new(
            packet.TrackNumber,
            packet.Timestamp,
            packet.Duration,
            packet.IsKeyframe,
            packet.Payload.Length,
            Hash(packet.Payload),
            Hash(packet.Additions),
            packet.DiscardPadding,
            Other: null
        );

    private static ReadLine Line(string other) => default(ReadLine) with { Other = other };

    private static int Hash(ReadOnlyMemory<byte> bytes)
    {
        var hash = new HashCode();
        hash.AddBytes(bytes.Span);
        return hash.ToHashCode();
    }

    private void Drain()
    {
        NotePosition();
        for (
            var result = _reader.Read();
            result != WebMReadResult.NeedsMore;
            result = _reader.Read()
        )
        {
            switch (result)
            {
                case WebMReadResult.Packet:
                    Packets.Add(_reader.Packet);
                    Lines.Add(Line(_reader.Packet));
                    break;
                case WebMReadResult.Tracks:
                    Tracks.Add(_reader.Tracks);
                    Lines.Add(Line(string.Join(',', _reader.Tracks.Select(track => track.Number))));
                    break;
                case WebMReadResult.Damage:
                    Damages.Add(_reader.Error);
                    Lines.Add(Line(_reader.Error.ToString()));
                    break;
                default:
                    if (Rejection is null)
                        Lines.Add(Line(_reader.Error.ToString()));
                    Rejection = _reader.Error;
                    return;
            }
            NotePosition();
        }
    }

    private void NotePosition()
    {
        if (
            Positions.Count == 0
            || Positions[^1].Position.OffsetBytes != _reader.Position.OffsetBytes
        )
            Positions.Add((_reader.Position, Packets.Count, _reader.Tracks));
    }
}
