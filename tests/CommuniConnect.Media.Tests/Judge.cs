using System.Diagnostics;

namespace CommuniConnect.Media.Tests;

/// <summary>Independent programs that say whether a file is right.</summary>
internal static class Judge
{
    /// <summary>Runs a program over a file of these bytes; skips the test when the program is not installed.</summary>
    /// <param name="program">Its name.</param>
    /// <param name="bytes">The file.</param>
    /// <param name="arguments">Its arguments; <c>{}</c> stands for the path of the file.</param>
    /// <returns>What it wrote, and the code it ended with.</returns>
    public static async Task<(int Code, string Output, string Errors)> RunAsync(
        string program,
        byte[] bytes,
        params string[] arguments
    )
    {
        Assert.SkipUnless(IsInstalled(program), $"{program} is not installed.");
        var path = Path.Combine(Path.GetTempPath(), $"communiconnect-{Guid.NewGuid():N}.webm");
        await File.WriteAllBytesAsync(path, bytes, TestContext.Current.CancellationToken);
        try
        {
            var start = new ProcessStartInfo(program)
            {
                UseShellExecute = false,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            };
            foreach (var argument in arguments)
                start.ArgumentList.Add(argument.Replace("{}", path, StringComparison.Ordinal));
            using var process = Process.Start(start)!;
            var output = process.StandardOutput.ReadToEndAsync(
                TestContext.Current.CancellationToken
            );
            var errors = process.StandardError.ReadToEndAsync(
                TestContext.Current.CancellationToken
            );
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
            return (
                process.ExitCode,
                (await output).Replace(path, "F", StringComparison.Ordinal),
                await errors
            );
        }
        finally
        {
            File.Delete(path);
            File.Delete(path + ".out");
        }
    }

    private static bool IsInstalled(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(Path.PathSeparator)
            .Any(folder => File.Exists(Path.Combine(folder, program)));
}
