using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using CommuniConnect.Media;
using CommuniConnect.Media.WebM;

namespace CommuniConnect.Server.Broadcast.Record;

/// <summary>
/// Finds the blocks in a stretch of a recording, and frames them as a Cluster of known size on the live's timeline. Frames are
/// copied as they are; checkpoints are left out. Cluster sizes are not looked at: they are unknown while one is written.
/// </summary>
internal sealed class RecordedBlocks
{
    private const uint ClusterId = 0x1F43B675;
    private const uint TimestampId = 0xE7;
    private const uint SimpleBlockId = 0xA3;
    private const uint BlockGroupId = 0xA0;
    private const uint BlockId = 0xA1;
    private const uint VoidId = 0xEC;

    private readonly List<Block> _blocks = [];
    private MediaTime _cluster; // from the beginning of the file

    /// <param name="Offset">Where its element begins in the stretch.</param>
    /// <param name="Length">Bytes of its element.</param>
    /// <param name="Time">Milliseconds after its cluster.</param>
    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Block(int Offset, int Length, short Time);

    public bool IsEmpty => _blocks.Count == 0;

    /// <summary>Bytes the next element has, once <see cref="Find"/> could not take it because it was not whole; else 0.</summary>
    public long WantedBytes { get; private set; }

    /// <summary>Whether what follows is no part of a cluster: the file is finished, or damaged here.</summary>
    public bool IsOver { get; private set; }

    /// <summary>Forgets what was found, and where: another file follows.</summary>
    public void Reset() => (_cluster, IsOver, WantedBytes) = (MediaTime.Zero, false, 0);

    /// <summary>Finds the whole blocks at the beginning of a stretch, as far as they are of one cluster.</summary>
    /// <returns>How many bytes were passed.</returns>
    public int Find(ReadOnlySpan<byte> stretch)
    {
        _blocks.Clear();
        WantedBytes = 0;
        var at = 0;
        while (!IsOver)
        {
            var rest = stretch[at..];
            var read = Ebml.TryReadElementHeader(rest, out var id, out var size, out var header);
            if (read == EbmlHeaderResult.NeedsMore || (id == ClusterId && !IsEmpty))
            {
                break;
            }
            if (id == ClusterId && read == EbmlHeaderResult.Ok)
            {
                var passed = EnterCluster(rest, header);
                if (passed == 0)
                {
                    break;
                }
                at += passed;
                continue;
            }
            IsOver =
                read == EbmlHeaderResult.Invalid
                || size is < 0 or > WebMLimits.MaxBlockBytes
                || id is not (SimpleBlockId or BlockGroupId or VoidId);
            if (IsOver || header + size > rest.Length)
            {
                WantedBytes = IsOver ? 0 : header + size;
                break;
            }
            if (id != VoidId && TimeOf(id, rest.Slice(header, (int)size)) is { } time)
            {
                _blocks.Add(new Block(at, header + (int)size, time));
            }
            at += header + (int)size;
        }
        return at;
    }

    /// <summary>Writes what was found as one Cluster.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="stretch">The same bytes.</param>
    /// <param name="fileStart">Where the file begins on the live's timeline.</param>
    public void Write(IBufferWriter<byte> output, ReadOnlySpan<byte> stretch, MediaTime fileStart)
    {
        // Chromium's parser refuses a block earlier than the one before it in the same cluster.
        _blocks.Sort(
            static (a, b) =>
                a.Time == b.Time ? a.Offset.CompareTo(b.Offset) : a.Time.CompareTo(b.Time)
        );
        var head = WebMCluster.Begin(_cluster + fileStart);
        var content = head.Length - WebMCluster.ContentOffsetBytes + _blocks.Sum(b => b.Length);
        WebMCluster.SizeField(content).CopyTo(head.AsSpan(WebMCluster.SizeFieldOffsetBytes));
        output.Write(head);
        foreach (var block in _blocks)
        {
            output.Write(stretch.Slice(block.Offset, block.Length));
        }
    }

    /// <summary>Passes the head of a cluster and its Timestamp, which we write first; 0 when that is not whole.</summary>
    private int EnterCluster(ReadOnlySpan<byte> bytes, int header)
    {
        var content = bytes[header..];
        var read = Ebml.TryReadElementHeader(content, out var id, out var size, out var idBytes);
        IsOver =
            read == EbmlHeaderResult.Invalid
            || (read == EbmlHeaderResult.Ok && (id != TimestampId || size is < 1 or > 7));
        if (IsOver || read == EbmlHeaderResult.NeedsMore || idBytes + size > content.Length)
        {
            return 0;
        }
        var milliseconds = 0L;
        foreach (var octet in content.Slice(idBytes, (int)size))
        {
            milliseconds = (milliseconds << 8) | octet;
        }
        IsOver = milliseconds > int.MaxValue; // 24 days
        _cluster = MediaTime.FromMilliseconds(IsOver ? 0 : milliseconds);
        return header + idBytes + (int)size;
    }

    /// <summary>The relative time of a block; the recorder numbers tracks 1 and 2, in one octet, and puts the Block first in its group.</summary>
    private static short? TimeOf(uint id, ReadOnlySpan<byte> content)
    {
        if (id == BlockGroupId)
        {
            var read = Ebml.TryReadElementHeader(content, out var first, out _, out var header);
            if (read != EbmlHeaderResult.Ok || first != BlockId)
            {
                return null;
            }
            content = content[header..];
        }
        return content.Length >= 4 ? BinaryPrimitives.ReadInt16BigEndian(content[1..]) : null;
    }
}
