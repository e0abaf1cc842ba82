namespace CommuniConnect.Server.Tests.Support;

/// <summary>A clock that is ahead of the real one by as much as the test says. Its timers are real.</summary>
internal sealed class SteppedTime : TimeProvider
{
    private long _aheadTicks;

    public void Advance(TimeSpan span) => Interlocked.Add(ref _aheadTicks, span.Ticks);

    public override DateTimeOffset GetUtcNow() =>
        System.GetUtcNow().AddTicks(Interlocked.Read(ref _aheadTicks));
}
