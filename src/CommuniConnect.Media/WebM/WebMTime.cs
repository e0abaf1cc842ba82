namespace CommuniConnect.Media.WebM;

/// <summary>Media time in the timestamp units we write.</summary>
internal static class WebMTime
{
    /// <summary>Units of a time, to the nearest, so that what came in units goes out as it came and nothing drifts.</summary>
    public static long ToUnits(MediaTime time)
    {
        var (units, rest) = Math.DivRem(time.Nanoseconds, HeaderElements.TimestampScale);
        if (rest < 0)
            (units, rest) = (units - 1, rest + HeaderElements.TimestampScale);
        return rest * 2 >= HeaderElements.TimestampScale ? units + 1 : units;
    }
}
