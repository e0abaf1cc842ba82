using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace CommuniConnect.Server.Platform.Database;

/// <summary>Keeps a moment as Unix milliseconds.</summary>
internal sealed class UnixMillisecondsConverter()
    : ValueConverter<DateTimeOffset, long>(
        time => time.ToUnixTimeMilliseconds(),
        milliseconds => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds)
    );

/// <summary>Keeps a span of time as whole milliseconds.</summary>
internal sealed class MillisecondsConverter()
    : ValueConverter<TimeSpan, long>(
        span => (long)span.TotalMilliseconds,
        milliseconds => TimeSpan.FromMilliseconds(milliseconds)
    );
