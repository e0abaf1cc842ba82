using CommuniConnect.Media.WebM;
using CsCheck;

namespace CommuniConnect.Media.Tests.WebM;

/// <summary>Whatever happens to the bytes on the way, reading ends, throws nothing, and gives the same in any chunking.</summary>
public sealed class MutationTests
{
    private static readonly byte[][] Sources =
    [
        .. Corpus
            .SampleNames.Where(name => !name.EndsWith(".mp4", StringComparison.Ordinal))
            .Select(Corpus.Sample),
    ];

    private static readonly Gen<(
        int Source,
        (int Kind, int Place, byte Value, int Count)[] Edits,
        int Piece
    )> Cases = Gen.Select(
        Gen.Int[0, Sources.Length - 1],
        Gen.Select(Gen.Int[0, 3], Gen.Int[0, 100_000], Gen.Byte, Gen.Int[1, 300]).Array[1, 8],
        Gen.Int[1, 5000]
    );

    [Fact]
    public void Mutated_file_never_throws_or_hangs_and_reads_the_same_in_any_chunking() =>
        Cases.Sample(
            item =>
            {
                var bytes = Mutate(Sources[item.Source], item.Edits);
                var before = GC.GetAllocatedBytesForCurrentThread();
                var whole = ReadLog.Whole(bytes);
                Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 16 << 20);
                Assert.True(whole.Lines.Count <= bytes.Length);
                Assert.Equal(
                    whole.Lines,
                    ReadLog.Of(bytes, Pieces(bytes.Length, item.Piece)).Lines
                );
            },
            iter: 3000
        );

    [Fact]
    public void Reading_of_a_mutated_file_goes_on_from_any_position() =>
        Cases.Sample(
            item =>
            {
                var bytes = Mutate(Sources[item.Source], item.Edits);
                var whole = ReadLog.ByteByByte(bytes);
                var (position, packets, tracks) = whole.Positions[
                    item.Piece % whole.Positions.Count
                ];
                var rest = bytes[(int)position.OffsetBytes..];
                var log = ReadLog.Of(rest, [rest.Length], WebMReader.Resume(tracks, position));
                Assert.Equal(
                    whole.Packets.Skip(packets).Select(ReadLog.Line),
                    log.Packets.Select(ReadLog.Line)
                );
            },
            iter: 1000
        );

    private static byte[] Mutate(
        byte[] source,
        (int Kind, int Place, byte Value, int Count)[] edits
    )
    {
        var bytes = source.ToList();
        foreach (var (kind, place, value, count) in edits)
        {
            // Half of the edits hit the head, where the structure is.
            var at = (value & 1) == 0 ? place % bytes.Count : place % Math.Min(400, bytes.Count);
            switch (kind)
            {
                case 0:
                    bytes[at] ^= (byte)(1 << (count & 7));
                    break;
                case 1:
                    bytes[at] = value;
                    break;
                case 2:
                    bytes.InsertRange(
                        at,
                        Enumerable.Range(0, count).Select(i => (byte)(value * i))
                    );
                    break;
                default:
                    bytes.RemoveRange(at, Math.Min(count, bytes.Count - at - 1));
                    break;
            }
        }
        return [.. bytes];
    }

    private static IEnumerable<int> Pieces(int length, int piece)
    {
        for (; length > piece; length -= piece)
            yield return piece;
        yield return length;
    }
}
