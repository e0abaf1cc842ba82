namespace CommuniConnect.Loss;

/// <summary>Four lives and fifty chatters, a kill or two at random moments, then the count.</summary>
internal sealed class Round(
    ServerUnderTest server,
    ServerNetwork network,
    IReadOnlyList<Api> members,
    byte[] footage,
    string scratch,
    Judge judge,
    Tally tally,
    Random random
)
{
    public const int Lives = 4;
    public const int Chatters = 50;

    public async Task RunAsync(int number)
    {
        using var enough = new CancellationTokenSource();
        var lives = new List<StartedLive>();
        for (var i = 0; i < Lives; i++)
        {
            lives.Add(await members[i].StartLiveAsync(i));
        }
        var publishers = lives
            .Select(live => new Publisher(live, footage, judge, tally, new Random(random.Next())))
            .ToList();
        var chatters = Enumerable
            .Range(0, Chatters)
            .Select(i => new Chatter(
                members[i],
                lives[i % Lives].Id,
                $"r{number}c{i}",
                new Random(random.Next())
            ))
            .ToList();
        var seen = lives.Select(_ => new Dictionary<int, string>()).ToList();
        var watching = lives.Select(
            (live, i) =>
                WatchAsync(live.Id, chatters.FindAll(c => c.Live == live.Id), seen[i], enough.Token)
        );
        List<Task> all =
        [
            .. publishers.Select(p => Task.Run(() => p.RunAsync(enough.Token))),
            .. chatters.Select(c => Task.Run(() => c.RunAsync(enough.Token))),
            .. watching,
            network.CutNowAndThenAsync(new Random(random.Next()), tally, enough.Token),
        ];
        for (var kills = random.Next(1, 3); kills > 0; kills--)
        {
            await Task.Delay(random.Next(200, 2_500));
            await server.KillAsync();
            tally.Add("kills");
            await server.StartAsync();
        }
        await Task.Delay(random.Next(0, 2_000));
        await enough.CancelAsync();
        await Task.WhenAll(all);
        var aftermath = new Aftermath(members, scratch, judge);
        for (var i = 0; i < Lives; i++)
        {
            await aftermath.CheckAsync(
                $"live {lives[i].Id}",
                lives[i],
                publishers[i],
                chatters,
                seen[i]
            );
        }
        tally.Add("runs");
    }

    /// <summary>Somebody who reads along: what was once seen must stay what it was, and what was removed must be gone.</summary>
    private async Task WatchAsync(
        int live,
        IReadOnlyCollection<Chatter> chatters,
        Dictionary<int, string> seen,
        CancellationToken enough
    )
    {
        const int Again = 30;
        while (!enough.IsCancellationRequested)
        {
            var removed = chatters
                .SelectMany(c => c.Removals)
                .Where(r => r.Value)
                .Select(r => r.Key)
                .ToList();
            var after = Math.Max(0, seen.Keys.DefaultIfEmpty(0).Max() - Again);
            var shown = await members[^1].MessagesAsync(live, after);
            judge.Removed($"live {live}, while it runs", removed, shown);
            foreach (var (id, content) in shown)
            {
                seen[id] = content;
            }
            await Task.Delay(100, CancellationToken.None);
        }
    }
}
