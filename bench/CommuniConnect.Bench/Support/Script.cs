namespace CommuniConnect.Bench.Support;

/// <summary>What runs inside a page under measurement.</summary>
internal static class Script
{
    /// <param name="name">A file of the folder Scripts.</param>
    public static string Read(string name)
    {
        using var stream =
            typeof(Script).Assembly.GetManifestResourceStream(name)
            ?? throw new FileNotFoundException("no such script", name);
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
