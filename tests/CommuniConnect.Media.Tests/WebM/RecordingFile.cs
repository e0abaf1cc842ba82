using System.Buffers;
using CommuniConnect.Media.WebM;

namespace CommuniConnect.Media.Tests.WebM;

/// <summary>A recording as a recorder lays it out, in memory: clusters cut at keyframes, each closed in place, then cues, then finished.</summary>
internal static class RecordingFile
{
    /// <summary>The bytes as they are on disk while the last Cluster is open, or the finished file.</summary>
    public static byte[] Write(
        IReadOnlyList<Track> tracks,
        IReadOnlyList<MediaPacket> packets,
        bool isFinished
    )
    {
        var header = WebMRecordingHeader.Create(tracks, DateTimeOffset.UnixEpoch.AddYears(50));
        var file = new List<byte>(header.Bytes);
        var cues = new List<CuePoint>();
        var video =
            tracks.FirstOrDefault(track => track.Kind == TrackKind.Video)?.Number
            ?? tracks[0].Number;
        var (clusterAt, clusterTime) = (-1, MediaTime.Zero);
        var end = MediaTime.Zero;
        foreach (var packet in packets)
        {
            var isCut =
                packet.TrackNumber == video
                && packet.IsKeyframe
                && packet.Timestamp - clusterTime >= MediaTime.FromMilliseconds(400);
            if (clusterAt < 0 || isCut || !WebMCluster.Fits(clusterTime, packet.Timestamp))
            {
                Close(file, clusterAt);
                (clusterAt, clusterTime) = (
                    file.Count,
                    packet.Timestamp < MediaTime.Zero ? MediaTime.Zero : packet.Timestamp
                );
                file.AddRange(WebMCluster.Begin(clusterTime));
                cues.Add(
                    new CuePoint(
                        clusterTime,
                        packet.TrackNumber,
                        clusterAt - header.SegmentDataOffset
                    )
                );
            }
            var output = new ArrayBufferWriter<byte>();
            WebMCluster.WriteBlock(output, packet, clusterTime);
            Assert.Equal(WebMCluster.BlockSizeBytes(packet), output.WrittenCount);
            file.AddRange(output.WrittenSpan);
            var last = packet.Timestamp + (packet.Duration ?? MediaTime.Zero);
            end = last > end ? last : end;
        }
        if (isFinished)
            Finish(file, header, clusterAt, cues, end);
        return [.. file];
    }

    private static void Finish(
        List<byte> file,
        WebMRecordingHeader header,
        int clusterAt,
        List<CuePoint> cues,
        MediaTime end
    )
    {
        Close(file, clusterAt);
        var cuesAt = cues.Count == 0 ? -1 : file.Count;
        if (cues.Count > 0)
            file.AddRange(WebMCues.Write(cues));
        foreach (var (offset, bytes) in header.Finish(cuesAt, file.Count, end))
            Overwrite(file, (int)offset, bytes);
    }

    private static void Close(List<byte> file, int clusterAt)
    {
        if (clusterAt < 0)
            return;
        var content = file.Count - clusterAt - WebMCluster.ContentOffsetBytes;
        Overwrite(
            file,
            clusterAt + WebMCluster.SizeFieldOffsetBytes,
            WebMCluster.SizeField(content)
        );
    }

    private static void Overwrite(List<byte> file, int offset, byte[] bytes)
    {
        for (var i = 0; i < bytes.Length; i++)
            file[offset + i] = bytes[i];
    }
}
