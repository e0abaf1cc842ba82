using CommuniConnect.Server.Broadcast.OnAir;

namespace CommuniConnect.Server.Broadcast;

/// <summary>
/// Lets go of the lives before the web server waits for its connections: publishers and viewers would hold up the stop of
/// the server for as long as it lets them.
/// </summary>
internal sealed class BroadcastShutdown(LiveDirectory directory) : IHostedLifecycleService
{
    /// <summary>Connections that do not end by themselves are cut then, so that the server is gone within 5 s.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(4);

    public Task StoppingAsync(CancellationToken cancellationToken) => directory.SuspendAsync();

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
