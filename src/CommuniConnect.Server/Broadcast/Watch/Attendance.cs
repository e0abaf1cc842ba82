using CommuniConnect.Server.Broadcast.OnAir;
using CommuniConnect.Server.Platform.Http;

namespace CommuniConnect.Server.Broadcast.Watch;

/// <summary>
/// One connection of a viewer who counts for as long as there is a sign of life. The count has to be right within 5 s of a
/// disconnect that nobody announced, and a phone on a bad network must not be cut for a stall of that length: so who is
/// silent is not counted, but served on, and counts again when heard again.
/// </summary>
internal sealed class Attendance : IDisposable
{
    /// <summary>
    /// Without a sign of life for this long a viewer is not counted. Each is asked for one every 1.8 s at the latest, by the
    /// kernel or by <see cref="KeepAlive"/>, so that a network whose queues hold answers back for two seconds is still taken
    /// for what it is.
    /// </summary>
    private static readonly TimeSpan LongestSilence = TimeSpan.FromSeconds(3.9);

    /// <summary>With the silence and the half second in which a room tells it, less than five.</summary>
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(0.5);

    private readonly OnAir.Audience.Seat _seat;
    private readonly ITimer? _timer;

    /// <param name="viewer">See <see cref="Visitor"/>.</param>
    /// <param name="silence">How long nothing was heard, or null when the connection is gone; none at all: there until the connection ends.</param>
    private Attendance(Live live, string viewer, HttpContext context, Func<TimeSpan?>? silence)
    {
        _seat = live.Audience.Enter(viewer);
        if (silence is null)
        {
            return;
        }
        _timer = context
            .RequestServices.GetRequiredService<TimeProvider>()
            .CreateTimer(
                _ => _seat.Take(silence() is { } silent && silent < LongestSilence),
                null,
                Look,
                Look
            );
    }

    /// <summary>Whether the kernel knows of the viewer's signs of life: nobody has to ask for them.</summary>
    public bool KernelTells { get; private init; }

    /// <summary>Of a response that is only written: whoever takes it acknowledges it.</summary>
    public static Attendance OfResponse(Live live, string viewer, HttpContext context) =>
        new(
            live,
            viewer,
            context,
            PeerSignals.Of(context) is { } signals ? () => signals.SinceAnswer : null
        );

    /// <summary>
    /// Of a WebSocket: whose other end acknowledges what it takes as well, or answers pings, through whatever stands between:
    /// see <see cref="KeepAlive"/>.
    /// </summary>
    public static Attendance OfSocket(Live live, string viewer, HttpContext context)
    {
        var signals = PeerSignals.OfViewer(context);
        return new(
            live,
            viewer,
            context,
            signals is null ? WatchConnection.SilenceOf(context) : () => signals.SinceAnswer
        )
        {
            KernelTells = signals is not null,
        };
    }

    public void Dispose()
    {
        _timer?.Dispose();
        _seat.Dispose();
    }
}
