using System.Text.Json;

namespace CommuniConnect.Server.Community.Lives;

/// <summary>
/// What is kept of a live beside its post, whose id is its own: <c>live_id</c> and <c>post_id</c> are one number.
/// While <see cref="EndedAt"/> is null the broadcast engine knows more (see LiveSnapshot).
/// </summary>
internal sealed class LiveRecord
{
    public int PostId { get; init; }

    /// <summary>When the first frame arrived, or null.</summary>
    public DateTimeOffset? StartedAt { get; set; }
    public DateTimeOffset? EndedAt { get; set; }

    /// <summary>Why it ended: the name of a LiveEndReason.</summary>
    public string? EndReason { get; set; }

    /// <summary>The same as the API has it, in snake_case.</summary>
    public string? EndReasonName =>
        EndReason is null ? null : JsonNamingPolicy.SnakeCaseLower.ConvertName(EndReason);

    /// <summary>What the moderator who stopped it had to say, or null.</summary>
    public string? EndExplanation { get; set; }

    /// <summary>Recorded time of all parts together.</summary>
    public TimeSpan Duration { get; set; }
    public int PeakViewers { get; set; }
    public int Takes { get; set; }

    /// <summary>Unguessable part of the address of its picture, or null when it has none.</summary>
    public string? ThumbnailToken { get; set; }
}
