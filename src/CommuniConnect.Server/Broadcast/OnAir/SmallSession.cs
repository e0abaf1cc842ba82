namespace CommuniConnect.Server.Broadcast.OnAir;

/// <summary>Why a connection that sends the small picture is not wanted any more.</summary>
internal enum SmallEnd
{
    /// <summary>Another connection sends it now.</summary>
    Replaced,

    /// <summary>The take it belongs to, or the live, is over.</summary>
    Over,

    /// <summary>The server is going down.</summary>
    Suspended,
}

/// <summary>One connection that sends the small picture of a take.</summary>
internal sealed class SmallSession(Guid takeId)
{
    private readonly TaskCompletionSource<SmallEnd> _closed = new(
        TaskCreationOptions.RunContinuationsAsynchronously
    );

    /// <summary>The take whose clock its timestamps go by.</summary>
    public Guid TakeId => takeId;

    /// <summary>Completes when the live has closed it.</summary>
    public Task<SmallEnd> Closed => _closed.Task;

    public void Close(SmallEnd end) => _closed.TrySetResult(end);
}
