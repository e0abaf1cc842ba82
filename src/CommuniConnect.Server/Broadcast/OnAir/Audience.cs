namespace CommuniConnect.Server.Broadcast.OnAir;

/// <summary>Counts who is watching. Safe from any thread.</summary>
internal sealed class Audience(Action changed)
{
    private readonly Lock _lock = new();

    public int Viewers { get; private set; }
    public int Peak { get; private set; }

    /// <summary>One more viewer, until the result is disposed of.</summary>
    public IDisposable Enter()
    {
        Change(1);
        return new Seat(this);
    }

    private void Change(int by)
    {
        lock (_lock)
        {
            Viewers += by;
            Peak = Math.Max(Peak, Viewers);
        }
        changed();
    }

    private sealed class Seat(Audience audience) : IDisposable
    {
        private int _left;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _left, 1) == 0)
            {
                audience.Change(-1);
            }
        }
    }
}
