using System.Text.RegularExpressions;
using Xunit;

namespace CommuniConnect.Server.Tests;

/// <summary>The documents lead somewhere: every link into the repository names something that is there.</summary>
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
}
