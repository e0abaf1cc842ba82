namespace CommuniConnect.Loss;

/// <summary>Writes in the chat of a live, gives up in the middle of requests, sends the same again, and keeps its own record of what was acknowledged.</summary>
internal sealed class Chatter(Api api, int live, string name, Random random)
{
    private readonly Dictionary<int, string> _acknowledged = [];

    public int Live => live;

    /// <summary>By the number the server gave.</summary>
    public IReadOnlyDictionary<int, string> Acknowledged => _acknowledged;

    public async Task RunAsync(CancellationToken enough)
    {
        for (var n = 1; !enough.IsCancellationRequested; n++)
        {
            var content = $"{name}-{n}";
            int? id = null;
            while (id is null && !enough.IsCancellationRequested)
            {
                using var cut = CancellationTokenSource.CreateLinkedTokenSource(enough);
                if (random.Next(4) == 0)
                {
                    cut.CancelAfter(random.Next(1, 15));
                }
                id = await api.TrySayAsync(live, content, content, cut.Token);
                await Task.Delay(random.Next(200, 600), CancellationToken.None);
            }
            if (id is { } number)
            {
                _acknowledged[number] = content;
            }
        }
    }
}
