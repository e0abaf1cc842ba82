using Xunit;

namespace CommuniConnect.Server.Tests.Support;

/// <summary>How long a test waits for something that must happen.</summary>
internal static class Patience
{
    /// <summary>Far longer than anything here takes, also on a busy machine.</summary>
    public static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20);

    /// <summary>Looks again and again until it is so.</summary>
    public static async Task UntilAsync(Func<Task<bool>> reached, string what)
    {
        using var deadline = new CancellationTokenSource(Deadline);
        while (!await reached())
        {
            Assert.False(deadline.IsCancellationRequested, $"never happened: {what}");
            await Task.Delay(Look, CancellationToken.None);
        }
    }

    public static Task WithinAsync(this Task task) => task.WaitAsync(Deadline);

    public static Task<T> WithinAsync<T>(this Task<T> task) => task.WaitAsync(Deadline);
}
