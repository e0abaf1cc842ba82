using Xunit;

namespace CommuniConnect.Server.Tests;

public sealed class CommandLineTests
{
    [Theory]
    [InlineData("--demo", "--demo=true")]
    [InlineData("--demo --data D", "--demo=true --data D")]
    [InlineData("--data D --demo", "--data D --demo=true")]
    [InlineData("--demo --https --urls U", "--demo=true --https=true --urls U")]
    [InlineData("--demo true", "--demo true")]
    [InlineData("--demo false --https", "--demo false --https=true")]
    [InlineData("--demo=false", "--demo=false")]
    [InlineData("", "")]
    public void A_bare_flag_means_true_and_takes_no_neighbour(string given, string read) =>
        Assert.Equal(
            read.Split(' ', StringSplitOptions.RemoveEmptyEntries),
            CommandLine.WithFlagValues(given.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        );
}
