using System.Threading.Channels;
using CommuniConnect.Server.Broadcast.OnAir;

namespace CommuniConnect.Server.Broadcast.Record;

/// <summary>"Once this file is on disk, the take is durable up to this byte."</summary>
/// <param name="File">What to sync, or null when nothing was written since the point before.</param>
/// <param name="FileBytes">How long it was then.</param>
/// <param name="Completes">The connection that waits to hear that its take is complete, or null.</param>
internal sealed record CommitPoint(
    RecordingFile? File,
    long FileBytes,
    Take Take,
    long OffsetBytes,
    PublisherSession? Completes = null
);

/// <summary>
/// Publish early, acknowledge late: makes what the recorder wrote durable, beside the live's loop, and only then lets the
/// publisher know. While one fsync runs the next points gather, so a slow disk makes fewer of them, not a queue.
/// </summary>
/// <param name="failed">Called once should the disk fail: nothing more is acknowledged.</param>
internal sealed class Committer(Action<Exception> failed)
{
    private readonly Channel<object> _points = Channel.CreateUnbounded<object>(
        new UnboundedChannelOptions { SingleReader = true }
    );
    private Task _running = Task.CompletedTask;
    private volatile Publication? _publication;
    private volatile Exception? _failure;

    private sealed record Publication(PublisherSession Session, Take Take);

    public void Start() => _running = Task.Run(RunAsync);

    /// <summary>From now on this session hears how far the take is durable.</summary>
    public void Publish(PublisherSession session, Take take) =>
        _publication = new Publication(session, take);

    /// <summary>Tells the session that was published last, the last thing it hears.</summary>
    public void ClosePublisher(PublisherNotice last) => _publication?.Session.Close(last);

    public void Request(CommitPoint point) => _points.Writer.TryWrite(point);

    /// <summary>Whether a sync failed: what was not acknowledged by then is in doubt.</summary>
    public bool HasFailed => _failure is not null;

    /// <summary>Completes when everything requested before is durable.</summary>
    /// <exception cref="IOException">It is in doubt.</exception>
    public async Task DrainAsync()
    {
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        if (_points.Writer.TryWrite(reached))
        {
            await Task.WhenAny(reached.Task, _running);
        }
        if (_failure is { } failure)
        {
            throw new IOException(failure.Message, failure);
        }
    }

    /// <summary>Makes the rest durable and ends.</summary>
    public async Task StopAsync()
    {
        _points.Writer.TryComplete();
        await _running;
    }

    private async Task RunAsync()
    {
        var batch = new List<object>();
        try
        {
            while (await _points.Reader.WaitToReadAsync())
            {
                while (_points.Reader.TryRead(out var point))
                {
                    batch.Add(point);
                }
                foreach (
                    var last in batch
                        .OfType<CommitPoint>()
                        .Where(p => p.File is not null)
                        .GroupBy(p => p.File)
                        .Select(points => points.Last())
                )
                {
                    last.File!.Sync(last.FileBytes);
                }
                foreach (var point in batch)
                {
                    Report(point);
                }
                batch.Clear();
            }
        }
        catch (Exception error)
        {
            // After a failed fsync the state of the file is unknown: nothing more is acknowledged.
            _failure = error;
            _points.Writer.TryComplete();
            failed(error);
        }
    }

    private void Report(object point)
    {
        if (point is CommitPoint commit)
        {
            Durable(commit);
        }
        else
        {
            ((TaskCompletionSource)point).SetResult();
        }
    }

    private void Durable(CommitPoint point)
    {
        point.Take.DurableBytes = point.OffsetBytes;
        if (point.Completes is { } session)
        {
            session.Tell(new PublisherNotice.Completed(point.OffsetBytes));
        }
        else if (_publication is { } publication && publication.Take == point.Take)
        {
            publication.Session.Tell(new PublisherNotice.Durable(point.OffsetBytes));
        }
    }
}
