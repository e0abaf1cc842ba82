using CommuniConnect.Server.Tests.Support;
using Xunit;

namespace CommuniConnect.Server.Tests.Broadcast;

/// <summary>
/// The short form of <c>./bench/run loss</c>: four lives, fifty chatters, dropped connections, and a program that knows nothing
/// of the server but its public surface counts what is missing of what was acknowledged.
/// </summary>
public sealed class LossTests
{
    [Theory]
    [InlineData("2", new string[0])]
    [InlineData("1", new[] { "--power" })]
    public async Task Nothing_acknowledged_is_lost_doubled_or_out_of_order(
        string runs,
        string[] how
    )
    {
        var (exit, counts, said) = await Tool.RunAsync(
            "dotnet",
            [
                Path.Combine(
                    SharedCorpus.RepositoryRoot,
                    "artifacts/bin/CommuniConnect.Loss/release/CommuniConnect.Loss.dll"
                ),
                "--server",
                Path.Combine(AppContext.BaseDirectory, "CommuniConnect.Server.dll"),
                "--runs",
                runs,
                .. how,
            ]
        );

        Assert.True(exit == 0, said);
        Assert.Contains($"\"runs\":{runs}", counts, StringComparison.Ordinal);
    }
}
