using CommuniConnect.Server.Tests.Support;
using Xunit;

namespace CommuniConnect.Server.Tests.Broadcast;

/// <summary>
/// The short form of <c>./bench/run loss</c>: four lives, fifty chatters, dropped connections, and a program that knows nothing
/// of the server but its public surface counts what is missing of what was acknowledged.
/// </summary>
public sealed class LossTests
{
    private static readonly string Checker = Path.Combine(
        SharedCorpus.RepositoryRoot,
        "artifacts/bin/CommuniConnect.Loss/release/CommuniConnect.Loss.dll"
    );

    [Theory]
    [InlineData]
    [InlineData("--power")]
    public async Task Nothing_acknowledged_is_lost_doubled_or_out_of_order(params string[] how)
    {
        var server = Path.Combine(AppContext.BaseDirectory, "CommuniConnect.Server.dll");
        var (exit, counts, said) = await Tool.RunAsync(
            "dotnet",
            [Checker, "--server", server, "--runs", "1", .. how]
        );

        Assert.True(exit == 0, said);
        Assert.Contains("\"runs\":1", counts, StringComparison.Ordinal);
    }

    /// <summary>A checker that finds nothing proves something only when it would have found it.</summary>
    [Fact]
    public async Task Checker_finds_each_loss_in_records_that_were_doctored()
    {
        var (exit, said, errors) = await Tool.RunAsync("dotnet", [Checker, "--self-test"]);

        Assert.True(exit == 0, said + errors);
        Assert.Contains("every loss is found", said, StringComparison.Ordinal);
    }
}
