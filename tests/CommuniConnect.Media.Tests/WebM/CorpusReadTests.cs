using System.Text.Json;
using CommuniConnect.Media.Codecs;
using CommuniConnect.Media.WebM;

namespace CommuniConnect.Media.Tests.WebM;

/// <summary>Every Matroska file of the corpus gives what its index says.</summary>
public sealed class CorpusReadTests
{
    private const string Folder = "edge-webm-mkv/";

    // Where the index leaves the outcome open or the reader does less than another could, and why.
    private static readonly Dictionary<string, Dictionary<int, int>> OtherFrames = new(
        StringComparer.Ordinal
    )
    {
        // A compressed track is refused, as the note allows: it is told as damage, and no compressed byte reaches a player.
        [Folder + "pubA_contentcomp_zlib.mkv"] = new() { [2] = 151 },
        [Folder + "pubC_contentcomp_zlib.mkv"] = new() { [2] = 151 },
    };

    // Class reject, yet read: each is refused elsewhere or has nothing to refuse.
    private static readonly HashSet<string> ReadThoughReject = new(StringComparer.Ordinal)
    {
        // Nothing came, so nothing is wrong yet: the caller sees that there are no tracks.
        Folder + "pubA_empty.webm",
        Folder + "pubC_empty.mkv",
        // The reader carries any codec; WebMCodecs.IsSupported refuses this one.
        Folder + "pubA_unsupported_codec.webm",
        Folder + "pubC_unsupported_codec.mkv",
        // Every Cluster is refused with the rule it breaks, and none of its frames comes out; a later good Cluster could still be read.
        Folder + "pubA_cluster_ts_after_blocks.webm",
        Folder + "pubC_cluster_ts_after_blocks.mkv",
    };

    public static IEnumerable<TheoryDataRow<string>> All => Corpus.Matroska();

    public static IEnumerable<TheoryDataRow<string>> Good => Corpus.Matroska("valid", "edge");

    public static IEnumerable<TheoryDataRow<string>> Truncated => Corpus.Matroska("truncated");

    public static IEnumerable<TheoryDataRow<string>> Recover => Corpus.Matroska("recover");

    public static IEnumerable<TheoryDataRow<string>> Reject => Corpus.Matroska("reject");

    public static IEnumerable<TheoryDataRow<string>> Bombs => Corpus.Matroska("bomb");

    public static IEnumerable<TheoryDataRow<string>> Captures =>
        Corpus.Matroska("capture", "third-party");

    [Theory]
    [MemberData(nameof(Good))]
    public void Good_file_gives_every_frame(string path)
    {
        var entry = Corpus.Entry(path);
        var log = ReadLog.Whole(Corpus.Read(path));
        Assert.Null(log.Rejection);
        if (Expected(entry) is { } frames)
            Assert.Equal(frames, log.Frames);
        if (entry.Class == "valid")
        {
            Assert.Empty(log.Damages);
            Assert.True(log.EndsCleanly);
        }
    }

    [Theory]
    [MemberData(nameof(Truncated))]
    public void Cut_file_gives_every_whole_frame_before_the_cut(string path)
    {
        var log = ReadLog.Whole(Corpus.Read(path));
        Assert.Null(log.Rejection);
        Assert.Empty(log.Damages);
        Assert.Equal(Corpus.Entry(path).Frames!, log.Frames);
    }

    [Theory]
    [MemberData(nameof(Recover))]
    public void Damaged_file_gives_every_frame_not_hit_and_tells_where(string path)
    {
        var entry = Corpus.Entry(path);
        var bytes = Corpus.Read(path);
        var log = ReadLog.Whole(bytes);
        Assert.Null(log.Rejection);
        if (entry.Frames is { } frames)
            Assert.Equal(frames, log.Frames);
        AssertKeepsWhatWasNotHit(path, bytes, log);
    }

    [Theory]
    [MemberData(nameof(Reject))]
    public void Unfit_file_is_refused_with_the_rule_it_breaks(string path)
    {
        var bytes = Corpus.Read(path);
        var clock = ThreadCpu.Start();
        var log = ReadLog.Whole(bytes);
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(1));
        if (!ReadThoughReject.Contains(path))
        {
            Assert.NotNull(log.Rejection);
            Assert.EndsWith(".", log.Rejection.Value.Rule, StringComparison.Ordinal);
            Assert.Empty(log.Packets);
            return;
        }
        var isUnsupported = log.Tracks.Any(tracks =>
            tracks.Any(track => !WebMCodecs.IsSupported(track))
        );
        Assert.True(isUnsupported || log.Packets.Count == 0);
    }

    [Theory]
    [MemberData(nameof(Bombs))]
    public void Bomb_stays_within_memory_and_time(string path)
    {
        var entry = Corpus.Entry(path);
        var bytes = Corpus.Read(path);
        var clock = ThreadCpu.Start();
        var before = GC.GetAllocatedBytesForCurrentThread();
        var reader = new WebMReader();
        for (var at = 0; at < bytes.Length; at += 4096)
        {
            reader.Push(bytes.AsSpan(at, Math.Min(4096, bytes.Length - at)));
            WebMReadResult result;
            do result = reader.Read();
            while (result is not (WebMReadResult.NeedsMore or WebMReadResult.Rejected));
        }
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 64 << 20);
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(2));
        if (entry.Frames is { } frames)
            Assert.Equal(frames, ReadLog.Whole(bytes).Frames);
    }

    [Theory]
    [MemberData(nameof(Captures))]
    public void Real_file_gives_as_many_packets_as_ffprobe(string path)
    {
        var entry = Corpus.Entry(path);
        var log = ReadLog.Whole(Corpus.Read(path));
        // Where ffprobe complains, its count is no measure.
        if (!string.IsNullOrEmpty(entry.FirstProbeError) || log.Rejection is not null)
            return;
        // Subtitles are often compressed, and then left out.
        var kinds = log.Tracks[0].ToDictionary(track => track.Number, track => track.Kind);
        var expected = entry
            .ProbeStreams.Where(stream => !stream.StartsWith("subtitle", StringComparison.Ordinal))
            .Select(PacketsOf);
        var found = log
            .Frames.Where(pair => kinds[pair.Key] != TrackKind.Other)
            .Select(pair => pair.Value);
        Assert.Equal(expected.Where(count => count > 0).Order(), found.Order());
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Any_chunking_gives_the_same(string path)
    {
        var bytes = Corpus.Read(path);
        var whole = ReadLog.Whole(bytes);
        Assert.Equal(whole.Lines, ReadLog.ByteByByte(bytes).Lines);
        foreach (var split in Splits(bytes.Length, whole))
            Assert.Equal(whole.Lines, ReadLog.Of(bytes, [split, bytes.Length - split]).Lines);
    }

    [Fact]
    public void Blobs_of_Chromium_give_the_same_as_the_whole_file()
    {
        using var cases = JsonDocument.Parse(Corpus.Read("browser/chromium_chunks.json"));
        foreach (var item in cases.RootElement.EnumerateObject())
        {
            var path = $"browser/chromium_{item.Name}.{item.Value.GetProperty("ext").GetString()}";
            // fragmented MP4 is another reader's, and the blobs of the seekable file are written to places, not one behind the other
            if (
                path.EndsWith(".mp4", StringComparison.Ordinal)
                || item.Name.StartsWith("wc_seekable", StringComparison.Ordinal)
            )
                continue;
            var bytes = Corpus.Read(path);
            var blobs = item
                .Value.GetProperty("chunks")
                .EnumerateArray()
                .Select(chunk => chunk[1].GetInt32());
            Assert.Equal(ReadLog.Whole(bytes).Lines, ReadLog.Of(bytes, blobs).Lines);
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Reading_goes_on_from_any_position_without_loss_or_double(string path)
    {
        var bytes = Corpus.Read(path);
        var whole = ReadLog.ByteByByte(bytes);
        var stride = Math.Max(
            1,
            whole.Positions.Count / Math.Clamp(3_000_000 / (bytes.Length + 1), 4, 60)
        );
        Span<byte> stored = stackalloc byte[WebMPosition.SizeBytes];
        for (var i = 0; i < whole.Positions.Count; i += stride)
        {
            var (position, packets, tracks) = whole.Positions[i];
            position.Write(stored);
            var reader = WebMReader.Resume(tracks, WebMPosition.Read(stored));
            var rest = bytes[(int)position.OffsetBytes..];
            var log = ReadLog.Of(rest, [rest.Length], reader);
            Assert.Equal(
                whole.Packets.Skip(packets).Select(ReadLog.Line),
                log.Packets.Select(ReadLog.Line)
            );
        }
    }

    private static IReadOnlyDictionary<int, int>? Expected(CorpusEntry entry) =>
        OtherFrames.TryGetValue(entry.Path, out var frames) ? frames : entry.Frames;

    private static int PacketsOf(string stream)
    {
        var words = stream.Split(' ');
        return int.Parse(words[^2], System.Globalization.CultureInfo.InvariantCulture);
    }

    // All splits of a small file; of a larger one some hundred, most of them beside where an element begins.
    private static IEnumerable<int> Splits(int length, ReadLog whole)
    {
        if (length <= 600)
            return Enumerable.Range(0, length);
        var places = Math.Clamp(300_000 / length, 1, 6);
        var stride = Math.Max(1, whole.Positions.Count / places);
        return whole
            .Positions.Where((_, i) => i % stride == 0)
            .SelectMany(item => Enumerable.Range((int)item.Position.OffsetBytes - 2, 16))
            .Concat(
                Enumerable
                    .Range(1, places * 3)
                    .Select(i => (int)((long)length * i / ((places * 3) + 1)))
            )
            .Where(split => split > 0 && split < length)
            .Distinct();
    }

    // These were made from the live file of the same family, so the bytes in which they differ from it are the hit.
    private static void AssertKeepsWhatWasNotHit(string path, byte[] damaged, ReadLog log)
    {
        string[] simple = ["bitflip", "bytes_lost", "random_in_middle", "tail_"];
        if (!simple.Any(kind => path.Contains(kind, StringComparison.Ordinal)))
            return;
        var family = path.Contains("pubA", StringComparison.Ordinal)
            ? "pubA_live_unknown_all.webm"
            : "pubC_live_unknown_all.mkv";
        var original = Corpus.Read(Folder + family);
        var hits = Hits(original, damaged);
        var intact = ReadLog.ByteByByte(original);
        var found = log.Packets.Select(ReadLog.Line).ToHashSet();
        var first = intact
            .Positions.First(item => item.Position.Level == WebMLevel.Cluster)
            .Position.ClusterStartBytes;
        // A bit that flips inside a frame shows nowhere, one in an id may make it an unknown element, and garbage at the end may look like
        // the start of one that is still to come.
        Assert.True(
            log.Damages.Count > 0
                || !log.EndsCleanly
                || log.Packets.Count >= intact.Packets.Count - hits.Count
        );
        var counted = 0;
        foreach (var (position, packets, _) in intact.Positions)
        {
            // Lost may be what comes after a hit up to the end of its Cluster; a hit in the head may make it reach into the first.
            var cluster = position.ClusterStartBytes;
            var isHit = hits.Any(hit =>
                (hit >= cluster - 12 && hit < position.OffsetBytes)
                || (hit < first && cluster == first)
            );
            for (; counted < packets; counted++)
                Assert.True(
                    isHit || found.Contains(ReadLog.Line(intact.Packets[counted])),
                    $"Packet {counted} is lost."
                );
        }
    }

    private static List<int> Hits(byte[] original, byte[] damaged)
    {
        if (original.Length == damaged.Length)
            return [.. Enumerable.Range(0, original.Length).Where(i => original[i] != damaged[i])];
        var start = original.AsSpan().CommonPrefixLength(damaged);
        var same = 0;
        while (
            same < Math.Min(original.Length, damaged.Length) - start
            && original[^(same + 1)] == damaged[^(same + 1)]
        )
            same++;
        return [.. Enumerable.Range(start, Math.Max(1, original.Length - same - start))];
    }
}
