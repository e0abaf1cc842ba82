using System.Collections.Concurrent;

namespace CommuniConnect.Loss;

/// <summary>
/// Writes in the chat of a live, takes some of it away again, gives up in the middle of requests, sends the same again, and
/// keeps its own record of what was acknowledged.
/// </summary>
internal sealed class Chatter(Api api, int live, string name, Random random)
{
    private readonly Dictionary<int, string> _acknowledged = [];

    public int Live => live;

    /// <summary>By the number the server gave.</summary>
    public IReadOnlyDictionary<int, string> Acknowledged => _acknowledged;

    /// <summary>What it asked to take away, and whether that was acknowledged. Read by others meanwhile.</summary>
    public ConcurrentDictionary<int, bool> Removals { get; } = [];

    public async Task RunAsync(CancellationToken enough)
    {
        for (var n = 1; !enough.IsCancellationRequested; n++)
        {
            var content = $"{name}-{n}";
            int? id = null;
            while (id is null && !enough.IsCancellationRequested)
            {
                using var cut = Cut(enough);
                id = await api.TrySayAsync(live, content, content, cut.Token);
                await PauseAsync();
            }
            if (id is { } number)
            {
                _acknowledged[number] = content;
                if (random.Next(3) == 0)
                {
                    await RemoveAsync(number, enough);
                }
            }
        }
    }

    private async Task RemoveAsync(int number, CancellationToken enough)
    {
        Removals[number] = false; // from now on it may be gone
        using var cut = Cut(enough);
        if (await api.TryRemoveAsync(live, number, cut.Token))
        {
            Removals[number] = true;
        }
        await PauseAsync();
    }

    /// <summary>Now and then the connection does not live as long as the request.</summary>
    private CancellationTokenSource Cut(CancellationToken enough)
    {
        var cut = CancellationTokenSource.CreateLinkedTokenSource(enough);
        if (random.Next(4) == 0)
        {
            cut.CancelAfter(random.Next(1, 15));
        }
        return cut;
    }

    private Task PauseAsync() => Task.Delay(random.Next(200, 600), CancellationToken.None);
}
