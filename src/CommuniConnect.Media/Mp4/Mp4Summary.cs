using System.Runtime.InteropServices;

namespace CommuniConnect.Media.Mp4;

/// <summary>Reads bytes of a file into the destination; gives how many there were, fewer only at the end of the file.</summary>
/// <param name="offsetBytes">From the beginning of the file.</param>
/// <param name="destination">At most 4 KiB at a time.</param>
public delegate int Mp4Read(long offsetBytes, Span<byte> destination);

/// <summary>What is wrong with a file, and where.</summary>
/// <param name="OffsetBytes">File offset of the box that is wrong.</param>
/// <param name="Rule">The rule it breaks, as a short English sentence.</param>
public readonly record struct Mp4Error(long OffsetBytes, string Rule);

/// <summary>What a playable file holds.</summary>
/// <param name="HasVideo">True when a video track has samples.</param>
/// <param name="HasAudio">True when an audio track has samples.</param>
/// <param name="Width">Width of the picture in pixels, 0 without video.</param>
/// <param name="Height">Height of the picture in pixels, 0 without video.</param>
/// <param name="Duration">Of the longest track.</param>
/// <param name="IsFragmented">True when its samples come in fragments.</param>
/// <param name="IsCut">True when it ends inside a later fragment, and plays up to there.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct Mp4Summary(
    bool HasVideo,
    bool HasAudio,
    int Width,
    int Height,
    MediaTime Duration,
    bool IsFragmented,
    bool IsCut
);
