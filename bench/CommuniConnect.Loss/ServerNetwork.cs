namespace CommuniConnect.Loss;

/// <summary>
/// Where the server listens. To be cut off without a word it lives in a network namespace of its own, at the other end of a cable
/// whose packets iptables can drop: connections are neither closed nor answered.
/// </summary>
internal sealed class ServerNetwork : IAsyncDisposable
{
    private readonly string _name = $"loss{Environment.ProcessId}";

    private ServerNetwork() { }

    private bool IsApart { get; init; }

    /// <summary>The server's host.</summary>
    public string Host => IsApart ? "10.213.77.2" : "127.0.0.1";

    /// <param name="apart">Whether its packets are to be dropped now and then; takes root and iptables.</param>
    public static async Task<ServerNetwork> MakeAsync(bool apart)
    {
        var network = new ServerNetwork { IsApart = apart };
        if (apart)
        {
            await network.LayCableAsync();
        }
        return network;
    }

    /// <summary>The command that runs a program where the server is to be.</summary>
    public (string Program, string[] Arguments) Command(string program, string[] arguments) =>
        IsApart ? ("ip", ["netns", "exec", _name, program, .. arguments]) : (program, arguments);

    /// <summary>Drops packets for a while, again and again.</summary>
    public async Task CutNowAndThenAsync(Random random, Tally tally, CancellationToken enough)
    {
        while (IsApart && !enough.IsCancellationRequested)
        {
            await Task.Delay(random.Next(300, 3_000), CancellationToken.None);
            await InsideAsync("iptables", "-A", "INPUT", "-i", "server", "-j", "DROP");
            await Task.Delay(random.Next(200, 4_000), CancellationToken.None);
            await InsideAsync("iptables", "-F");
            tally.Add("links_cut");
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (IsApart)
        {
            await ServerUnderTest.RunAsync("ip", "netns", "delete", _name);
        }
    }

    private async Task LayCableAsync()
    {
        await ServerUnderTest.RunAsync("ip", "netns", "add", _name);
        await ServerUnderTest.RunAsync(
            "ip",
            [.. $"link add {_name} type veth peer name server netns {_name}".Split(' ')]
        );
        await ServerUnderTest.RunAsync("ip", "address", "add", "10.213.77.1/30", "dev", _name);
        await ServerUnderTest.RunAsync("ip", "link", "set", _name, "up");
        await InsideAsync("ip", "address", "add", $"{Host}/30", "dev", "server");
        await InsideAsync("ip", "link", "set", "server", "up");
        await InsideAsync("ip", "link", "set", "lo", "up");
    }

    private Task InsideAsync(string program, params string[] arguments)
    {
        var (command, all) = Command(program, arguments);
        return ServerUnderTest.RunAsync(command, all);
    }
}
