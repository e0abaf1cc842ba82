using System.Diagnostics;
using System.Globalization;
using Xunit;

namespace CommuniConnect.Server.Tests.Support;

/// <summary>
/// A network of its own with one wire to this machine. What is in it can fall silent as a phone does that leaves the
/// network: nothing of it arrives any more, and nobody says so.
/// </summary>
internal sealed class DistantNetwork : IAsyncDisposable
{
    private static int _made;

    private readonly string _name;
    private readonly string _prefix;

    private DistantNetwork(string name, string prefix) => (_name, _prefix) = (name, prefix);

    /// <summary>This machine's address on the wire.</summary>
    public string HostAddress => $"{_prefix}.1";

    public static async Task<DistantNetwork> MakeAsync()
    {
        var number = (Environment.ProcessId + Interlocked.Increment(ref _made)) % (64 * 256);
        var network = new DistantNetwork(
            string.Create(CultureInfo.InvariantCulture, $"far{number}"),
            string.Create(
                CultureInfo.InvariantCulture,
                $"100.{64 + (number / 256)}.{number % 256}" // Spec: RFC 6598, shared by nobody else on a machine
            )
        );
        var (exit, _, errors) = await Tool.RunAsync("ip", "netns", "add", network._name);
        // Only the owner of a machine may make one.
        Assert.SkipUnless(exit == 0, $"no network can be made here: {errors}");
        await network.IpAsync(
            $"link add {network._name} type veth peer name eth0 netns {network._name}"
        );
        await network.IpAsync($"addr add {network.HostAddress}/24 dev {network._name}");
        await network.IpAsync($"link set {network._name} up");
        await network.IpAsync($"-n {network._name} addr add {network._prefix}.2/24 dev eth0");
        await network.IpAsync($"-n {network._name} link set eth0 up");
        return network;
    }

    /// <summary>Runs a program there.</summary>
    public Process Start(string program, params string[] arguments) =>
        Tool.Start("ip", ["netns", "exec", _name, program, .. arguments]);

    /// <summary>Nothing of what is there arrives here any more.</summary>
    public Task FallSilentAsync() => IpAsync($"-n {_name} route add blackhole {HostAddress}/32");

    /// <summary>It is heard again.</summary>
    public Task SpeakAsync() => IpAsync($"-n {_name} route del blackhole {HostAddress}/32");

    public async ValueTask DisposeAsync() => await IpAsync($"netns del {_name}");

    private async Task IpAsync(string arguments)
    {
        var (exit, _, errors) = await Tool.RunAsync("ip", arguments.Split(' '));
        Assert.True(exit == 0, $"ip {arguments}: {errors}");
    }
}
