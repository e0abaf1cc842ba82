using CommuniConnect.Server.Broadcast.Record;

namespace CommuniConnect.Server.Broadcast.OnAir;

/// <summary>Puts together what is told of a live at its end: how it was, and what can be played of it.</summary>
/// <param name="replay">Finds the replay, given what was just finished of it or null.</param>
internal sealed class EndingReport(
    int id,
    Audience audience,
    Func<IReadOnlyDictionary<PartName, RecordedPart>?, IReadOnlyList<ReplayPart>> replay,
    TimeProvider time,
    ILogger logger
)
{
    /// <summary>How long the replay of a live that was given up may be looked for.</summary>
    private static readonly TimeSpan LongestLook = TimeSpan.FromSeconds(1);

    /// <summary>Of a live whose recording was closed as well as it could be.</summary>
    /// <param name="finished">What was finished of it; null when that failed.</param>
    public LiveEnding Of(
        LiveEndReason reason,
        string? explanation,
        LiveState state,
        IReadOnlyDictionary<PartName, RecordedPart>? finished
    )
    {
        IReadOnlyList<ReplayPart> parts = [];
        try
        {
            parts = replay(finished);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            LiveLog.RecordingFailed(logger, id, error);
        }
        return Of(reason, explanation, state, parts);
    }

    /// <summary>
    /// Of a live that does not answer: with the recording as far as it was written, and without it should the disk not even be
    /// read.
    /// </summary>
    public async Task<LiveEnding> OfAbandonedAsync(
        LiveEndReason reason,
        string? explanation,
        LiveState state
    )
    {
        IReadOnlyList<ReplayPart> parts = [];
        try
        {
            parts = await Task.Run(() => replay(null)).WaitAsync(LongestLook, time);
        }
        catch (Exception error) when (error is TimeoutException or IOException)
        {
            LiveLog.RecordingFailed(logger, id, error);
        }
        return Of(reason, explanation, state, parts);
    }

    private LiveEnding Of(
        LiveEndReason reason,
        string? explanation,
        LiveState state,
        IReadOnlyList<ReplayPart> parts
    ) =>
        new(
            id,
            reason,
            state.StartedAt,
            time.GetUtcNow(),
            parts.Aggregate(TimeSpan.Zero, (sum, part) => sum + part.Duration),
            audience.Peak,
            state.Takes,
            parts,
            explanation
        );
}
