namespace CommuniConnect.Server.Broadcast.OnAir;

/// <summary>Counts who is watching: people, not connections. Safe from any thread.</summary>
internal sealed class Audience(Action changed)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, int> _connections = new(StringComparer.Ordinal); // under _lock

    public int Viewers { get; private set; }
    public int Peak { get; private set; }

    /// <summary>Takes up what the peak was before a restart of the server.</summary>
    public void Resume(int peak)
    {
        lock (_lock)
        {
            Peak = Math.Max(Peak, peak);
        }
    }

    /// <summary>A viewer, until the result is disposed of.</summary>
    /// <param name="viewer">Who watches: with several tabs, still one.</param>
    public Seat Enter(string viewer) => new(this, viewer);

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

    /// <summary>One connection of a viewer.</summary>
    public sealed class Seat : IDisposable
    {
        private readonly Audience _audience;
        private readonly string _viewer;
        private readonly Lock _lock = new();
        private bool _isTaken; // under _lock
        private bool _isGone; // under _lock

        internal Seat(Audience audience, string viewer)
        {
            (_audience, _viewer) = (audience, viewer);
            Take(true);
        }

        /// <summary>Whether the viewer is there, as far as anybody can tell: a seat that is not taken does not count.</summary>
        public void Take(bool isTaken) => Take(isTaken, isLast: false);

        public void Dispose() => Take(isTaken: false, isLast: true);

        private void Take(bool isTaken, bool isLast)
        {
            lock (_lock)
            {
                if (_isGone)
                {
                    return;
                }
                _isGone = isLast;
                if (_isTaken == isTaken)
                {
                    return;
                }
                _isTaken = isTaken;
                _audience.Change(_viewer, isTaken ? 1 : -1);
            }
        }
    }
}
