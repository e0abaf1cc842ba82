namespace CommuniConnect.Server.Broadcast.Record;

internal static partial class RecordLog
{
    [LoggerMessage(
        2001,
        LogLevel.Error,
        "The recording {Path} cannot be read and was left as it is: {Reason}"
    )]
    public static partial void Unreadable(ILogger logger, string path, string reason);
}
