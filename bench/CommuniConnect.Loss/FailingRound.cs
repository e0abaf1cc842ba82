namespace CommuniConnect.Loss;

/// <summary>A short live with its chat in which one write or one sync fails, then a kill, then the count.</summary>
internal sealed class FailingRound(
    ServerUnderTest server,
    IReadOnlyList<Api> members,
    byte[] footage,
    string scratch,
    Judge judge,
    Tally tally,
    Random random
)
{
    private const int Chatters = 6;
    private static readonly TimeSpan Length = TimeSpan.FromSeconds(2.5);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20);

    /// <param name="number">From 1: each fault in turn, then each at the next call.</param>
    public async Task RunAsync(int number)
    {
        using var enough = new CancellationTokenSource();
        var live = await members[0].StartLiveAsync(owner: 0);
        var publisher = new Publisher(live, footage, judge, tally, random) { MayEnd = true };
        var chatters = Enumerable
            .Range(0, Chatters)
            .Select(i => new Chatter(
                members[i],
                live.Id,
                $"f{number}c{i}",
                new Random(random.Next())
            ))
            .ToList();
        List<Task> all =
        [
            Task.Run(() => publisher.RunAsync(enough.Token)),
            .. chatters.Select(c => Task.Run(() => c.RunAsync(enough.Token))),
        ];
        while (publisher.AcknowledgedBytes == 0)
        {
            await Task.Delay(Look); // every file is there
        }
        var fault = DiskFault.All[(number - 1) % DiskFault.All.Length];
        var call = ((number - 1) / DiskFault.All.Length) + 1;
        await using (var disk = await FailingDisk.BeginAsync(server.Id, server.Folder, fault, call))
        {
            await Task.Delay(Length);
            await enough.CancelAsync();
            await Task.WhenAll(all);
            tally.Add("calls_failed", disk.Failed);
        }
        tally.Lose("servers_ended", server.HasEnded ? 1 : 0, $"{fault} at call {call}");
        await server.KillAsync();
        await server.StartAsync();
        var where = $"live {live.Id}, {fault.Error} of {fault.Calls} at call {call}";
        await new Aftermath(members, scratch, judge).CheckAsync(
            where,
            live,
            publisher,
            chatters,
            new Dictionary<int, string>()
        );
        tally.Add(publisher.HasEnded ? "lives_ended_by_the_fault" : "lives_that_went_on");
        tally.Add("runs");
    }
}
