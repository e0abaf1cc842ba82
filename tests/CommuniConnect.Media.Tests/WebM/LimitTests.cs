using CommuniConnect.Media.WebM;
using static CommuniConnect.Media.Tests.WebM.Elements;

namespace CommuniConnect.Media.Tests.WebM;

/// <summary>Every budget holds at its limit and bites one over.</summary>
public sealed class LimitTests
{
    [Theory]
    [InlineData(0, true)]
    [InlineData(1, false)]
    public void Header_of_its_limit_is_read_and_one_over_is_refused(int over, bool isRead)
    {
        var docType = Text(0x4282, "webm");
        var header = Of(
            EbmlId,
            docType,
            Padding(WebMLimits.MaxHeaderBytes - docType.Length + over)
        );
        Check(isRead, [.. header, .. Open(Segment), .. Of(Tracks, Entry(1))]);
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(1, false)]
    public void Info_of_its_limit_is_read_and_one_over_is_refused(int over, bool isRead) =>
        Check(
            isRead,
            [
                .. Header,
                .. Open(Segment),
                .. Of(Info, Padding(WebMLimits.MaxInfoBytes + over)),
                .. Of(Tracks, Entry(1)),
            ]
        );

    [Theory]
    [InlineData(0, true)]
    [InlineData(1, false)]
    public void Tracks_of_its_limit_is_read_and_one_over_is_refused(int over, bool isRead)
    {
        var entry = Entry(1, Of(0x63A2, Filled(1000)));
        var rest = WebMLimits.MaxTracksBytes - (entry.Length - 1000);
        Check(isRead, [.. Header, .. Open(Segment), .. Of(Tracks, entry, Padding(rest + over))]);
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(1, false)]
    public void Codec_private_of_its_limit_is_read_and_one_over_is_refused(int over, bool isRead)
    {
        var entry = Entry(1, Of(0x63A2, Filled(WebMLimits.MaxCodecPrivateBytes + over)));
        Check(isRead, [.. Header, .. Open(Segment), .. Of(Tracks, entry)]);
        var track = new Track
        {
            Number = 1,
            Kind = TrackKind.Video,
            CodecId = "V_VP9",
            CodecPrivate = Filled(WebMLimits.MaxCodecPrivateBytes + over),
        };
        Assert.Equal(isRead, Record.Exception(() => WebMStream.Header([track])) is null);
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(1, false)]
    public void Sixteen_tracks_are_read_and_one_over_is_refused(int over, bool isRead)
    {
        var entries = Enumerable
            .Range(1, WebMLimits.MaxTracks + over)
            .Select(number => Entry((byte)number))
            .ToArray();
        Check(isRead, [.. Header, .. Open(Segment), .. Of(Tracks, entries)]);
        var tracks = Enumerable
            .Range(1, WebMLimits.MaxTracks + over)
            .Select(number => new Track
            {
                Number = number,
                Kind = TrackKind.Video,
                CodecId = "V_VP8",
            });
        Assert.Equal(isRead, Record.Exception(() => WebMStream.Header([.. tracks])) is null);
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(1, false)]
    public void Picture_of_the_largest_size_is_read_and_one_over_is_refused(int over, bool isRead)
    {
        var side = WebMLimits.MaxPixels + over;
        var video = Of(
            0xE0,
            Of(0xB0, [(byte)(side >> 16), (byte)(side >> 8), (byte)side]),
            UInt(0xBA, 1)
        );
        Check(isRead, [.. Header, .. Open(Segment), .. Of(Tracks, Entry(1, video))]);
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(1, false)]
    public void Block_of_its_limit_is_read_and_one_over_is_left_out(int over, bool isRead)
    {
        byte[] stream =
        [
            .. Head,
            .. Open(Cluster),
            .. UInt(0xE7, 0),
            .. SimpleBlock(WebMLimits.MaxBlockBytes - 4 + over),
            .. NextCluster,
        ];
        CheckBlock(isRead, stream);
        var packet = new MediaPacket
        {
            TrackNumber = 1,
            Timestamp = default,
            IsKeyframe = true,
            Payload = Filled(WebMLimits.MaxBlockBytes - 4 + over),
        };
        Assert.Equal(isRead, Record.Exception(() => WebMStream.Cluster([packet])) is null);
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(1, false)]
    [InlineData(14, false)]
    [InlineData(24, true)]
    public void Group_that_is_read_can_be_written_though_its_times_grow(int below, bool isRead)
    {
        byte[] times = [0x9B, 0x81, 1, 0x75, 0xA2, 0x81, 1]; // BlockDuration, DiscardPadding: a byte each
        var block = SimpleBlock(WebMLimits.MaxBlockBytes - below - times.Length - 9)[9..];
        byte[] group = [0xA1, .. Short(block.Length), .. block, .. times];
        Assert.Equal(WebMLimits.MaxBlockBytes - below, group.Length);
        byte[] stream =
        [
            .. Head,
            .. Open(Cluster),
            .. UInt(0xE7, 0),
            .. Of(0xA0, group),
            .. NextCluster,
        ];

        CheckBlock(isRead, stream);
        if (isRead)
        {
            Assert.NotEmpty(WebMStream.Cluster(ReadLog.Whole(stream).Packets));
        }

        static byte[] Short(int size) =>
            [(byte)(0x10 | size >> 24), (byte)(size >> 16), (byte)(size >> 8), (byte)size];
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(1, false)]
    public void Cluster_of_its_limit_is_read_and_one_over_is_left_out(int over, bool isRead)
    {
        var timestamp = UInt(0xE7, 0);
        var block = SimpleBlock(10);
        var padding = Padding(WebMLimits.MaxClusterBytes - timestamp.Length - block.Length + over);
        CheckBlock(isRead, [.. Head, .. Of(Cluster, timestamp, padding, block), .. NextCluster]);
        CheckBlock(
            isRead,
            [.. Head, .. Open(Cluster), .. timestamp, .. padding, .. block, .. NextCluster]
        );
    }

    [Fact]
    public void Id_of_four_bytes_is_stepped_over_and_of_five_is_damage()
    {
        byte[] four = [0x10, 0x20, 0x30, 0x41, 0x81, 0];
        byte[] five = [0x08, 0x20, 0x30, 0x41, 0x51, 0x81, 0];
        byte[] start = [.. Head, .. Open(Cluster), .. UInt(0xE7, 0)];
        CheckBlock(isRead: true, [.. start, .. four, .. SimpleBlock(10), .. NextCluster]);
        CheckBlock(isRead: false, [.. start, .. five, .. SimpleBlock(10), .. NextCluster]);
    }

    [Fact]
    public void Size_of_eight_bytes_is_read_and_of_nine_is_damage()
    {
        byte[] start = [.. Head, .. Open(Cluster), .. UInt(0xE7, 0)];
        byte[] nine = [0xEC, 0x00, 0x80, 0, 0, 0, 0, 0, 0, 0];
        CheckBlock(isRead: true, [.. start, .. Padding(9), .. SimpleBlock(10), .. NextCluster]);
        CheckBlock(isRead: false, [.. start, .. nine, .. SimpleBlock(10), .. NextCluster]);
    }

    [Fact]
    public void Elements_of_any_depth_are_stepped_over_by_their_size()
    {
        var nested = Array.Empty<byte>();
        for (var depth = 0; depth < 2000; depth++)
            nested = Of(0x67C8, nested);
        CheckBlock(
            isRead: true,
            [
                .. Head,
                .. Of(0x1254C367, nested),
                .. Open(Cluster),
                .. UInt(0xE7, 0),
                .. SimpleBlock(10),
                .. NextCluster,
            ]
        );
    }

    [Theory]
    [InlineData(0xA3, 1L << 31)]
    [InlineData(0xA3, (1L << 56) - 2)]
    [InlineData(0xEC, (1L << 56) - 2)]
    [InlineData(0x4444, 1L << 40)]
    public void Size_that_is_only_claimed_takes_no_memory(uint id, long size)
    {
        byte[] stream =
        [
            .. Head,
            .. Open(Cluster),
            .. UInt(0xE7, 0),
            .. Claim(id, size),
            .. new byte[1000],
        ];
        var before = GC.GetAllocatedBytesForCurrentThread();
        ReadLog.Whole(stream);
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 200_000);
    }

    [Fact]
    public void Largest_block_byte_by_byte_takes_time_in_proportion()
    {
        byte[] stream =
        [
            .. Head,
            .. Open(Cluster),
            .. UInt(0xE7, 0),
            .. SimpleBlock(WebMLimits.MaxBlockBytes - 4),
        ];
        var before = GC.GetAllocatedBytesForCurrentThread();
        var reader = new WebMReader();
        var packets = 0;
        foreach (var octet in stream)
        {
            reader.Push([octet]);
            WebMReadResult result;
            while ((result = reader.Read()) != WebMReadResult.NeedsMore)
                packets += result == WebMReadResult.Packet ? 1 : 0;
        }
        Assert.Equal(1, packets);
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 64 << 20);
    }

    private static byte[] NextCluster => [.. Open(Cluster), .. UInt(0xE7, 9), .. SimpleBlock(20)];

    private static void Check(bool isRead, byte[] stream)
    {
        var log = ReadLog.Whole(stream);
        Assert.Equal(isRead, log.Tracks.Count == 1);
        Assert.Equal(isRead, log.Rejection is null);
    }

    // The block under test comes or is told as damage; the Cluster behind it comes in any case.
    private static void CheckBlock(bool isRead, byte[] stream)
    {
        var log = ReadLog.Of(stream, Pieces(stream.Length));
        Assert.Null(log.Rejection);
        Assert.Equal(isRead ? 2 : 1, log.Packets.Count);
        Assert.Equal(isRead ? 0 : 1, log.Damages.Count);
        Assert.Equal(20, log.Packets[^1].Payload.Length);
    }

    private static IEnumerable<int> Pieces(int length)
    {
        const int piece = 60_000;
        for (; length > piece; length -= piece)
            yield return piece;
        yield return length;
    }
}
