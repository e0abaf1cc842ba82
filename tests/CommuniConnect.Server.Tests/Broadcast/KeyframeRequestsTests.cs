using CommuniConnect.Media;
using CommuniConnect.Server.Broadcast.OnAir;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace CommuniConnect.Server.Tests.Broadcast;

public sealed class KeyframeRequestsTests
{
    private readonly SetClock _time = new();
    private readonly Timeline _timeline = new(TimelineBudget.Main);

    [Fact]
    public void A_group_is_long_beyond_its_limit_and_not_at_it()
    {
        var requests = Begin();

        Assert.False(requests.TryAsk(KeyframeRequests.LongGroup));
        Assert.True(requests.TryAsk(KeyframeRequests.LongGroup + new MediaTime(1)));
    }

    [Fact]
    public void Any_number_of_viewers_ask_once_a_second()
    {
        var requests = Begin();
        var end = MediaTime.FromMilliseconds(5_000);

        Assert.True(requests.TryAsk(end));
        Assert.False(requests.TryAsk(end));
        _time.Advance(KeyframeRequests.Interval - TimeSpan.FromTicks(1));
        Assert.False(requests.TryAsk(end));
        _time.Advance(TimeSpan.FromTicks(1));
        Assert.True(requests.TryAsk(end));
    }

    [Fact]
    public void A_clock_that_is_set_back_keeps_nobody_waiting()
    {
        var requests = Begin();
        var end = MediaTime.FromMilliseconds(5_000);
        Assert.True(requests.TryAsk(end));

        _time.WallClock -= TimeSpan.FromHours(1);
        _time.Advance(KeyframeRequests.Interval);

        Assert.True(requests.TryAsk(end));
    }

    [Fact]
    public void Before_the_first_picture_there_is_nothing_to_ask() =>
        Assert.False(new KeyframeRequests(_timeline, _time).TryAsk(new MediaTime(long.MaxValue)));

    /// <summary>Time goes on as it does, whatever somebody sets the clock to.</summary>
    private sealed class SetClock : FakeTimeProvider
    {
        public TimeSpan WallClock { get; set; }

        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + WallClock;

        public override long GetTimestamp() => base.GetUtcNow().Ticks;
    }

    private KeyframeRequests Begin()
    {
        var track = new Track
        {
            Number = 1,
            Kind = TrackKind.Video,
            CodecId = "V_VP8",
        };
        _timeline.BeginTake(StreamPart.Of([track]));
        _timeline.Append([
            new MediaPacket
            {
                TrackNumber = 1,
                Timestamp = MediaTime.Zero,
                IsKeyframe = true,
                Payload = new byte[10],
            },
        ]);
        return new KeyframeRequests(_timeline, _time);
    }
}
