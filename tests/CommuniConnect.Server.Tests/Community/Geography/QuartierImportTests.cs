using CommuniConnect.Server.Community.Geography;
using CommuniConnect.Server.Tests.Support;
using Xunit;

namespace CommuniConnect.Server.Tests.Community.Geography;

/// <summary>On a server of their own: an import adds to what the other tests count.</summary>
public sealed class QuartierImportTests(ServerFixture server) : IClassFixture<ServerFixture>
{
    [Fact]
    public async Task Import_adds_corrects_and_says_how_many()
    {
        var (code, output, _) = await ImportAsync(
            "Commune,Nom\r\nKindia, Abattoir 1\r\nRATOMA,nongo\r\nKaloum,Boulbinet\r\n\"Kindia\",\"Cassia, centre\"\r\n"
        );

        Assert.Equal(0, code);
        Assert.Equal("Quartiers : 2 ajoutés, 1 corrigés, 1 inchangés.", output.Trim());
    }

    [Theory]
    [InlineData("", "Ligne 1")]
    [InlineData("ville,pays\nKindia,Guinée\n", "Ligne 1")]
    [InlineData("nom,commune\nA,Kindia\n,Kindia\n", "Ligne 3")]
    [InlineData("nom,commune\nA,Kindia\n\nB\n", "Ligne 4")]
    [InlineData("nom,commune\n\"A,Kindia\nB,Kindia\n", "Ligne 2")]
    public async Task A_file_with_a_bad_line_imports_nothing_and_names_the_line(
        string file,
        string line
    )
    {
        var (code, output, problems) = await ImportAsync(file);

        Assert.Equal(1, code);
        Assert.Empty(output);
        Assert.StartsWith(line, problems, StringComparison.Ordinal);
    }

    private async Task<(int Code, string Output, string Problems)> ImportAsync(string content)
    {
        var file = Path.Combine(server.DataPath, $"{Guid.NewGuid()}.csv");
        await File.WriteAllTextAsync(file, content);
        await using var output = new StringWriter();
        await using var problems = new StringWriter();
        var code = await ImportQuartiersCommand.RunAsync(
            server.Services,
            file,
            output,
            problems,
            CancellationToken.None
        );
        return (code, output.ToString(), problems.ToString());
    }
}
