using System.Collections.Concurrent;

namespace CommuniConnect.Server.Broadcast.Record;

/// <summary>One writer at a time adds to the tails of a live: a new one ends the one before, whose connection may be dead.</summary>
internal sealed class Tails
{
    private readonly ConcurrentDictionary<int, Turn> _turns = new();

    /// <summary>Waits for the turn of a live. Dispose of it when everything is written.</summary>
    public async Task<Turn> TakeTurnAsync(int liveId, CancellationToken cancellation)
    {
        var turn = new Turn(this, liveId, cancellation);
        while (true)
        {
            var holder = _turns.GetOrAdd(liveId, turn);
            if (holder == turn)
            {
                return turn;
            }
            await holder.CutAsync().WaitAsync(cancellation);
        }
    }

    /// <summary>Ends the writer there is, and waits until what it has is durable.</summary>
    public Task CutAsync(int liveId) =>
        _turns.TryGetValue(liveId, out var holder) ? holder.CutAsync() : Task.CompletedTask;

    /// <summary>The right to write.</summary>
    internal sealed class Turn(Tails tails, int liveId, CancellationToken cancellation)
        : IDisposable
    {
        private readonly CancellationTokenSource _cut =
            CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        private readonly TaskCompletionSource _over = new(
            TaskCreationOptions.RunContinuationsAsynchronously
        );

        /// <summary>Cancelled when somebody else wants to write, or the request is gone.</summary>
        public CancellationToken Cut => _cut.Token;

        public async Task CutAsync()
        {
            await _cut.CancelAsync();
            await _over.Task;
        }

        public void Dispose()
        {
            tails._turns.TryRemove(KeyValuePair.Create(liveId, this));
            _over.TrySetResult();
        }
    }
}
