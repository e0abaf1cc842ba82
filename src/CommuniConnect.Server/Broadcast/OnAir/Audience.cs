namespace CommuniConnect.Server.Broadcast.OnAir;

/// <summary>Counts who is watching: people, not connections. Safe from any thread.</summary>
internal sealed class Audience(Action changed)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, int> _connections = new(StringComparer.Ordinal); // under _lock

    public int Viewers { get; private set; }
    public int Peak { get; private set; }

    /// <summary>A viewer, until the result is disposed of.</summary>
    /// <param name="viewer">Who watches: with several tabs, still one.</param>
    public IDisposable Enter(string viewer)
    {
        Change(viewer, 1);
        return new Seat(this, viewer);
    }

    private void Change(string viewer, int by)
    {
        lock (_lock)
        {
            var before = Viewers;
            var count = _connections.GetValueOrDefault(viewer) + by;
            if (count == 0)
            {
                _connections.Remove(viewer);
            }
            else
            {
                _connections[viewer] = count;
            }
            Viewers = _connections.Count;
            Peak = Math.Max(Peak, Viewers);
            if (Viewers == before)
            {
                return;
            }
        }
        changed();
    }

    private sealed class Seat(Audience audience, string viewer) : IDisposable
    {
        private int _left;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _left, 1) == 0)
            {
                audience.Change(viewer, -1);
            }
        }
    }
}
