using CommuniConnect.Media;
using CommuniConnect.Media.WebM;
using CommuniConnect.Server.Broadcast.Record;

namespace CommuniConnect.Server.Broadcast.OnAir;

/// <summary>A packet on the timeline of its live, with the place in the take's bytes up to which it covers them.</summary>
internal readonly record struct TakePacket(MediaPacket Packet, WebMPosition Position);

/// <summary>Packets that share one set of tracks.</summary>
internal sealed record TakeBatch(IReadOnlyList<Track> Tracks, List<TakePacket> Packets);

/// <summary>One continuous stream of a live from one encoder: its bytes in, packets on the live's timeline out. Owned by the live's loop.</summary>
internal sealed class Take
{
    private readonly WebMReader _reader;
    private readonly TimestampMapper _mapper;
    private readonly TakeTracks _tracks;
    private readonly List<TakeBatch> _batches = [];
    private long _durableBytes;

    public Take(Guid id, int number, MediaTime start)
    {
        (Id, Number) = (id, number);
        _reader = new WebMReader();
        _mapper = new TimestampMapper(start);
        _tracks = new TakeTracks();
    }

    /// <summary>Takes up a take that was under way when the server went down.</summary>
    public Take(Checkpoint checkpoint, IReadOnlyList<Track> recorded)
    {
        (Id, Number) = (checkpoint.TakeId, checkpoint.TakeNumber);
        _tracks = TakeTracks.Resume(recorded, checkpoint.VideoNumber, checkpoint.AudioNumber);
        _reader = WebMReader.Resume(_tracks.SourceTracks, checkpoint.Position);
        _mapper = TimestampMapper.Resume(checkpoint.Offset, checkpoint.Latest, checkpoint.End);
        ReceivedBytes = checkpoint.Position.OffsetBytes;
        _durableBytes = ReceivedBytes;
        IsComplete = checkpoint.IsComplete;
    }

    /// <summary>What the publisher calls the take.</summary>
    public Guid Id { get; }

    /// <summary>1, 2, 3… within the live.</summary>
    public int Number { get; }

    /// <summary>Bytes of the take handed in so far.</summary>
    public long ReceivedBytes { get; private set; }

    /// <summary>Bytes of the take that survive a power cut. Written by the committer, read by the loop.</summary>
    public long DurableBytes
    {
        get => Volatile.Read(ref _durableBytes);
        set => Volatile.Write(ref _durableBytes, value);
    }

    /// <summary>Whether the publisher has said that there is no more of it.</summary>
    public bool IsComplete { get; private set; }

    /// <summary>Where the live's timeline ends with what the take has brought.</summary>
    public MediaTime End => _mapper.End;

    /// <summary>An instant of the take on the timeline of the live, or null before its first packet.</summary>
    public MediaTime? OnTimeline(MediaTime ofTake) =>
        _mapper.HasBegun ? ofTake + _mapper.Offset : null;

    /// <summary>Why the take cannot be accepted, once it cannot.</summary>
    public TakeRefusal? Refusal { get; private set; }

    /// <summary>Hands in the next bytes and gives the packets that are complete, in order.</summary>
    public IReadOnlyList<TakeBatch> Push(ReadOnlySpan<byte> bytes)
    {
        _batches.Clear();
        ReceivedBytes += bytes.Length;
        _reader.Push(bytes);
        while (Refusal is null)
        {
            switch (_reader.Read())
            {
                case WebMReadResult.NeedsMore:
                    return _batches;
                case WebMReadResult.Tracks:
                    // A second header in one stream: what still waits belongs to the first.
                    Release(_tracks.Open());
                    Refusal = _tracks.Select(_reader.Tracks);
                    break;
                case WebMReadResult.Packet:
                    Accept(_reader.Packet, _reader.Position);
                    break;
                case WebMReadResult.Damage:
                    break; // passed over: everything that was not hit still comes
                case WebMReadResult.Rejected:
                    Refusal = new TakeRefusal(
                        TakeRefusalReason.NotWebM,
                        $"{_reader.Error.Rule} ({_reader.Error.OffsetBytes})"
                    );
                    break;
                default:
                    throw new InvalidOperationException("unknown result of the reader");
            }
        }
        return _batches;
    }

    /// <summary>The publisher has said that there is no more of it, and <see cref="Finish"/> was called.</summary>
    public void Complete() => IsComplete = true;

    /// <summary>Gives what was held back: no more bytes will come, here at least.</summary>
    public IReadOnlyList<TakeBatch> Finish()
    {
        _batches.Clear();
        if (Refusal is null)
        {
            Release(_tracks.Open());
        }
        return _batches;
    }

    /// <summary>What has to be on disk with the recording, so that the take can go on from here after a restart.</summary>
    public Checkpoint CheckpointAt(WebMPosition position) =>
        new(
            Id,
            Number,
            _mapper.Offset,
            _mapper.Latest,
            _mapper.End,
            _tracks.VideoNumber,
            _tracks.AudioNumber,
            position,
            IsComplete
        );

    private void Accept(MediaPacket packet, WebMPosition position) =>
        Release(_tracks.Accept(packet, position));

    private void Release(IEnumerable<TakePacket> packets)
    {
        foreach (var (packet, position) in packets)
        {
            if (_batches.Count == 0 || !ReferenceEquals(_batches[^1].Tracks, _tracks.Active))
            {
                _batches.Add(new TakeBatch(_tracks.Active, []));
            }
            _batches[^1]
                .Packets.Add(
                    new TakePacket(packet with { Timestamp = _mapper.Map(packet) }, position)
                );
        }
    }
}

/// <summary>Which rule a refused take broke.</summary>
internal enum TakeRefusalReason
{
    NotWebM,
    NoUsableTrack,
    UnsupportedCodec,
}

/// <summary>Why a take was refused, with what exactly was found.</summary>
internal sealed record TakeRefusal(TakeRefusalReason Reason, string Found);
