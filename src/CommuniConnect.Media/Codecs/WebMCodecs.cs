using System.Globalization;

namespace CommuniConnect.Media.Codecs;

/// <summary>The codecs that may go on air as WebM, and their names for browsers.</summary>
public static class WebMCodecs
{
    /// <summary>True for a track with VP8, VP9, AV1, Opus or Vorbis of the fitting kind.</summary>
    public static bool IsSupported(Track track) =>
        track.Kind switch
        {
            TrackKind.Video => track.CodecId is "V_VP8" or "V_VP9" or "V_AV1",
            TrackKind.Audio => track.CodecId is "A_OPUS" or "A_VORBIS",
            _ => false,
        };

    /// <summary>The codec as the <c>codecs</c> parameter of a media type names it, such as <c>vp09.00.10.08</c>; the Matroska id when it has no such name. Spec: RFC 6381.</summary>
    public static string MimeCodec(Track track) =>
        track.CodecId switch
        {
            "V_VP8" => "vp8",
            "V_VP9" => Vp9(track.CodecPrivate.Span),
            "V_AV1" => Av1(track.CodecPrivate.Span),
            "A_OPUS" => "opus",
            "A_VORBIS" => "vorbis",
            _ => track.CodecId,
        };

    // CodecPrivate is a list of features: id, length, value. Spec: WebM VP9 CodecPrivate, VP Codec ISO Media File Format Binding.
    private static string Vp9(ReadOnlySpan<byte> features)
    {
        int? profile = null,
            level = null,
            depth = null;
        for (; features.Length >= 3 && features[1] == 1; features = features[3..])
        {
            switch (features[0])
            {
                case 1:
                    profile = features[2];
                    break;
                case 2:
                    level = features[2];
                    break;
                case 3:
                    depth = features[2];
                    break;
                default:
                    break;
            }
        }
        return profile is null || level is null
            ? "vp9"
            : string.Create(
                CultureInfo.InvariantCulture,
                $"vp09.{profile:00}.{level:00}.{depth ?? 8:00}"
            );
    }

    // Spec: AV1 Codec ISO Media File Format Binding §2.3.3 (av1C) and §5 (codecs parameter).
    private static string Av1(ReadOnlySpan<byte> av1C)
    {
        const string unknown = "av01.0.08M.08";
        if (av1C.Length < 4 || av1C[0] != 0x81)
            return unknown;
        var (profile, level) = (av1C[1] >> 5, av1C[1] & 0x1F);
        var tier = (av1C[2] & 0x80) != 0 ? 'H' : 'M';
        var (isHigh, isTwelve) = ((av1C[2] & 0x40) != 0, (av1C[2] & 0x20) != 0);
        var depth =
            !isHigh ? 8
            : isTwelve ? 12
            : 10;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"av01.{profile}.{level:00}{tier}.{depth:00}"
        );
    }
}
