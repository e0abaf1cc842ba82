using System.Text.RegularExpressions;
using CommuniConnect.Server.Tests.Support;
using Xunit;

namespace CommuniConnect.Server.Tests;

/// <summary>The documents hold: their links lead somewhere, and the command knows the options they name.</summary>
public sealed partial class DocumentationTests
{
    [Theory]
    [InlineData("README.md")]
    [InlineData("docs/flow.md")]
    public void Every_relative_link_leads_to_a_file(string document)
    {
        var path = Path.Combine(Root(), document);
        var folder = Path.GetDirectoryName(path)!;

        var links = Link()
            .Matches(File.ReadAllText(path))
            .Select(match => match.Groups["path"].Value)
            .ToList();

        Assert.NotEmpty(links);
        Assert.All(links, link => Assert.True(Path.Exists(Path.Combine(folder, link)), link));
    }

    [Fact]
    public async Task Help_names_each_option_of_the_readme_and_starts_nothing()
    {
        var (exitCode, help, _) = await Tool.RunAsync(
            "timeout",
            "20",
            Path.Combine(Root(), "run"),
            "--help"
        );
        Assert.Equal(0, exitCode);

        var options = Option()
            .Matches(await File.ReadAllTextAsync(Path.Combine(Root(), "README.md")))
            .Select(match => match.Groups["name"].Value)
            .ToList();
        Assert.NotEmpty(options);
        Assert.All(options, option => Assert.Contains($"  {option} ", help));
    }

    private static string Root()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "CommuniConnect.slnx")))
        {
            folder = Path.GetDirectoryName(folder) ?? throw new DirectoryNotFoundException();
        }
        return folder;
    }

    [GeneratedRegex(
        @"\]\((?!https?:|#)(?<path>[^)#]+)",
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000
    )]
    private static partial Regex Link();

    /// <summary>A row of the settings that is an option of the command itself: no section, no colon.</summary>
    [GeneratedRegex(
        @"^\| `(?<name>--\w+)` \|",
        RegexOptions.ExplicitCapture | RegexOptions.Multiline,
        matchTimeoutMilliseconds: 1000
    )]
    private static partial Regex Option();
}
