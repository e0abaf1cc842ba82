using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;

namespace CommuniConnect.Server.Broadcast.Record;

/// <summary>
/// What a file of a recording is called, and so where it belongs: <c>part-002.webm</c>, then <c>part-002-tail-001.webm</c>,
/// what came later of the take that broke off at its end, then <c>part-003.webm</c>. Before the first part is
/// <c>part-000-tail-001.webm</c>, of takes that came before all that the live has shown.
/// </summary>
/// <param name="Number">1, 2, 3… as the live went; 0 before it.</param>
/// <param name="Tail">0, or 1, 2, 3… for the files that complete the part.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly partial record struct PartName(int Number, int Tail = 0)
{
    public const string Files = "part-*.webm";

    public bool IsTail => Tail > 0;

    /// <summary>Whether anything may be called so: what comes before the first part are tails only.</summary>
    public bool IsUsed => Number > 0 || IsTail;

    /// <summary>The next one as the live goes on.</summary>
    public PartName NextPart => new(Number + 1);

    /// <summary>The next one that completes the same part.</summary>
    public PartName NextTail => new(Number, Tail + 1);

    /// <summary>The name in a path, or null when the file is no part of a recording.</summary>
    public static PartName? Parse(string path)
    {
        var match = Pattern().Match(Path.GetFileName(path));
        return match.Success
            ? new PartName(NumberIn(match.Groups["part"]), NumberIn(match.Groups["tail"]))
            : null;
    }

    public override string ToString() =>
        IsTail
            ? string.Create(CultureInfo.InvariantCulture, $"part-{Number:000}-tail-{Tail:000}.webm")
            : string.Create(CultureInfo.InvariantCulture, $"part-{Number:000}.webm");

    private static int NumberIn(Group group) =>
        group.Success ? int.Parse(group.ValueSpan, CultureInfo.InvariantCulture) : 0;

    [GeneratedRegex(
        "^part-(?<part>[0-9]{3,8})(-tail-(?<tail>[0-9]{3,8}))?[.]webm$",
        RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant,
        matchTimeoutMilliseconds: 1_000
    )]
    private static partial Regex Pattern();
}
