namespace CommuniConnect.Server.Community.Chat;

/// <summary>What the loop of a room is asked to do.</summary>
internal abstract class RoomCommand
{
    /// <summary>It could not be done.</summary>
    public abstract void Fail(Refused refused);

    protected static TaskCompletionSource<T> NewAnswer<T>() =>
        new(TaskCreationOptions.RunContinuationsAsynchronously);
}

/// <summary>A message to be saved.</summary>
internal sealed class Submission(int authorId, bool isModerator, ChatDraft draft) : RoomCommand
{
    private readonly TaskCompletionSource<SendOutcome> _outcome = NewAnswer<SendOutcome>();

    public int AuthorId => authorId;
    public bool IsModerator => isModerator;
    public ChatDraft Draft => draft;
    public Task<SendOutcome> Outcome => _outcome.Task;

    /// <summary>The message this one repeats, answered once that one is saved.</summary>
    public ShownMessage? SameAs { get; set; }

    public void Save(ShownMessage message) => _outcome.TrySetResult(SendOutcome.Saved(message));

    /// <summary>It had been saved before.</summary>
    public void Repeat(ShownMessage message) =>
        _outcome.TrySetResult(SendOutcome.Saved(message) with { Repeats = true });

    public void Hold(HeldView held) => _outcome.TrySetResult(SendOutcome.Waits(held));

    public void Refuse(Refused refused) => _outcome.TrySetResult(SendOutcome.No(refused));

    public override void Fail(Refused refused) => Refuse(refused);
}

/// <summary>Anything else that has to happen between two messages.</summary>
internal abstract class Act : RoomCommand
{
    public abstract Task RunAsync();
}

/// <inheritdoc/>
internal sealed class Act<T>(Func<Task<Outcome<T>>> what) : Act
    where T : class
{
    private readonly TaskCompletionSource<Outcome<T>> _outcome = NewAnswer<Outcome<T>>();

    public Task<Outcome<T>> Outcome => _outcome.Task;

    public override async Task RunAsync() => _outcome.TrySetResult(await what());

    public override void Fail(Refused refused) => _outcome.TrySetResult(refused);
}

/// <summary>The live is over: no message after those before this.</summary>
internal sealed class Closing : RoomCommand
{
    private readonly TaskCompletionSource<int> _count = NewAnswer<int>();

    public Task<int> Count => _count.Task;

    public void Answer(int count) => _count.TrySetResult(count);

    public override void Fail(Refused refused) =>
        _count.TrySetException(new IOException("The room could not be closed."));
}
