namespace CommuniConnect.Server.Broadcast.Record;

/// <summary>Where in a recording reading may begin.</summary>
/// <param name="Part">The file.</param>
/// <param name="OffsetBytes">Where a cluster begins in it.</param>
/// <param name="IsSettled">Whether no newer keyframe can come before the moment it was looked for.</param>
internal sealed record RecordingPlace(RecordedPart Part, long OffsetBytes, bool IsSettled = false);
