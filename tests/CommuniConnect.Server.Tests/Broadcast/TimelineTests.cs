using CommuniConnect.Media;
using CommuniConnect.Server.Broadcast.OnAir;
using Xunit;

namespace CommuniConnect.Server.Tests.Broadcast;

public sealed class TimelineTests
{
    private static readonly Track Picture = new()
    {
        Number = TakeTracks.Video,
        Kind = TrackKind.Video,
        CodecId = "V_VP8",
    };
    private static readonly Track Sound = new()
    {
        Number = TakeTracks.Audio,
        Kind = TrackKind.Audio,
        CodecId = "A_OPUS",
    };

    private readonly Timeline _timeline = new(TimelineBudget.Main);

    [Fact]
    public void Live_whose_picture_has_stopped_is_joined_as_one_of_sound_until_the_next_keyframe()
    {
        _timeline.BeginTake(StreamPart.Of([Picture, Sound]));
        Append(Packet(TakeTracks.Video, 0));
        AppendSound(0, 10_000);
        var joined = Joined();
        Assert.Equal(MediaTime.Zero, joined.Start);
        Assert.Equal([Picture, Sound], joined[0].Part.Tracks);

        AppendSound(10_020, 60_000);
        joined = Joined();
        Assert.InRange(joined.Start.TotalMilliseconds, 59_000, 60_000);
        Assert.Equal([Sound], joined[0].Part.Tracks);

        Append(Packet(TakeTracks.Video, 60_001, isKeyframe: false));
        AppendSound(60_020, 60_040);
        Assert.Equal([Sound], Joined()[0].Part.Tracks);

        Append(Packet(TakeTracks.Video, 60_050));
        Append(Packet(TakeTracks.Video, 60_060, isKeyframe: false));
        AppendSound(60_070, 60_070);
        joined = Joined();
        Assert.Equal(60_050, joined.Start.TotalMilliseconds);
        Assert.Equal([Picture, Sound], joined[0].Part.Tracks);
        Assert.Equal(3, joined.Count);
    }

    [Fact]
    public void Keyframe_larger_than_a_group_is_joined()
    {
        _timeline.BeginTake(StreamPart.Of([Picture]));
        var large = new byte[TimelineBudget.Main.GroupBytes];

        Append(Packet(TakeTracks.Video, 0) with { Payload = large });

        Assert.Equal(1, Joined().Count);
    }

    [Fact]
    public void Sound_before_the_first_picture_is_not_begun_with()
    {
        _timeline.BeginTake(StreamPart.Of([Picture, Sound]));
        Append(Packet(TakeTracks.Audio, 30_000));
        Append(Packet(TakeTracks.Audio, 30_020));

        Assert.Null(_timeline.Newest());
    }

    /// <param name="unreadMs">What a reader has before it of a group of ten seconds when the next one begins.</param>
    [Theory]
    [InlineData(0, false)]
    [InlineData(900, false)]
    [InlineData(1_200, true)]
    [InlineData(9_000, true)]
    public void Reader_is_moved_on_by_how_far_behind_it_is_and_not_by_how_long_its_group_is(
        int unreadMs,
        bool isMoved
    )
    {
        var cursor = new TimelineCursor(_timeline, MediaTime.FromMilliseconds(1_000));
        _timeline.BeginTake(StreamPart.Of([Picture, Sound]));
        Append(Packet(TakeTracks.Video, 0));
        AppendSound(20, 10_000 - unreadMs);
        while (cursor.TryNext(out _)) { }
        AppendSound(10_020 - unreadMs, 10_000);

        Append(Packet(TakeTracks.Video, 10_020));
        Assert.True(cursor.TryNext(out var next));
        Assert.Equal(isMoved, cursor.HasJumped);
        Assert.Equal(isMoved ? 10_020 : 10_020 - unreadMs, next.Start.TotalMilliseconds);
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(1, 4_000)]
    public void What_is_kept_is_bounded_however_small_the_frames_are(int payload, int additions)
    {
        _timeline.BeginTake(StreamPart.Of([Picture]));
        for (var i = 0; i < 200_000; i++)
        {
            Append(
                Packet(TakeTracks.Video, i / 1_000, isKeyframe: i == 0) with
                {
                    Payload = new byte[payload],
                    Additions = additions == 0 ? default : new byte[additions],
                }
            );
        }

        var kept = 0L;
        for (var sequence = _timeline.LastSequence; _timeline.Group(sequence) is { } group; )
        {
            kept += group.Count;
            sequence--;
        }
        var budget = TimelineBudget.Main.RetentionBytes + TimelineBudget.Main.GroupBytes;
        Assert.InRange(kept * (MediaPacket.ObjectBytes + payload + additions), 1, budget);
    }

    [Fact]
    public void What_waits_for_a_track_is_bounded_with_its_side_data()
    {
        var tracks = new TakeTracks();
        Assert.Null(tracks.Select([Picture, Sound]));
        var packet = Packet(TakeTracks.Video, 0) with { Additions = new byte[1 << 20] };

        var waited = Enumerable
            .Range(0, 100)
            .TakeWhile(_ => tracks.Accept(packet, default).Count == 0)
            .Count();

        Assert.InRange(waited, 1, TakeTracks.LargestWaitBytes >> 20);
    }

    private TimelineGroup Joined() =>
        _timeline.Newest() ?? throw new InvalidOperationException("nobody can join");

    private void AppendSound(long fromMs, long toMs)
    {
        for (var ms = fromMs; ms <= toMs; ms += 20)
        {
            Append(Packet(TakeTracks.Audio, ms));
        }
    }

    private void Append(MediaPacket packet) => _timeline.Append([packet]);

    private static MediaPacket Packet(int track, long ms, bool isKeyframe = true) =>
        new()
        {
            TrackNumber = track,
            Timestamp = MediaTime.FromMilliseconds(ms),
            IsKeyframe = isKeyframe,
            Payload = new byte[100],
        };
}
