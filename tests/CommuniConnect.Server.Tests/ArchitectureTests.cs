using System.Text.RegularExpressions;
using CommuniConnect.Server.Tests.Support;
using Xunit;

namespace CommuniConnect.Server.Tests;

/// <summary>Who may call whom.</summary>
public sealed partial class ArchitectureTests
{
    /// <summary>A source file in one of these folders must not name these.</summary>
    private static readonly (
        string Folder,
        string[] Except,
        string Forbidden,
        string Why
    )[] Rules =
    [
        (
            "CommuniConnect.Media",
            [],
            @"CommuniConnect\.Server|System\.IO\.File|Microsoft\.Extensions",
            "Media references nothing"
        ),
        (
            "CommuniConnect.Server/Broadcast",
            [],
            @"CommuniConnect\.Server\.Community",
            "Broadcast never references Community"
        ),
        (
            "CommuniConnect.Server/Broadcast/OnAir",
            [],
            @"Server\.Broadcast\.(Watch|Ingest|Package)",
            "a live never knows its readers, nor who feeds it"
        ),
        (
            "CommuniConnect.Server/Broadcast/Record",
            [],
            @"Server\.Broadcast\.(Watch|Ingest|Package)",
            "the recorder knows the live only"
        ),
        (
            "CommuniConnect.Server/Broadcast/Watch",
            [],
            @"Server\.Broadcast\.Record",
            "watching reads the timeline"
        ),
        (
            "CommuniConnect.Server/Platform",
            ["Database/AppDb", "Database/Migrations", "Database/DatabaseSetup"],
            @"Server\.(Community|Broadcast)\.",
            "Platform serves, it does not call"
        ),
        (
            "CommuniConnect.Server/Community",
            [],
            @"Sqlite|Npgsql|Amazon",
            "only Platform names a provider"
        ),
        (
            "CommuniConnect.Server/Broadcast",
            [],
            @"Sqlite|Npgsql|Amazon|EntityFrameworkCore",
            "only Platform names a provider"
        ),
    ];

    [Fact]
    public void Who_may_call_whom()
    {
        var source = Path.Combine(SharedCorpus.RepositoryRoot, "src");
        var broken = Rules
            .SelectMany(rule =>
                Sources(Path.Combine(source, rule.Folder))
                    .Where(file =>
                        !rule.Except.Any(e => file.Contains(e, StringComparison.Ordinal))
                    )
                    .Where(file =>
                        Regex.IsMatch(
                            File.ReadAllText(file),
                            rule.Forbidden,
                            RegexOptions.None,
                            TimeSpan.FromSeconds(1)
                        )
                    )
                    .Select(file => $"{Path.GetRelativePath(source, file)}: {rule.Why}")
            )
            .Concat(
                Sources(source)
                    .Where(file => MutableStatic().IsMatch(File.ReadAllText(file)))
                    .Select(file =>
                        $"{Path.GetRelativePath(source, file)}: nothing is static and mutable"
                    )
            );

        Assert.Empty(broken);
    }

    private static IEnumerable<string> Sources(string folder)
    {
        var files = Directory
            .EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.Contains("/obj/", StringComparison.Ordinal))
            .ToList();
        Assert.NotEmpty(files);
        return files;
    }

    /// <summary>A static field that is neither readonly nor const.</summary>
    [GeneratedRegex(
        @"^\s*(public|private|internal|protected)\s+static\s+(?!readonly|partial|async|class|implicit|explicit|extern|unsafe|bool operator)[\w<>?\[\],. ]+\s+_?\w+\s*(=[^>]|;)",
        RegexOptions.Multiline | RegexOptions.ExplicitCapture,
        1_000
    )]
    private static partial Regex MutableStatic();
}
