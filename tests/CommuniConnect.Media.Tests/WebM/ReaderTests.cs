using CommuniConnect.Media.WebM;
using static CommuniConnect.Media.Tests.WebM.Elements;

namespace CommuniConnect.Media.Tests.WebM;

public sealed class ReaderTests
{
    private static readonly byte[] ClusterAt5 = [.. Open(Cluster), .. UInt(0xE7, 5)];

    /// <summary>Content of a block behind track and time, its flags first, and the frames in it.</summary>
    public static TheoryData<string, string, string[]> Laces =>
        new()
        {
            { "one frame without lacing", "00 AABB", ["AABB"] },
            {
                "Xiph: sizes 1 and 2, the rest is the last",
                "02 02 01 02 AA BBBB CCCCCC",
                ["AA", "BBBB", "CCCCCC"]
            },
            {
                "Xiph: 255 goes on in the next octet",
                "02 01 FF 00 " + new string('A', 510) + " BB",
                [new string('A', 510), "BB"]
            },
            {
                "EBML: size 2, one more, then the rest",
                "06 02 82 C0 AAAA BBB0B0 CC",
                ["AAAA", "BBB0B0", "CC"]
            },
            {
                "EBML: size 2, one less, then the rest",
                "06 02 82 BE AAAA BB CC",
                ["AAAA", "BB", "CC"]
            },
            { "fixed: three of two bytes", "04 02 AAAA BBBB CCCC", ["AAAA", "BBBB", "CCCC"] },
        };

    [Theory]
    [MemberData(nameof(Laces))]
    public void Laced_block_gives_its_frames(string name, string hex, string[] frames)
    {
        Assert.NotEmpty(name);
        var log = Read([.. Head, .. ClusterAt5, .. Block(hex)]);
        Assert.Empty(log.Damages);
        Assert.Equal(
            frames,
            log.Packets.Select(packet => Convert.ToHexString(packet.Payload.Span))
        );
    }

    [Theory]
    [InlineData("02")] // no count
    [InlineData("02 01 FF")] // sum goes on behind the end
    [InlineData("02 01 05 AA")] // first frame larger than the block
    [InlineData("06 02 82 80 AAAA BB")] // negative size
    [InlineData("04 01 AAAABB")] // no two equal frames in three bytes
    [InlineData("00")] // no frame
    [InlineData("04 00")] // no frame in a lace
    public void Block_that_breaks_its_own_sizes_is_damage_and_the_next_is_read(string hex)
    {
        var log = Read([.. Head, .. ClusterAt5, .. Block(hex), .. SimpleBlock(9)]);
        Assert.Equal(Head.Length + ClusterAt5.Length, Assert.Single(log.Damages).OffsetBytes);
        Assert.Equal(9, Assert.Single(log.Packets).Payload.Length);
    }

    [Theory]
    [InlineData("V_VP8", 20, new[] { 5, 25, 45 })] // DefaultDuration
    [InlineData("A_OPUS", 0, new[] { 5, 15, 25 })] // the packets say 10 ms
    [InlineData("V_VP8", 0, new[] { 5, 5, 5 })] // nothing says
    public void Frames_of_a_lace_follow_one_another_in_time(
        string codec,
        int defaultMilliseconds,
        int[] expected
    )
    {
        var track = Of(
            0xAE,
            UInt(0xD7, 1),
            UInt(0x83, 2),
            Text(0x86, codec),
            Of(0x23E383, Nanoseconds(defaultMilliseconds))
        );
        var log = Read([
            .. Header,
            .. Open(Segment),
            .. Of(Tracks, track),
            .. ClusterAt5,
            .. Block("04 02 00AA 00BB 00CC"),
        ]);
        Assert.Equal(
            expected,
            log.Packets.Select(packet => (int)packet.Timestamp.TotalMilliseconds)
        );
    }

    [Fact]
    public void Position_stays_before_a_laced_block_until_its_last_frame()
    {
        var reader = new WebMReader();
        byte[] start = [.. Head, .. ClusterAt5];
        reader.Push([.. start, .. Block("04 02 AA BB CC"), .. SimpleBlock(3)]);
        Assert.Equal(WebMReadResult.Tracks, reader.Read());
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(WebMReadResult.Packet, reader.Read());
            Assert.Equal(i < 2, reader.Position.OffsetBytes == start.Length);
        }
    }

    [Fact]
    public void Block_group_without_reference_is_a_keyframe_and_with_one_is_not()
    {
        var block = Of(0xA1, Convert.FromHexString("81000000AA"));
        byte[] groups =
        [
            .. Of(0xA0, block),
            .. Of(0xA0, block, Of(0xFB, [0xFF])),
            .. Of(0xA0, UInt(0x9B, 40), block, Of(0x75A2, [0xFF, 0x00])),
        ];
        var log = Read([.. Head, .. ClusterAt5, .. groups]);
        Assert.Equal([true, false, true], log.Packets.Select(packet => packet.IsKeyframe));
        Assert.Equal(MediaTime.FromMilliseconds(40), log.Packets[2].Duration);
        Assert.Equal(new MediaTime(-256), log.Packets[2].DiscardPadding);
    }

    [Fact]
    public void Sound_is_a_keyframe_whatever_its_flag_says()
    {
        var track = Of(0xAE, UInt(0xD7, 1), UInt(0x83, 2), Text(0x86, "A_OPUS"));
        var log = Read([
            .. Header,
            .. Open(Segment),
            .. Of(Tracks, track),
            .. ClusterAt5,
            .. Block("00 AA"),
        ]);
        Assert.True(Assert.Single(log.Packets).IsKeyframe);
    }

    [Fact]
    public void Wrong_checksum_of_a_cluster_is_damage_and_its_frames_are_kept()
    {
        byte[] content = [.. UInt(0xE7, 0), .. SimpleBlock(5)];
        var log = Read([
            .. Head,
            .. Of(Cluster, Of(0xBF, [1, 2, 3, 4]), content),
            .. ClusterAt5,
            .. SimpleBlock(6),
        ]);
        Assert.Equal([5, 6], log.Packets.Select(packet => packet.Payload.Length));
        Assert.Equal(Head.Length + 12, Assert.Single(log.Damages).OffsetBytes);
    }

    [Fact]
    public void Files_with_checksums_of_ffmpeg_are_read_without_damage()
    {
        var log = ReadLog.Whole(Corpus.Sample("checksums_vp8_opus.mkv"));
        Assert.Empty(log.Damages);
        Assert.Equal(
            MediaTime.FromMilliseconds(1228),
            log.DeclaredDuration!.Value,
            (a, b) => Math.Abs((a - b).TotalMilliseconds) <= 30
        );
    }

    [Fact]
    public void Second_stream_behind_the_first_gives_its_own_tracks()
    {
        byte[] second =
        [
            .. Header,
            .. Open(Segment),
            .. Of(Tracks, Entry(2)),
            .. ClusterAt5,
            .. SimpleBlock(8, track: 2),
        ];
        var log = Read([.. Head, .. ClusterAt5, .. SimpleBlock(7), .. second]);
        Assert.Equal([1, 2], log.Tracks.Select(tracks => tracks[0].Number));
        Assert.Equal([1, 2], log.Packets.Select(packet => packet.TrackNumber));
        Assert.Empty(log.Damages);
    }

    [Fact]
    public void Block_of_an_undeclared_track_is_damage_and_the_next_is_read()
    {
        var log = Read([.. Head, .. ClusterAt5, .. SimpleBlock(7, track: 2), .. SimpleBlock(8)]);
        Assert.Single(log.Damages);
        Assert.Single(log.Packets);
    }

    [Fact]
    public void Block_whose_size_swallows_the_next_clusters_is_left_out_and_they_are_read()
    {
        byte[] broken = [.. Claim(0xA3, 1_000_000), 0x81, 0, 0, 0x80, 1, 2, 3];
        var reader = new WebMReader();
        reader.Push([
            .. Head,
            .. ClusterAt5,
            .. broken,
            .. ClusterAt5,
            .. SimpleBlock(8),
            .. new byte[40],
        ]);
        Assert.Equal(WebMReadResult.Tracks, reader.Read());
        Assert.Equal(WebMReadResult.Damage, reader.Read());
        Assert.Equal(Head.Length + ClusterAt5.Length, reader.Error.OffsetBytes);
        Assert.Equal(WebMReadResult.Packet, reader.Read());
        Assert.Equal(8, reader.Packet.Payload.Length);
    }

    [Fact]
    public void Frame_that_holds_the_id_of_a_cluster_by_chance_is_kept()
    {
        byte[] payload = [.. Open(Cluster), 0xE7, 0x00, .. Filled(100)];
        var log = Read([
            .. Head,
            .. ClusterAt5,
            .. Of(0xA3, [0x81, 0, 0, 0x80], payload),
            .. SimpleBlock(3),
        ]);
        Assert.Empty(log.Damages);
        Assert.Equal(2, log.Packets.Count);
    }

    [Fact]
    public void Segment_that_is_declared_too_short_loses_no_frame()
    {
        byte[] tracks = Of(Tracks, Entry(1));
        var cluster = Of(Cluster, UInt(0xE7, 5), SimpleBlock(4));
        var log = Read([
            .. Header,
            .. Claim(Segment, tracks.Length + 3),
            .. tracks,
            .. cluster,
            .. cluster,
        ]);
        Assert.Equal(2, log.Packets.Count);
        Assert.Single(log.Damages);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Finished_file_ends_cleanly_only_when_whole(bool isWhole)
    {
        var file = Corpus.Sample("finished_vp9_opus.webm");
        Assert.Equal(isWhole, ReadLog.Whole(isWhole ? file : file[..^1]).EndsCleanly);
    }

    [Fact]
    public void Rejection_stays_and_takes_no_more_memory()
    {
        var reader = new WebMReader();
        reader.Push("<html>"u8);
        Assert.Equal(WebMReadResult.Rejected, reader.Read());
        var error = reader.Error;
        Assert.Equal(0, error.OffsetBytes);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
            reader.Push(Head);
        var result = reader.Read();
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.Equal(WebMReadResult.Rejected, result);
        Assert.Equal(error, reader.Error);
        Assert.True(allocated < 10_000);
    }

    [Fact]
    public void Compressed_track_is_told_and_left_out()
    {
        var compressed = Entry(2, Of(0x6D80, Of(0x6240, [])));
        var log = Read([.. Header, .. Open(Segment), .. Of(Tracks, Entry(1), compressed)]);
        Assert.Equal(1, Assert.Single(Assert.Single(log.Tracks)).Number);
        Assert.Contains("Track 2", Assert.Single(log.Damages).Rule, StringComparison.Ordinal);
        Assert.NotNull(Read([.. Header, .. Open(Segment), .. Of(Tracks, compressed)]).Rejection);
    }

    private static ReadLog Read(byte[] bytes)
    {
        var whole = ReadLog.Whole(bytes);
        Assert.Equal(whole.Lines, ReadLog.ByteByByte(bytes).Lines);
        return whole;
    }

    private static byte[] Block(string hex) =>
        Of(
            0xA3,
            [0x81, 0, 0],
            Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal))
        );

    private static byte[] Nanoseconds(int milliseconds)
    {
        var value = milliseconds * 1_000_000;
        return [(byte)(value >> 24), (byte)(value >> 16), (byte)(value >> 8), (byte)value];
    }
}
