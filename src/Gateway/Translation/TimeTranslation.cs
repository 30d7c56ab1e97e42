using Google.Protobuf.WellKnownTypes;

namespace Assize.Gateway.Translation;

/// <summary>Times and durations as callers send them: the wire lets numbers through that are neither.</summary>
internal static class TimeTranslation
{
    private const long FirstSecond = -62_135_596_800, LastSecond = 253_402_300_799, LongestSeconds = 315_576_000_000;

    private const int Nanos = 1_000_000_000;

    /// <summary>Whether it lies in the years 1 to 9999.</summary>
    public static bool IsTime(this Timestamp time) => time.Seconds is >= FirstSecond and <= LastSecond && time.Nanos is >= 0 and < Nanos;

    /// <summary>Whether it is a span of at most ten thousand years, its parts with one sign.</summary>
    public static bool IsDuration(this Duration span) =>
        span.Seconds is >= -LongestSeconds and <= LongestSeconds && span.Nanos is > -Nanos and < Nanos && Math.Sign(span.Seconds) * Math.Sign(span.Nanos) >= 0;
}
