using Cronos;

namespace Assize.Evaluation.Schedules;

/// <summary>When something is done again: every so many hours, or by a cron expression in a time zone.</summary>
public sealed record Schedule
{
    /// <summary>Hours from one time to the next; null where there is a cron expression.</summary>
    public double? EveryHours { get; init; }

    /// <summary>Minute, hour, day of month, month, day of week, as in <c>0 4 * * MON-FRI</c>; null where there is an interval.</summary>
    public string? Cron { get; init; }

    /// <summary>The time zone of the cron expression, as in <c>Europe/Berlin</c> or <c>UTC</c>; a cron expression has no meaning without one.</summary>
    public string? Zone { get; init; }

    public static Schedule Daily { get; } = new() { EveryHours = 24 };

    /// <summary>What is wrong with it; <paramref name="field"/> is its own path.</summary>
    public IEnumerable<Mistake> Check(string field)
    {
        if ((EveryHours is null) == (Cron is null))
        {
            yield return new Mistake("A schedule has an interval or a cron expression, and not both.", "Write everyHours: 24, or cron: \"0 4 * * *\" with a zone.") { Field = field };
            yield break;
        }

        if (EveryHours is { } hours)
        {
            if (!(hours >= 0.25 && hours <= 24 * 366))
            {
                yield return new Mistake("An interval lies between a quarter of an hour (0.25) and a year.") { Field = $"{field}.everyHours" };
            }

            if (Zone is not null)
            {
                yield return new Mistake("An interval has no time zone.", "Leave the zone out, or write a cron expression.") { Field = $"{field}.zone" };
            }

            yield break;
        }

        if (!CronExpression.TryParse(Cron!, out var expression))
        {
            yield return new Mistake($"'{Cron}' is no cron expression.", "Write minute, hour, day of month, month and day of week, as in \"0 4 * * MON-FRI\".") { Field = $"{field}.cron" };
        }
        else if (expression.GetNextOccurrence(DateTime.UnixEpoch) is null)
        {
            yield return new Mistake($"'{Cron}' never comes.") { Field = $"{field}.cron" };
        }

        if (Zone is null || !TimeZoneInfo.TryFindSystemTimeZoneById(Zone, out _))
        {
            yield return new Mistake(Zone is null ? "A cron expression needs a time zone." : $"There is no time zone '{Zone}'.", "Write UTC, or a name as Europe/Berlin.") { Field = $"{field}.zone" };
        }
    }

    /// <summary>
    /// The first time after another. What was missed in between is not made up for: whoever was away comes back to one time, and then to the next after it. In the hour that a
    /// clock skips a time comes once, when the hour is over; in one that comes twice a fixed time comes once.
    /// </summary>
    public DateTimeOffset Next(DateTimeOffset after) => EveryHours is { } hours
        ? after.AddHours(hours)
        : CronExpression.Parse(Cron!).GetNextOccurrence(after, TimeZoneInfo.FindSystemTimeZoneById(Zone!)) ?? throw new InvalidOperationException($"'{Cron}' never comes");

    /// <summary>
    /// The time after one that was planned, once what was planned is done: an interval is counted from the plan and not from the end, so that what takes twenty minutes is not twenty minutes later every day.
    /// Where that time has passed, or was none, it is counted from now on; a time that is still to come stays.
    /// </summary>
    public DateTimeOffset After(DateTimeOffset? planned, DateTimeOffset now) => planned is not { } at || EveryHours is null ? Next(now)
        : at > now ? at
        : Next(at) is var next && next > now ? next : Next(now);

    /// <summary>How often a day, on average over the four weeks after a time; over four years where it is rarer than weekly.</summary>
    public double PerDay(DateTimeOffset at)
    {
        if (EveryHours is { } hours)
        {
            return 24 / hours;
        }

        const int weeks = 4, years = 1461;
        return Times(7 * weeks) is >= weeks and var times ? times / (7.0 * weeks) : Math.Max(1, Times(years)) / (double)years;

        int Times(int days) => CronExpression.Parse(Cron!).GetOccurrences(at, at.AddDays(days), TimeZoneInfo.FindSystemTimeZoneById(Zone!)).Count();
    }
}
