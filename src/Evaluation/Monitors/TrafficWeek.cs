using System.Collections.Immutable;

namespace Assize.Evaluation.Monitors;

/// <summary>
/// Interactions or scores by the hour of the last eight days, to tell far too few from the day's and the week's rhythm: an hour is short when it had less than a quarter of the least that the same hour had on
/// any of the seven days before. So a quiet Sunday is no trouble, and nothing is said before a week is known.
/// </summary>
public sealed record TrafficWeek
{
    private const int Hours = 8 * 24;

    private const int Days = 7;

    /// <summary>With fewer interactions an hour nothing is said.</summary>
    private const long Enough = 100;

    /// <summary>The hour in which counting began, which is not known whole; 0 before any count. Whole hours since the first year.</summary>
    public long Since { get; init; }

    /// <summary>The last hour with any.</summary>
    public long Last { get; init; }

    /// <summary>Counts, each at the place of its hour modulo 192.</summary>
    public ImmutableArray<long> Counts { get; init; } = [.. new long[Hours]];

    public TrafficWeek Add(long seen, DateTimeOffset now)
    {
        // A clock that steps back stays in the newest hour.
        var hour = Math.Max(Last, HourOf(now));
        var counts = Counts.ToBuilder();
        for (var gone = Math.Max(Last + 1, hour - Hours + 1); gone <= hour; gone++)
        {
            counts[(int)(gone % Hours)] = 0;
        }

        counts[(int)(hour % Hours)] += seen;
        return new TrafficWeek { Since = Since == 0 ? hour : Since, Last = hour, Counts = counts.MoveToImmutable() };
    }

    /// <summary>What the last whole hour had, and the least of the same hour on the seven days before, where that is far more; otherwise null.</summary>
    public (long Seen, long Least)? Short(DateTimeOffset now)
    {
        var hour = HourOf(now) - 1;
        if (Since == 0 || hour - Days * 24 <= Since)
        {
            return null;
        }

        var (seen, least) = (Count(hour), Enumerable.Range(1, Days).Min(day => Count(hour - 24 * day)));
        return least >= Enough && seen * 4 < least ? (seen, least) : null;
    }

    /// <summary>How many there are a day, over the latest whole days of 24 hours that are known, seven at most; null while none is.</summary>
    public double? Daily(DateTimeOffset now)
    {
        var last = HourOf(now) - 1;
        var days = Since == 0 ? 0 : Math.Min(Days, (last - Since) / 24);
        return days < 1 ? null : Enumerable.Range(0, (int)days * 24).Sum(hour => Count(last - hour)) / (double)days;
    }

    private long Count(long hour) => hour > Last ? 0 : Counts[(int)(hour % Hours)];

    /// <summary>When the last whole hour began.</summary>
    public static DateTimeOffset LastHour(DateTimeOffset now) => new((HourOf(now) - 1) * TimeSpan.TicksPerHour, TimeSpan.Zero);

    private static long HourOf(DateTimeOffset time) => time.UtcTicks / TimeSpan.TicksPerHour;
}
