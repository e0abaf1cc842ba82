namespace CommuniConnect.Server;

/// <summary>The command line as ASP.NET Core's configuration reads it.</summary>
internal static class CommandLine
{
    private static readonly string[] Flags = ["--demo", "--https"];

    /// <summary>
    /// Gives a bare flag the value true: the configuration provider would take the next argument for its value, or
    /// leave a last one out.
    /// </summary>
    public static string[] WithFlagValues(string[] args) =>
        [
            .. args.Select(
                (arg, at) =>
                    Flags.Contains(arg, StringComparer.OrdinalIgnoreCase)
                    && !bool.TryParse(args.ElementAtOrDefault(at + 1), out _)
                        ? $"{arg}=true"
                        : arg
            ),
        ];
}
