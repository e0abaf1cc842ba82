using System.Globalization;

namespace CommuniConnect.Media;

/// <summary>A point or a span of media time, in nanoseconds: the unit of Matroska, and fine enough that any timescale up to 500 MHz survives the way there and back.</summary>
/// <param name="Nanoseconds">May be negative for a difference.</param>
public readonly record struct MediaTime(long Nanoseconds) : IComparable<MediaTime>
{
    /// <summary>The start of a timeline.</summary>
    public static MediaTime Zero => default;

    /// <summary>The time as a <see cref="TimeSpan"/>, rounded down to its unit of 100 ns.</summary>
    public TimeSpan ToTimeSpan() => new(Nanoseconds / 100);

    /// <summary>The media time of a <see cref="TimeSpan"/>.</summary>
    public static MediaTime From(TimeSpan span) => new(checked(span.Ticks * 100));

    /// <summary>The media time of a number of milliseconds.</summary>
    public static MediaTime FromMilliseconds(long milliseconds) =>
        new(checked(milliseconds * 1_000_000));

    /// <summary>Whole milliseconds, rounded down.</summary>
    public long TotalMilliseconds =>
        Math.DivRem(Nanoseconds, 1_000_000, out var rest) + (rest < 0 ? -1 : 0);

    /// <inheritdoc/>
    public int CompareTo(MediaTime other) => Nanoseconds.CompareTo(other.Nanoseconds);

    /// <summary>Sum.</summary>
    public static MediaTime operator +(MediaTime a, MediaTime b) =>
        new(a.Nanoseconds + b.Nanoseconds);

    /// <summary>Difference.</summary>
    public static MediaTime operator -(MediaTime a, MediaTime b) =>
        new(a.Nanoseconds - b.Nanoseconds);

    /// <summary>Earlier than.</summary>
    public static bool operator <(MediaTime a, MediaTime b) => a.Nanoseconds < b.Nanoseconds;

    /// <summary>Later than.</summary>
    public static bool operator >(MediaTime a, MediaTime b) => a.Nanoseconds > b.Nanoseconds;

    /// <summary>Not later than.</summary>
    public static bool operator <=(MediaTime a, MediaTime b) => a.Nanoseconds <= b.Nanoseconds;

    /// <summary>Not earlier than.</summary>
    public static bool operator >=(MediaTime a, MediaTime b) => a.Nanoseconds >= b.Nanoseconds;

    /// <inheritdoc/>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Nanoseconds / 1e9:0.000}s");
}
