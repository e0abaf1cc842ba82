namespace CommuniConnect.Bench.Support;

/// <summary>Tells on the error stream what is being done, so that the report alone stays on the other.</summary>
internal static class Progress
{
    public static void Say(string text) => Console.Error.WriteLine($"bench: {text}");
}
