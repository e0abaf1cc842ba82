using CommuniConnect.Media;
using CommuniConnect.Media.WebM;

namespace CommuniConnect.Bench.Support;

/// <summary>Some clusters' worth of a live.</summary>
/// <param name="Start">Where it begins.</param>
internal readonly record struct FootagePiece(MediaTime Start, byte[] Bytes);

/// <summary>
/// Picture and sound of a small camera, encoded once by FFmpeg and repeated without end: 640x360 VP8 at 30 frames/s with a
/// keyframe each second, and Opus, about 1 Mbit/s together.
/// </summary>
internal sealed class Footage
{
    public const string Size = "640x360";
    private const int Seconds = 30;
    private static readonly MediaTime Length = MediaTime.FromMilliseconds(Seconds * 1000);

    private readonly IReadOnlyList<MediaPacket> _packets;

    private Footage(string file, byte[] bytes)
    {
        (File, Bytes) = (file, bytes);
        var reader = new WebMReader();
        _packets = [.. Read(reader, bytes).Where(p => p.Timestamp < Length)];
        Header = WebMStream.Header(reader.Tracks);
    }

    public string File { get; }

    /// <summary>The file itself.</summary>
    public ReadOnlyMemory<byte> Bytes { get; }

    /// <summary>What the stream begins with.</summary>
    public byte[] Header { get; }

    public IReadOnlyList<MediaPacket> Packets => _packets;

    public double BitsPerSecond => Bytes.Length * 8.0 / Seconds;

    public static async Task<Footage> MakeAsync(CancellationToken cancellation)
    {
        var file = Path.Combine(Repository.Cache, "camera.webm");
        if (!System.IO.File.Exists(file))
        {
            Progress.Say("  encoding the footage, once");
            var part = $"{file}.part";
            await Tool.RunAsync(cancellation, "ffmpeg", Encoding(part));
            System.IO.File.Move(part, file, overwrite: true);
        }
        return new Footage(file, await System.IO.File.ReadAllBytesAsync(file, cancellation));
    }

    /// <summary>The footage from an instant on, without end, in pieces of about that length.</summary>
    public IEnumerable<FootagePiece> From(MediaTime start, MediaTime pieceLength)
    {
        var piece = new List<MediaPacket>();
        foreach (var packet in Repeated(start))
        {
            if (piece.Count > 0 && packet.Timestamp - piece[0].Timestamp >= pieceLength)
            {
                yield return new FootagePiece(piece[0].Timestamp, WebMStream.Cluster(piece));
                piece.Clear();
            }
            piece.Add(packet);
        }
    }

    private IEnumerable<MediaPacket> Repeated(MediaTime start)
    {
        for (var round = start.Nanoseconds / Length.Nanoseconds; ; round++)
        {
            var shift = new MediaTime(round * Length.Nanoseconds);
            foreach (var packet in _packets.Where(p => p.Timestamp + shift >= start))
            {
                yield return packet with
                {
                    Timestamp = packet.Timestamp + shift,
                };
            }
        }
    }

    private static IEnumerable<MediaPacket> Read(WebMReader reader, ReadOnlyMemory<byte> bytes)
    {
        const int pushed = 64 << 10;
        for (var at = 0; at < bytes.Length; at += pushed)
        {
            reader.Push(bytes.Span[at..Math.Min(at + pushed, bytes.Length)]);
            while (reader.Read() is var result && result != WebMReadResult.NeedsMore)
            {
                if (result == WebMReadResult.Packet)
                {
                    yield return reader.Packet;
                }
            }
        }
    }

    // Noise over the test picture: without it there is too little in it to reach the bit rate.
    private static string[] Encoding(string file) =>
        [
            .. new[] { "-v", "error", "-y" },
            .. new[] { "-f", "lavfi", "-i", $"testsrc2=size={Size}:rate=30,noise=alls=12:allf=t" },
            .. new[] { "-f", "lavfi", "-i", "sine=frequency=440:sample_rate=48000" },
            .. new[] { "-t", $"{Seconds}", "-g", "30" },
            .. new[] { "-c:v", "libvpx", "-deadline", "realtime", "-cpu-used", "8" },
            .. new[] { "-b:v", "900k", "-minrate", "900k", "-maxrate", "900k" },
            .. new[] { "-c:a", "libopus", "-b:a", "64k", "-f", "webm", file },
        ];
}
