using System.Buffers;
using System.Diagnostics;
using CommuniConnect.Bench.Support;
using CommuniConnect.Media;
using CommuniConnect.Media.WebM;

namespace CommuniConnect.Bench.Measurements;

/// <summary>How fast WebM is read and written in memory, beside a plain copy of the same bytes.</summary>
internal static class ParseSpeed
{
    private const int Rounds = 15;
    private const int PushedBytes = 16 << 10; // about what a connection hands over at once

    /// <summary>1,000 lives of 1 Mbit/s in one core.</summary>
    private static readonly Target Fast = new(125, AtLeast: true);
    private static readonly TimeSpan RoundLength = TimeSpan.FromMilliseconds(200);

    public static async Task<IReadOnlyList<Figure>> MeasureAsync(
        BenchOptions options,
        CancellationToken cancellation
    )
    {
        var footage = await Footage.MakeAsync(cancellation);
        var copied = new byte[footage.Bytes.Length];
        var recording = new ArrayBufferWriter<byte>(footage.Bytes.Length * 2);
        var (copy, read, show, record) = (
            new List<double>(),
            new List<double>(),
            new List<double>(),
            new List<double>()
        );
        for (var i = -2; i < Rounds; i++) // the first two let the compiler settle
        {
            cancellation.ThrowIfCancellationRequested();
            var run = (
                Speed(() => Copy(footage.Bytes.Span, copied)),
                Speed(() => Read(footage.Bytes.Span)),
                Speed(() => Show(footage.Packets)),
                Speed(() => Record(footage.Packets, recording))
            );
            if (i >= 0)
            {
                copy.Add(run.Item1);
                read.Add(run.Item2);
                show.Add(run.Item3);
                record.Add(run.Item4);
            }
        }
        return
        [
            Figure.Median("WebMReader, pushes of 16 KB", read, "MB/s", Fast),
            Figure.Median("a Cluster for viewers per frame", show, "MB/s", Fast),
            Figure.Median("Clusters of a recording", record, "MB/s", Fast),
            Figure.Median("plain copy", copy, "MB/s"),
            new("copy : reader", Stats.Median(copy) / Stats.Median(read), ""),
            new("copy : viewers' clusters", Stats.Median(copy) / Stats.Median(show), ""),
            new("copy : recording", Stats.Median(copy) / Stats.Median(record), ""),
        ];
    }

    /// <summary>MB/s of something that says how many bytes it has worked through.</summary>
    private static double Speed(Func<long> work)
    {
        var bytes = 0L;
        var began = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(began) < RoundLength)
        {
            bytes += work();
        }
        return bytes / 1e6 / Stopwatch.GetElapsedTime(began).TotalSeconds;
    }

    private static long Copy(ReadOnlySpan<byte> from, Span<byte> to)
    {
        for (var at = 0; at < from.Length; at += PushedBytes)
        {
            var piece = from[at..Math.Min(at + PushedBytes, from.Length)];
            piece.CopyTo(to[at..]);
        }
        return from.Length;
    }

    private static long Read(ReadOnlySpan<byte> bytes)
    {
        var reader = new WebMReader();
        for (var at = 0; at < bytes.Length; at += PushedBytes)
        {
            reader.Push(bytes[at..Math.Min(at + PushedBytes, bytes.Length)]);
            while (reader.Read() != WebMReadResult.NeedsMore)
            {
                // Frames come out here; nobody wants them.
            }
        }
        return bytes.Length;
    }

    private static long Show(IReadOnlyList<MediaPacket> packets) =>
        packets.Sum(packet => (long)WebMStream.Cluster([packet]).Length);

    private static long Record(IReadOnlyList<MediaPacket> packets, ArrayBufferWriter<byte> output)
    {
        output.ResetWrittenCount();
        MediaPacket? first = null;
        foreach (var packet in packets)
        {
            if (first is null || packet.Timestamp > first.Timestamp + Second)
            {
                first = packet;
                output.Write(WebMCluster.Begin(packet.Timestamp));
            }
            WebMCluster.WriteBlock(output, packet, first.Timestamp);
        }
        return output.WrittenCount;
    }

    private static MediaTime Second => MediaTime.FromMilliseconds(1000);
}
