namespace CommuniConnect.Server.Broadcast.OnAir;

/// <summary>What the server's log is told about lives. Nothing per packet.</summary>
internal static partial class LiveLog
{
    [LoggerMessage(
        1001,
        LogLevel.Warning,
        "Live {LiveId}: take {Take} was refused, {Reason}: {Found}"
    )]
    public static partial void TakeRefused(
        ILogger logger,
        int liveId,
        int take,
        TakeRefusalReason reason,
        string found
    );

    [LoggerMessage(
        1002,
        LogLevel.Error,
        "Live {LiveId}: the recording cannot be written any more; what was written is kept"
    )]
    public static partial void RecordingFailed(ILogger logger, int liveId, Exception error);

    [LoggerMessage(
        1003,
        LogLevel.Critical,
        "Live {LiveId}: ended by a defect; what was recorded is kept"
    )]
    public static partial void Faulted(ILogger logger, int liveId, Exception error);
}
