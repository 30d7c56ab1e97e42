using Assize.Evaluation.Drift;

namespace Assize.Evaluation.Monitors;

/// <summary>How many scores a day are to be reckoned with, by which an alarm's promise in days becomes one in scores.</summary>
public static class Pace
{
    /// <summary>A promise is outpaced where scores come more than so many times as often as it reckons with: false alarms then may come so much oftener too.</summary>
    private const double TooFast = 2;

    /// <summary>A followed pace leaves so much room above what came a day lately, for busier days of a week.</summary>
    private const double Room = 1.5;

    /// <summary>A baseline that took less than this may have come in one burst.</summary>
    private static readonly TimeSpan Surely = TimeSpan.FromHours(3);

    /// <summary>
    /// What a monitor with a baseline is to reckon with under another definition: what that says; else what was scored a day lately, or was reckoned with so far, times how much more or less of the
    /// same traffic it draws. Where a budget kept the present one from drawing by its rate, all that the traffic of late would give.
    /// </summary>
    public static double PerDay(this MonitorLedger ledger, MonitorSpec spec, DateTimeOffset now)
    {
        var (sampler, before) = (spec.Definition.Sampler, ledger.Spec.Definition.Sampler);
        if ((spec.Definition.Alarm.PerDay ?? sampler.PerDay) is { } told)
        {
            return told;
        }

        var seen = ledger.Intake.SeenBySlice;
        var (drawn, formerly) = seen.IsEmpty
            ? (sampler.Rate, before.Rate)
            : (seen.Sum(slice => slice.Value * sampler.RateOf(slice.Key)), seen.Sum(slice => slice.Value * before.RateOf(slice.Key)));
        var present = ledger.Watchdog.Scores.Daily(now) ?? ledger.Watch.Patience!.Followed?.Made ?? ledger.Watch.Patience.PerDay;
        var next = (before.PerDay ?? before.PerMinute) is null
            ? present * drawn / formerly
            : Math.Max(present, (ledger.Watchdog.Traffic.Daily(now) ?? 0) * drawn / Math.Max(1, seen.Values.Sum()));
        return Math.Min(next, sampler.PerMinute * TimeSpan.MinutesPerDay ?? double.PositiveInfinity);
    }

    /// <summary>
    /// The watch as it takes the next scores in. Where nothing but the baseline's own pace says how many there are a day, and that was made so fast that its pace says nothing about a day (a burst, a replay), the
    /// promise reckons with what came a day lately, and half as many more; with the baseline's pace until that is known, and while more come than that has room for.
    /// </summary>
    /// <param name="scores">How many are coming.</param>
    public static ScoreWatch Following(this MonitorLedger ledger, int scores, DateTimeOffset now)
    {
        if (ledger is not { Watch: { Drift: { } drift } watch, Spec.Definition: { Alarm.PerDay: null, Sampler.PerDay: null } } || scores == 0)
        {
            return ledger.Watch;
        }

        var (patience, count) = (drift.Patience, drift.Baseline.Count);
        var followed = patience.Followed ?? new FollowedPace(patience.PerDay, 0, now);
        if (count / followed.Made >= Surely.TotalDays)
        {
            return watch;
        }

        var (next, perDay) = followed.Spend(scores, ledger.Watchdog.Scores.Daily(now) is { } daily ? Math.Max(count, daily * Room) : followed.Made, now);
        return watch with { Drift = drift.Repaced(patience with { PerDay = perDay, Followed = next }) };
    }

    /// <summary>Scores a day of late, and what the alarm's promise reckons with, where the one is far above the other; otherwise null.</summary>
    public static (double Scored, double Promised)? Outpaced(this MonitorLedger ledger, DateTimeOffset now) =>
        ledger.Watch.Patience?.PerDay is { } promised && ledger.Watchdog.Scores.Daily(now) is { } scored && scored > TooFast * promised ? (scored, promised) : null;
}
