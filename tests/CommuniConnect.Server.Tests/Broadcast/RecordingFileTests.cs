using CommuniConnect.Media;
using CommuniConnect.Media.WebM;
using CommuniConnect.Server.Broadcast.Record;
using CommuniConnect.Server.Tests.Support;
using Xunit;

namespace CommuniConnect.Server.Tests.Broadcast;

/// <summary>What a part of the recording makes of the packets it is given.</summary>
public sealed class RecordingFileTests
{
    [Fact]
    public async Task Keyframe_a_little_older_than_the_sound_a_part_began_with_is_kept_at_its_beginning()
    {
        var start = MediaTime.FromMilliseconds(5_000);
        var path = Path.Combine(Scratch.Folder(), "part-002.webm");
        Track[] tracks =
        [
            new()
            {
                Number = 1,
                Kind = TrackKind.Video,
                CodecId = "V_VP8",
                Width = 64,
                Height = 64,
            },
            new()
            {
                Number = 2,
                Kind = TrackKind.Audio,
                CodecId = "A_VORBIS",
                CodecPrivate = new byte[] { 1 },
                SampleRate = 48_000,
                Channels = 1,
            },
        ];
        using (
            var file = await RecordingFile.CreateAsync(
                path,
                tracks,
                start,
                DateTimeOffset.UnixEpoch
            )
        )
        {
            await file.AppendAsync(Packet(2, start), () => null);
            await file.AppendAsync(Packet(1, start - MediaTime.FromMilliseconds(6)), () => null);
            await file.AppendAsync(Packet(1, start + MediaTime.FromMilliseconds(33)), () => null);
            await file.FinishAsync(start + MediaTime.FromMilliseconds(66), null);
        }

        var reader = new WebMReader();
        reader.Push(await File.ReadAllBytesAsync(path));
        var packets = new List<(int, long)>();
        for (var read = reader.Read(); read != WebMReadResult.NeedsMore; read = reader.Read())
        {
            Assert.Contains(read, new[] { WebMReadResult.Tracks, WebMReadResult.Packet });
            if (read == WebMReadResult.Packet)
            {
                packets.Add((reader.Packet.TrackNumber, reader.Packet.Timestamp.TotalMilliseconds));
            }
        }
        Assert.Equal([(2, 0), (1, 0), (1, 33)], packets);
    }

    private static MediaPacket Packet(int track, MediaTime time) =>
        new()
        {
            TrackNumber = track,
            Timestamp = time,
            IsKeyframe = true,
            Payload = new byte[] { 1, 2, 3 },
        };
}
