using CommuniConnect.Media.Codecs;
using CommuniConnect.Media.WebM;

namespace CommuniConnect.Media.Tests.WebM;

/// <summary>What is written is right in the eyes of programs that are not ours.</summary>
public sealed class JudgeTests
{
    public static IEnumerable<TheoryDataRow<string>> Samples => WriterTests.Samples;

    // Each file starts a program twice: one family of the two stands for both.
    public static IEnumerable<TheoryDataRow<string>> Shared =>
        Corpus
            .Matroska("valid", "capture")
            .Where(row => !row.Data.Contains("pubC", StringComparison.Ordinal));

    [Theory]
    [MemberData(nameof(Samples))]
    public Task Ffmpeg_finds_own_file_packet_by_packet_in_stream_and_recording(string name) =>
        AssertSamePackets(Corpus.Sample(name), withStream: true);

    [Theory]
    [MemberData(nameof(Shared))]
    public Task Ffmpeg_finds_shared_file_packet_by_packet_in_recording(string path) =>
        AssertSamePackets(Corpus.Read(path), withStream: false);

    [Theory]
    [MemberData(nameof(Samples))]
    public async Task Finished_recording_passes_mediaconch(string name)
    {
        var result = await Judge.RunAsync("mediaconch", Finished(name), "-mc", "-fs", "{}");
        Assert.StartsWith("pass!", result.Output, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Samples))]
    public async Task Finished_recording_passes_mkvmerge_and_mkvinfo(string name)
    {
        var file = Finished(name);
        Assert.Equal((0, ""), await Outcome("mkvmerge", file, "-q", "-o", "{}.out", "{}"));
        var (code, output, errors) = await Judge.RunAsync("mkvinfo", file, "-v", "-v", "-p", "{}");
        Assert.Equal((0, ""), (code, errors));
        Assert.DoesNotContain(
            "Unknown element",
            output.Replace("Unknown element: VideoAlphaMode", "", StringComparison.Ordinal),
            StringComparison.Ordinal
        );
        Assert.DoesNotContain("Warning", output, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Samples))]
    public async Task Growing_recording_and_stream_are_read_without_a_complaint(string name)
    {
        var (tracks, packets) = Source(name);
        foreach (
            var file in new[]
            {
                RecordingFile.Write(tracks, packets, isFinished: false),
                Stream(tracks, packets),
            }
        )
        {
            Assert.Equal((0, ""), await Outcome("mkvmerge", file, "-q", "-o", "{}.out", "{}"));
            var (_, _, errors) = await Judge.RunAsync(
                "ffprobe",
                file,
                "-v",
                "error",
                "-count_packets",
                "-show_streams",
                "{}"
            );
            Assert.Empty(errors);
        }
    }

    [Fact]
    public async Task Finished_recording_has_duration_and_can_be_sought()
    {
        var file = Finished("live_vp8_opus.webm");
        var (_, output, errors) = await Judge.RunAsync(
            "ffprobe",
            file,
            "-v",
            "error",
            "-show_entries",
            "format=duration",
            "-of",
            "csv=p=0",
            "{}"
        );
        Assert.Empty(errors);
        Assert.StartsWith("1.", output, StringComparison.Ordinal);
        (_, output, errors) = await Judge.RunAsync(
            "ffmpeg",
            file,
            "-v",
            "error",
            "-ss",
            "0.9",
            "-i",
            "{}",
            "-map",
            "0:v",
            "-c",
            "copy",
            "-copyts",
            "-f",
            "framecrc",
            "-"
        );
        Assert.Empty(errors);
        var first = output.Split('\n').First(line => !line.StartsWith('#')).Split(',');
        Assert.Equal(
            800,
            int.Parse(first[2], System.Globalization.CultureInfo.InvariantCulture),
            tolerance: 100
        );
    }

    private static async Task AssertSamePackets(byte[] source, bool withStream)
    {
        var log = ReadLog.Whole(source);
        // Two streams in one file, and codecs that WebM does not carry, are no recording of one take.
        if (log.Tracks.Count != 1 || !log.Tracks[0].All(WebMCodecs.IsSupported))
            return;
        var expected = await FrameCrc(source);
        Assert.Equal(
            expected,
            await FrameCrc(RecordingFile.Write(log.Tracks[0], log.Packets, isFinished: true))
        );
        if (withStream)
            Assert.Equal(expected, await FrameCrc(Stream(log.Tracks[0], log.Packets)));
    }

    private static async Task<string> FrameCrc(byte[] file)
    {
        var (code, output, errors) = await Judge.RunAsync(
            "ffmpeg",
            file,
            "-v",
            "error",
            "-i",
            "{}",
            "-map",
            "0",
            "-c",
            "copy",
            "-copyts",
            "-f",
            "framecrc",
            "-"
        );
        Assert.Equal((0, ""), (code, errors));
        return output;
    }

    private static async Task<(int Code, string Errors)> Outcome(
        string program,
        byte[] file,
        params string[] arguments
    )
    {
        var (code, output, errors) = await Judge.RunAsync(program, file, arguments);
        return (code, output + errors);
    }

    private static (IReadOnlyList<Track> Tracks, IReadOnlyList<MediaPacket> Packets) Source(
        string name
    )
    {
        var log = ReadLog.Whole(Corpus.Sample(name));
        return (log.Tracks[0], log.Packets);
    }

    private static byte[] Finished(string name)
    {
        var (tracks, packets) = Source(name);
        return RecordingFile.Write(tracks, packets, isFinished: true);
    }

    private static byte[] Stream(IReadOnlyList<Track> tracks, IReadOnlyList<MediaPacket> packets) =>
        [.. WebMStream.Header(tracks), .. packets.Chunk(5).SelectMany(WebMStream.Cluster)];
}
