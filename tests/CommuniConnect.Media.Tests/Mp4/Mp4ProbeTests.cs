using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using CommuniConnect.Media.Mp4;

namespace CommuniConnect.Media.Tests.Mp4;

public sealed class Mp4ProbeTests
{
    // What plays in ffprobe and is refused here, and why.
    private static readonly Dictionary<string, string> Refused = new(StringComparer.Ordinal)
    {
        ["pubA_no_ftyp.mp4"] = "ftyp", // it tells an MP4 from its relatives, and every maker of MP4 writes it
        ["pubA_child_size_0_loop.mp4"] = "8 bytes", // class bomb
        ["pubA_box_size_3.mp4"] = "8 bytes", // a browser stops there as well
    };

    // Class reject for a live, where nothing can be decoded before its head comes; the finished file has all, and ffprobe plays it.
    private const string PlayedThoughReject = "pubA_mdat_before_moov.mp4";

    public static IEnumerable<TheoryDataRow<string>> All => Corpus.OfKind(".mp4", ".m4s");

    [Theory]
    [InlineData("finished_avc_aac.mp4", false)]
    [InlineData("fragmented_avc_aac.mp4", true)]
    public void Own_file_is_playable_with_its_size_and_duration(string name, bool isFragmented)
    {
        var summary = Playable(Corpus.Sample(name));
        Assert.Equal(
            (true, true, 64, 48, isFragmented, false),
            (
                summary.HasVideo,
                summary.HasAudio,
                summary.Width,
                summary.Height,
                summary.IsFragmented,
                summary.IsCut
            )
        );
        Assert.InRange(summary.Duration.TotalMilliseconds, 1180, 1260);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Shared_file_is_told_playable_or_names_the_rule_it_breaks(string path)
    {
        var entry = Corpus.Entry(path);
        var clock = ThreadCpu.Start();
        var before = GC.GetAllocatedBytesForCurrentThread();
        var bytes = Corpus.Read(path);
        var isPlayable = Probe(bytes, out var summary, out var error);
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(1));
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < bytes.Length + 100_000);
        Assert.Equal(isPlayable, error.Rule is null);
        if (Refused.TryGetValue(Path.GetFileName(path), out var word))
            Assert.Contains(word, error.Rule, StringComparison.Ordinal);
        else if (
            entry.Class is "valid" or "edge" or "capture"
            && path.EndsWith(".mp4", StringComparison.Ordinal)
            && !path.EndsWith("init.mp4", StringComparison.Ordinal)
        )
            AssertAgreesWithProbe(entry, isPlayable, summary);
        else if (
            path.EndsWith(".m4s", StringComparison.Ordinal)
            || path.EndsWith("init.mp4", StringComparison.Ordinal)
            || (
                entry.Class == "reject"
                && !path.EndsWith(PlayedThoughReject, StringComparison.Ordinal)
            )
        )
            Assert.False(isPlayable);
    }

    [Fact]
    public void Fragmented_file_cut_anywhere_plays_after_its_first_fragment()
    {
        var bytes = Corpus.Sample("fragmented_avc_aac.mp4");
        var played = 0;
        for (var cut = 0; cut < bytes.Length; cut++)
        {
            var isPlayable = Probe(bytes[..cut], out _, out _);
            Assert.False(played > 0 && !isPlayable, "What played does not play with more of it.");
            played += isPlayable ? 1 : 0;
        }
        Assert.InRange(played, bytes.Length / 3, bytes.Length - 1000);
    }

    [Fact]
    public void Plain_file_that_is_cut_is_refused()
    {
        var bytes = Corpus.Sample("finished_avc_aac.mp4");
        for (var cut = 0; cut < bytes.Length; cut += 7)
            Assert.False(Probe(bytes[..cut], out _, out _));
    }

    [Theory]
    [InlineData(0, "has to have a video")]
    [InlineData(1, "8 deep")]
    public void Boxes_of_the_deepest_level_are_read_and_one_over_is_refused(int over, string rule)
    {
        var nested = Array.Empty<byte>();
        for (var depth = 1; depth < Mp4Limits.MaxDepth + over; depth++)
            nested = Box(depth == Mp4Limits.MaxDepth - 1 + over ? "moov" : "minf", nested);
        AssertRefused([.. Box("ftyp"), .. nested], rule);
    }

    [Theory]
    [InlineData(0, "has to have a video")]
    [InlineData(1, "16 tracks")]
    public void Sixteen_tracks_are_read_and_one_over_is_refused(int over, string rule)
    {
        var tracks = Enumerable
            .Repeat(Box("trak"), Mp4Limits.MaxTracks + over)
            .SelectMany(box => box)
            .ToArray();
        AssertRefused([.. Box("ftyp"), .. Box("moov", tracks)], rule);
    }

    [Theory]
    [InlineData(0, "has to have moov")]
    [InlineData(1, "million boxes")]
    public void Million_boxes_are_read_and_one_over_is_refused(int over, string rule)
    {
        var free = Box("free");
        var bytes = new byte[8L * (Mp4Limits.MaxBoxes + over)];
        for (var at = 0; at < bytes.Length; at += 8)
            free.CopyTo(bytes, at);
        Box("ftyp").CopyTo(bytes, 0);
        AssertRefused(bytes, rule);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(7)]
    public void Box_under_eight_bytes_is_refused(byte size) =>
        AssertRefused([.. Box("ftyp"), .. Box("moov", [0, 0, 0, size, 1, 2, 3, 4])], "8 bytes");

    [Fact]
    public void Any_flipped_byte_ends_in_an_answer()
    {
        foreach (var name in new[] { "finished_avc_aac.mp4", "fragmented_avc_aac.mp4" })
        {
            var bytes = Corpus.Sample(name);
            for (var at = 0; at < Math.Min(3000, bytes.Length); at++)
            {
                foreach (var value in new byte[] { 0x00, 0xFF, 0x01 })
                {
                    var mutated = bytes.ToArray();
                    mutated[at] = value;
                    Probe(mutated, out _, out _);
                }
            }
        }
    }

    private static void AssertAgreesWithProbe(
        CorpusEntry entry,
        bool isPlayable,
        Mp4Summary summary
    )
    {
        Assert.True(isPlayable);
        var video = entry.ProbeStreams.FirstOrDefault(stream =>
            stream.StartsWith("video", StringComparison.Ordinal)
        );
        Assert.Equal(video is not null, summary.HasVideo);
        Assert.Equal(
            entry.ProbeStreams.Any(stream => stream.StartsWith("audio", StringComparison.Ordinal)),
            summary.HasAudio
        );
        if (video is not null)
            Assert.Equal(
                video.Split(' ')[2],
                string.Create(CultureInfo.InvariantCulture, $"{summary.Width}x{summary.Height}")
            );
        if (!entry.Path.Contains("jump_ahead", StringComparison.Ordinal))
            Assert.InRange(summary.Duration.TotalMilliseconds, 2500, 5000);
    }

    private static Mp4Summary Playable(byte[] bytes)
    {
        Assert.True(Probe(bytes, out var summary, out var error), error.Rule);
        return summary;
    }

    private static void AssertRefused(byte[] bytes, string rule)
    {
        Assert.False(Probe(bytes, out _, out var error));
        Assert.Contains(rule, error.Rule, StringComparison.Ordinal);
    }

    private static bool Probe(byte[] bytes, out Mp4Summary summary, out Mp4Error error) =>
        Mp4Probe.TryProbe(
            (offset, destination) =>
            {
                // Plain comparisons: an assertion allocates, and memory is measured.
                if (offset < 0 || offset > bytes.Length || destination.Length > 4096)
                    throw new InvalidOperationException(
                        "The probe reads outside the file or too much at once."
                    );
                var rest = bytes.AsSpan((int)offset);
                rest = rest[..Math.Min(rest.Length, destination.Length)];
                rest.CopyTo(destination);
                return rest.Length;
            },
            bytes.Length,
            out summary,
            out error
        );

    private static byte[] Box(string type, params byte[] content)
    {
        var bytes = new byte[8 + content.Length];
        BinaryPrimitives.WriteInt32BigEndian(bytes, bytes.Length);
        Encoding.ASCII.GetBytes(type).CopyTo(bytes, 4);
        content.CopyTo(bytes, 8);
        return bytes;
    }
}
