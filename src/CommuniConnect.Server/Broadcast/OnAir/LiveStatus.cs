namespace CommuniConnect.Server.Broadcast.OnAir;

/// <summary>Where a live stands.</summary>
internal enum LiveStatus
{
    /// <summary>Started, no media yet.</summary>
    Waiting,

    /// <summary>Its publisher is sending.</summary>
    Live,

    /// <summary>Its publisher is gone and may come back.</summary>
    Interrupted,

    /// <summary>Over.</summary>
    Ended,
}

/// <summary>Why a live ended.</summary>
internal enum LiveEndReason
{
    /// <summary>Its owner or a moderator stopped it.</summary>
    Stopped,

    /// <summary>It was stopped by force.</summary>
    ForceStopped,

    /// <summary>Its publisher did not come back in time.</summary>
    PublisherLeft,

    /// <summary>The disk was almost full.</summary>
    DiskFull,

    /// <summary>The recording could no longer be written.</summary>
    RecordingFailed,

    /// <summary>A defect in the engine; what was recorded is kept.</summary>
    Faulted,
}
