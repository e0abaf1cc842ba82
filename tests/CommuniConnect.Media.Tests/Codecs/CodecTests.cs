using CommuniConnect.Media.Codecs;
using CommuniConnect.Media.Tests.WebM;

namespace CommuniConnect.Media.Tests.Codecs;

public sealed class CodecTests
{
    [Theory]
    [InlineData(TrackKind.Video, "V_VP8", "", true, "vp8")]
    [InlineData(TrackKind.Video, "V_VP9", "", true, "vp9")]
    [InlineData(TrackKind.Video, "V_VP9", "010100020129030108", true, "vp09.00.41.08")]
    [InlineData(TrackKind.Video, "V_VP9", "01010202013303010A", true, "vp09.02.51.10")]
    [InlineData(TrackKind.Video, "V_VP9", "0105", true, "vp9")]
    [InlineData(TrackKind.Video, "V_AV1", "81050C00", true, "av01.0.05M.08")]
    [InlineData(TrackKind.Video, "V_AV1", "812DEC00", true, "av01.1.13H.12")]
    [InlineData(TrackKind.Video, "V_AV1", "", true, "av01.0.08M.08")]
    [InlineData(TrackKind.Audio, "A_OPUS", "", true, "opus")]
    [InlineData(TrackKind.Audio, "A_VORBIS", "", true, "vorbis")]
    [InlineData(TrackKind.Video, "A_OPUS", "", false, "opus")]
    [InlineData(TrackKind.Video, "V_REAL/RV40", "", false, "V_REAL/RV40")]
    [InlineData(TrackKind.Other, "S_TEXT/UTF8", "", false, "S_TEXT/UTF8")]
    public void Codec_has_its_name_and_may_go_on_air(
        TrackKind kind,
        string codec,
        string hex,
        bool isSupported,
        string mime
    )
    {
        var track = new Track
        {
            Number = 1,
            Kind = kind,
            CodecId = codec,
            CodecPrivate = Convert.FromHexString(hex),
        };
        Assert.Equal(isSupported, WebMCodecs.IsSupported(track));
        Assert.Equal(mime, WebMCodecs.MimeCodec(track));
    }

    [Theory]
    [InlineData("live_vp8_opus.webm")]
    [InlineData("finished_vp9_opus.webm")]
    public void Keyframes_and_no_others_tell_the_size_of_the_picture(string name)
    {
        var log = ReadLog.Whole(Corpus.Sample(name));
        foreach (var packet in log.Packets.Where(packet => packet.TrackNumber == 1))
        {
            var frame = packet.Payload.Span;
            var found = name.Contains("vp8", StringComparison.Ordinal)
                ? Vp8Frame.TryReadKeyframeSize(frame, out var width, out var height)
                : Vp9Frame.TryReadKeyframeSize(frame, out width, out height);
            Assert.Equal(packet.IsKeyframe, found);
            Assert.Equal(found ? (64, 48) : (0, 0), (width, height));
            for (var cut = 0; cut < Math.Min(10, frame.Length); cut++)
                Assert.False(
                    Vp8Frame.TryReadKeyframeSize(frame[..cut], out _, out _)
                        || Vp9Frame.TryReadKeyframeSize(frame[..Math.Min(cut, 8)], out _, out _)
                );
        }
    }

    [Theory]
    [InlineData("browser/chromium_mr_resolution_change_vp8.webm")]
    [InlineData("browser/chromium_mr_resolution_change_vp9.webm")]
    [InlineData("browser/firefox_mr_resolution_change_vp8.webm")]
    public void Change_of_size_is_found_in_the_keyframes_of_browsers(string path)
    {
        var log = ReadLog.Whole(Corpus.Read(path));
        var video = log.Tracks[0].Single(track => track.Kind == TrackKind.Video);
        var sizes = new HashSet<(int, int)>();
        foreach (
            var packet in log.Packets.Where(packet =>
                packet.TrackNumber == video.Number && packet.IsKeyframe
            )
        )
        {
            var isVp8 = video.CodecId == "V_VP8";
            var found = isVp8
                ? Vp8Frame.TryReadKeyframeSize(packet.Payload.Span, out var width, out var height)
                : Vp9Frame.TryReadKeyframeSize(packet.Payload.Span, out width, out height);
            Assert.True(found);
            sizes.Add((width, height));
        }
        Assert.True(sizes.Count > 1);
        Assert.Contains((video.Width, video.Height), sizes);
    }

    [Theory]
    [InlineData("00", 10_000)] // SILK 10 ms, one frame
    [InlineData("19", 120_000)] // SILK 60 ms, two frames
    [InlineData("68", 20_000)] // hybrid 20 ms
    [InlineData("80", 2_500)] // CELT 2.5 ms
    [InlineData("FB06", 120_000)] // CELT 20 ms, six frames
    [InlineData("FB07", 0)] // 140 ms is over the longest
    [InlineData("FB00", 0)] // no frame
    [InlineData("FB", 0)] // count is missing
    [InlineData("", 0)]
    public void Opus_packet_tells_its_duration(string hex, int microseconds)
    {
        var found = OpusPacket.TryReadDuration(Convert.FromHexString(hex), out var duration);
        Assert.Equal(microseconds > 0, found);
        if (found)
            Assert.Equal(microseconds * 1000L, duration.Nanoseconds);
    }
}
