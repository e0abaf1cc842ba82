using System.Buffers.Binary;
using CommuniConnect.Media;
using CommuniConnect.Media.WebM;

namespace CommuniConnect.Server.Broadcast.Record;

/// <summary>
/// Written into the recording itself, as the content of a Void element that every player passes over: "what stands
/// before me is the take up to this byte, and this is how to go on reading it". One file, so one fsync, and nothing that
/// could disagree with it.
/// </summary>
/// <param name="Offset">What is added to the take's timestamps.</param>
/// <param name="Latest">Latest timestamp of the take.</param>
/// <param name="End">End of the live's timeline.</param>
/// <param name="VideoNumber">Number of the picture in the take, or 0.</param>
/// <param name="AudioNumber">Number of the sound in the take, or 0.</param>
/// <param name="Position">Where in the take's bytes reading goes on.</param>
/// <param name="IsComplete">Whether this is all there is of the take.</param>
/// <param name="FileStart">Where the file that holds the checkpoint begins on the live's timeline.</param>
internal sealed record Checkpoint(
    Guid TakeId,
    int TakeNumber,
    MediaTime Offset,
    MediaTime Latest,
    MediaTime End,
    int VideoNumber,
    int AudioNumber,
    WebMPosition Position,
    bool IsComplete,
    MediaTime FileStart = default
)
{
    private const int FixedBytes = 4 + 16 + 4 + (4 * 8) + (3 * 4);
    private const int SizeBytes = FixedBytes + WebMPosition.SizeBytes;

    private static ReadOnlySpan<byte> Magic => "CCL2"u8;

    public byte[] ToBytes()
    {
        var bytes = new byte[SizeBytes];
        var rest = bytes.AsSpan();
        Magic.CopyTo(rest);
        TakeId.TryWriteBytes(rest[4..]);
        BinaryPrimitives.WriteInt32LittleEndian(rest[20..], TakeNumber);
        BinaryPrimitives.WriteInt64LittleEndian(rest[24..], Offset.Nanoseconds);
        BinaryPrimitives.WriteInt64LittleEndian(rest[32..], Latest.Nanoseconds);
        BinaryPrimitives.WriteInt64LittleEndian(rest[40..], End.Nanoseconds);
        BinaryPrimitives.WriteInt64LittleEndian(rest[48..], FileStart.Nanoseconds);
        BinaryPrimitives.WriteInt32LittleEndian(rest[56..], VideoNumber);
        BinaryPrimitives.WriteInt32LittleEndian(rest[60..], AudioNumber);
        BinaryPrimitives.WriteInt32LittleEndian(rest[64..], IsComplete ? 1 : 0);
        Position.Write(rest[FixedBytes..]);
        return bytes;
    }

    /// <summary>The checkpoint in the content of a Void element, or null when it holds none.</summary>
    public static Checkpoint? Read(ReadOnlySpan<byte> content)
    {
        if (content.Length != SizeBytes || !content.StartsWith(Magic))
        {
            return null;
        }
        return new Checkpoint(
            new Guid(content[4..20]),
            BinaryPrimitives.ReadInt32LittleEndian(content[20..]),
            new MediaTime(BinaryPrimitives.ReadInt64LittleEndian(content[24..])),
            new MediaTime(BinaryPrimitives.ReadInt64LittleEndian(content[32..])),
            new MediaTime(BinaryPrimitives.ReadInt64LittleEndian(content[40..])),
            BinaryPrimitives.ReadInt32LittleEndian(content[56..]),
            BinaryPrimitives.ReadInt32LittleEndian(content[60..]),
            WebMPosition.Read(content[FixedBytes..]),
            BinaryPrimitives.ReadInt32LittleEndian(content[64..]) != 0,
            new MediaTime(BinaryPrimitives.ReadInt64LittleEndian(content[48..]))
        );
    }
}
