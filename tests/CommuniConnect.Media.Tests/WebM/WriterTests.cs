using CommuniConnect.Media.WebM;

namespace CommuniConnect.Media.Tests.WebM;

public sealed class WriterTests
{
    private static readonly Track Video = new()
    {
        Number = 1,
        Kind = TrackKind.Video,
        CodecId = "V_VP8",
        Width = 64,
        Height = 48,
        HasAlpha = true,
    };

    private static readonly Track Audio = new()
    {
        Number = 200,
        Kind = TrackKind.Audio,
        CodecId = "A_OPUS",
        CodecPrivate = new byte[] { 1, 2, 3 },
        CodecDelay = new MediaTime(6_500_000),
        SeekPreRoll = MediaTime.FromMilliseconds(80),
        DefaultDuration = MediaTime.FromMilliseconds(20),
        SampleRate = 48_000,
        Channels = 2,
        BitDepth = 16,
    };

    public static IEnumerable<TheoryDataRow<string>> Samples =>
        Corpus
            .SampleNames.Where(name => !name.EndsWith(".mp4", StringComparison.Ordinal))
            .Select(name => new TheoryDataRow<string>(name));

    public static IEnumerable<TheoryDataRow<string>> Shared =>
        Corpus.Matroska("valid", "edge", "capture");

    [Theory]
    [MemberData(nameof(Samples))]
    public void Own_file_comes_back_equal_from_stream_and_recording(string name) =>
        AssertComesBack(Corpus.Sample(name));

    [Theory]
    [MemberData(nameof(Shared))]
    public void Shared_file_comes_back_equal_from_stream_and_recording(string path) =>
        AssertComesBack(Corpus.Read(path));

    [Fact]
    public void Tracks_come_back_as_they_were_written()
    {
        var log = ReadLog.Whole(WebMStream.Header([Video, Audio]));
        var tracks = Assert.Single(log.Tracks);
        Assert.Equal(
            [Video, Audio with { CodecPrivate = default }],
            tracks.Select(track => track with { CodecPrivate = default })
        );
        Assert.Equal(Audio.CodecPrivate.ToArray(), tracks[1].CodecPrivate.ToArray());
        Assert.True(log.EndsCleanly);
    }

    [Fact]
    public void Block_with_side_data_comes_back_whole()
    {
        var packet = Packet(7, isKeyframe: false) with
        {
            Duration = MediaTime.FromMilliseconds(33),
            Additions = new byte[] { 0xA6, 0x80 },
            DiscardPadding = new MediaTime(-12_345),
        };
        var log = ReadLog.Whole([
            .. WebMStream.Header([Video, Audio]),
            .. WebMStream.Cluster([packet]),
        ]);
        Assert.Equal(ReadLog.Line(packet), ReadLog.Line(Assert.Single(log.Packets)));
    }

    [Fact]
    public void Cues_come_back_and_what_is_broken_is_left_out()
    {
        CuePoint[] points =
        [
            new(MediaTime.Zero, 1, 300),
            new(MediaTime.FromMilliseconds(255), 1, 70_000),
            new(MediaTime.FromMilliseconds(10_800_000), 2, 5_000_000_000),
        ];
        var written = WebMCues.Write(points);
        var content = written.AsSpan(written.Length - ContentBytes(written));

        Assert.Equal(points, WebMCues.Read(content));
        for (var cut = 0; cut < content.Length; cut++)
            Assert.Equal(
                points[..WebMCues.Read(content[..cut]).Count],
                WebMCues.Read(content[..cut])
            );

        static int ContentBytes(byte[] element)
        {
            Assert.Equal(
                EbmlHeaderResult.Ok,
                Ebml.TryReadElementHeader(element, out _, out var size, out _)
            );
            return (int)size;
        }
    }

    [Fact]
    public void Picture_of_unknown_size_is_written_as_one_pixel()
    {
        var log = ReadLog.Whole(WebMStream.Header([Video with { Width = 0, Height = 0 }]));
        Assert.Equal((1, 1), (log.Tracks[0][0].Width, log.Tracks[0][0].Height));
    }

    [Fact]
    public void Cluster_holds_packets_up_to_its_duration_and_not_one_over()
    {
        var limit = WebMLimits.MaxClusterDuration.TotalMilliseconds;
        Assert.NotEmpty(WebMStream.Cluster([Packet(0), Packet(limit)]));
        Assert.Throws<ArgumentException>(() => WebMStream.Cluster([Packet(0), Packet(limit + 1)]));
        Assert.True(WebMCluster.Fits(MediaTime.FromMilliseconds(limit), MediaTime.Zero));
        Assert.False(WebMCluster.Fits(MediaTime.FromMilliseconds(limit + 1), MediaTime.Zero));
    }

    [Fact]
    public void Packet_before_zero_is_written_before_its_cluster()
    {
        var log = ReadLog.Whole([
            .. WebMStream.Header([Video]),
            .. WebMStream.Cluster([Packet(-5), Packet(3)]),
        ]);
        Assert.Equal([-5L, 3L], log.Packets.Select(packet => packet.Timestamp.TotalMilliseconds));
    }

    [Fact]
    public void Times_between_units_go_to_the_nearest()
    {
        var packets = new[] { 499_999, 500_000, 1_499_999, -500_001 }.Select(time =>
            Packet(0) with
            {
                Timestamp = new MediaTime(time),
            }
        );
        var log = ReadLog.Whole([
            .. WebMStream.Header([Video]),
            .. WebMStream.Cluster([.. packets]),
        ]);
        Assert.Equal(
            [0, 1, 1, -1],
            log.Packets.Select(packet => (int)packet.Timestamp.TotalMilliseconds)
        );
    }

    [Fact]
    public void Head_of_a_recording_is_found_again_before_and_after_it_is_finished()
    {
        var packets = new[] { Packet(0), Packet(40) };
        var growing = RecordingFile.Write([Video, Audio], packets, isFinished: false);
        var finished = RecordingFile.Write([Video, Audio], packets, isFinished: true);
        var created = WebMRecordingHeader.Create(
            [Video, Audio],
            DateTimeOffset.UnixEpoch.AddYears(50)
        );
        foreach (var file in new[] { growing, finished })
        {
            Assert.True(WebMRecordingHeader.TryRead(file, out var found));
            Assert.Equal(
                (
                    created.SegmentDataOffset,
                    created.InfoOffset,
                    created.DurationOffset,
                    created.TracksOffset,
                    created.Bytes.Length
                ),
                (
                    found.SegmentDataOffset,
                    found.InfoOffset,
                    found.DurationOffset,
                    found.TracksOffset,
                    found.Bytes.Length
                )
            );
        }
    }

    [Fact]
    public void Head_that_is_cut_or_of_another_maker_is_not_found()
    {
        var head = WebMRecordingHeader.Create([Video]).Bytes;
        for (var cut = 0; cut < head.Length; cut++)
            Assert.False(WebMRecordingHeader.TryRead(head.AsSpan(0, cut), out _));
        Assert.False(WebMRecordingHeader.TryRead(Corpus.Sample("finished_vp9_opus.webm"), out _));
    }

    [Fact]
    public void Finishing_stays_inside_the_head()
    {
        var header = WebMRecordingHeader.Create([Video]);
        foreach (
            var (offset, bytes) in header.Finish(
                cuesOffset: 1L << 50,
                fileLength: (1L << 50) + 100,
                MediaTime.FromMilliseconds(1)
            )
        )
            Assert.InRange(offset + bytes.Length, 0, header.Bytes.Length);
    }

    [Fact]
    public void Growing_recording_cut_anywhere_gives_every_whole_frame()
    {
        var packets = Enumerable.Range(0, 12).Select(i => Packet(i * 100, i % 6 == 0)).ToList();
        var file = RecordingFile.Write([Video], packets, isFinished: false);
        var whole = ReadLog.ByteByByte(file);
        Assert.Equal(packets.Count, whole.Packets.Count);
        for (var cut = 0; cut < file.Length; cut++)
        {
            var log = ReadLog.Whole(file[..cut]);
            Assert.Empty(log.Damages);
            Assert.Equal(
                whole.Positions.Last(item => item.Position.OffsetBytes <= cut).Packets,
                log.Packets.Count
            );
        }
    }

    [Fact]
    public void Void_of_our_own_is_stepped_over()
    {
        var note = WebMVoid.Write([1, 2, 3]);
        Assert.Equal([0xEC, 0x83, 1, 2, 3], note);
        var log = ReadLog.Whole([
            .. WebMStream.Header([Video]),
            .. note,
            .. WebMStream.Cluster([Packet(0)]),
            .. note,
        ]);
        Assert.Single(log.Packets);
        Assert.Empty(log.Damages);
    }

    private static MediaPacket Packet(long milliseconds, bool isKeyframe = true) =>
        new()
        {
            TrackNumber = 1,
            Timestamp = MediaTime.FromMilliseconds(milliseconds),
            IsKeyframe = isKeyframe,
            Payload = new byte[] { (byte)milliseconds, 0xEC, 0x80, 0xA3 },
        };

    private static void AssertComesBack(byte[] source)
    {
        var read = ReadLog.Whole(source);
        if (read.Tracks.Count != 1 || read.Packets.Count == 0)
            return;
        // What comes from another scale than a millisecond is rounded on the way.
        var packets = read.Packets.Select(Rounded).ToList();
        var lines = packets.Select(ReadLog.Line).ToList();
        var recording = ReadLog.Whole(
            RecordingFile.Write(read.Tracks[0], packets, isFinished: true)
        );
        Assert.Equal(lines, recording.Packets.Select(ReadLog.Line));
        Assert.Empty(recording.Damages);
        Assert.True(recording.EndsCleanly);
        Assert.NotNull(recording.DeclaredDuration);
        var clusters = packets.Select(packet => WebMStream.Cluster([packet]));
        var stream = ReadLog.Whole([
            .. WebMStream.Header(read.Tracks[0]),
            .. clusters.SelectMany(bytes => bytes),
        ]);
        Assert.Equal(lines, stream.Packets.Select(ReadLog.Line));
        Assert.Empty(stream.Damages);
    }

    private static MediaPacket Rounded(MediaPacket packet) =>
        packet with
        {
            Timestamp = MediaTime.FromMilliseconds(
                (packet.Timestamp + new MediaTime(500_000)).TotalMilliseconds
            ),
            Duration = packet.Duration is { } time
                ? MediaTime.FromMilliseconds((time + new MediaTime(500_000)).TotalMilliseconds)
                : null,
        };
}
