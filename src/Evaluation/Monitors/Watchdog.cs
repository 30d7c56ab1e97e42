using System.Globalization;

namespace Assize.Evaluation.Monitors;

/// <summary>Tells whether a monitor's silence is good news: what was drawn, judged and scored in this hour and the last one, and since when samples wait for a score.</summary>
public sealed record Watchdog
{
    /// <summary>With fewer samples nothing is said about their number.</summary>
    private const double Enough = 20;

    /// <summary>Samples whose texts are not kept count as drawn when they are judged, and what the rates say at once: so long nothing is said about a stream that begins.</summary>
    private static readonly TimeSpan UnderWay = TimeSpan.FromMinutes(2);

    private static readonly TimeSpan LongPause = TimeSpan.FromHours(1);

    public HourTally Now { get; init; } = new(0);

    public HourTally Before { get; init; } = new(0);

    /// <summary>Interactions by the hour.</summary>
    public TrafficWeek Traffic { get; init; } = new();

    /// <summary>Scores by the hour since the alarm's promise was made; none where the stored ledger is older than that.</summary>
    public TrafficWeek Scores { get; init; } = new();

    /// <summary>Since when samples wait without one of them getting a score; null while none does.</summary>
    public DateTimeOffset? WaitingSince { get; init; }

    /// <summary>What the monitor's own rates would have drawn since the last score, whatever its budgets left of them.</summary>
    public double Wanted { get; init; }

    /// <summary>When the first traffic since the last score came; null where none came since.</summary>
    public DateTimeOffset? WantedSince { get; init; }

    /// <summary>Since when the monitor takes traffic in again after a pause; null when it was never paused.</summary>
    public DateTimeOffset? ResumedAt { get; init; }

    /// <summary>When the last pause began; null when there was none.</summary>
    public DateTimeOffset? PausedAt { get; init; }

    /// <param name="seen">Interactions of the batch.</param>
    /// <param name="drawn">Drawn of them.</param>
    /// <param name="waiting">How many of these wait to be judged.</param>
    /// <param name="expected">What the rates in force say should have been drawn.</param>
    /// <param name="wanted">What the monitor's own rates would have drawn.</param>
    public Watchdog Taken(long seen, long drawn, int waiting, double expected, double wanted, DateTimeOffset now)
    {
        var at = At(now);
        return at with
        {
            Now = at.Now with { Drawn = at.Now.Drawn + drawn, Expected = at.Now.Expected + expected, Since = at.Now.Since ?? (expected > 0 ? now : null) },
            WaitingSince = waiting > 0 ? at.WaitingSince ?? now : at.WaitingSince,
            Wanted = at.Wanted + wanted,
            WantedSince = at.WantedSince ?? (wanted > 0 ? now : null),
            Traffic = seen > 0 ? Traffic.Add(seen, now) : Traffic,
        };
    }

    /// <param name="scored">Samples that got a score.</param>
    /// <param name="unscored">Samples that were judged and got none.</param>
    /// <param name="more">Whether others still wait.</param>
    public Watchdog Judged(long scored, long unscored, bool more, DateTimeOffset now)
    {
        var at = At(now);
        return at with
        {
            Scores = scored > 0 ? Scores.Add(scored, now) : Scores,
            Now = at.Now with { Scored = at.Now.Scored + scored, Unscored = at.Now.Unscored + unscored },
            WaitingSince = !more ? null : scored == 0 ? at.WaitingSince : now,
            Wanted = scored == 0 ? at.Wanted : 0,
            WantedSince = scored == 0 ? at.WantedSince : null,
        };
    }

    /// <param name="samples">Conversations that are complete and wait to be judged.</param>
    /// <param name="lost">Conversations that are complete and whose texts were lost with a silo.</param>
    public Watchdog Completed(int samples, int lost, DateTimeOffset now)
    {
        var at = At(now);
        return at with { Now = at.Now with { Lost = at.Now.Lost + lost }, WaitingSince = samples > 0 ? at.WaitingSince ?? now : at.WaitingSince };
    }

    /// <summary>After a pause; one that a pace would show leaves none.</summary>
    public Watchdog Resumed(DateTimeOffset now) => (now - PausedAt < LongPause ? this : Unpaced()) with { ResumedAt = now };

    /// <summary>Without the pace of scores, for another promise.</summary>
    public Watchdog Unpaced() => this with { Scores = new() };

    /// <summary>What is wrong with a monitor's stream, each kind at most once; nothing while the monitor is paused.</summary>
    public static IEnumerable<WatchdogFinding> Findings(MonitorLedger ledger, DateTimeOffset now)
    {
        if (ledger.Paused)
        {
            yield break;
        }

        var at = ledger.Watchdog.At(now);
        var silence = TimeSpan.FromMinutes(ledger.Spec.Definition.Alarm.SilenceMinutes);
        var last = Later(ledger.Intake.LastTraffic ?? ledger.Spec.Changed, at.ResumedAt);
        if (now - last > silence)
        {
            yield return Finding(WatchdogTrouble.NoTraffic, $"No traffic since {last:yyyy-MM-dd HH:mm:ss'Z'}.");
        }
        else if (!(at.ResumedAt > TrafficWeek.LastHour(now)) && at.Traffic.Short(now) is { } few)
        {
            yield return Finding(WatchdogTrouble.LittleTraffic, $"Only {few.Seen} interactions in the last whole hour, which had at least {few.Least} on each of the seven days before.");
        }

        if (at.Now.Lost + at.Before.Lost is > 0 and var lost)
        {
            yield return Finding(WatchdogTrouble.LostConversations, $"{lost} conversations were not judged: a silo was lost that held them in memory, since their texts may not rest in storage.");
        }

        if (at.WaitingSince is { } since && now - Later(since, at.ResumedAt) > silence)
        {
            yield return Finding(WatchdogTrouble.NoScores, $"Samples wait since {since:yyyy-MM-dd HH:mm:ss'Z'}, and none of them got a score.");
        }
        else if (at.Wanted >= Enough && at.WantedSince is { } first && now - Later(first, at.ResumedAt) > silence + Whole(ledger.Spec.Definition))
        {
            yield return Finding(WatchdogTrouble.NoScores, $"No score since {first:yyyy-MM-dd HH:mm:ss'Z'}, while traffic came in of which {at.Wanted:0} samples would have been drawn: a budget is spent, or judging is far behind.");
        }

        var (expected, drawn) = (at.Now.Expected + at.Before.Expected, at.Now.Drawn + at.Before.Drawn);
        if (expected >= Enough && drawn < expected / 2 && !(now - (at.Before.Since ?? at.Now.Since) < UnderWay))
        {
            yield return Finding(WatchdogTrouble.TooFewSamples, $"Only {drawn} samples were drawn where the rates say {expected:0}.");
        }

        var (scored, unscored) = (at.Now.Scored + at.Before.Scored, at.Now.Unscored + at.Before.Unscored);
        if (unscored >= Enough && scored < unscored)
        {
            yield return Finding(WatchdogTrouble.TooFewScores, $"Only {scored} of the last {scored + unscored} judged samples have a score.");
        }

        // Looked at every few seconds: the latest scores are gone through only where there may be enough of them.
        if (ledger.Watch is { Unplaced: >= (long)Enough, Recent: var recent, Baseline.Slices: var slices } && recent.Outside(slices) is var outside && outside >= Enough && outside * 10 > recent.Count)
        {
            yield return Finding(WatchdogTrouble.UnwatchedSlices, $"{outside} of the last {recent.Count} scores lie in slices that the baseline does not have, and are not watched.");
        }

        if (ledger.Outpaced(now) is { } pace)
        {
            var days = ledger.Watch.Patience!.Days;
            yield return Finding(WatchdogTrouble.OutpacedPromise, $"{pace.Scored:0} scores came a day, where the alarms' promise reckons with {pace.Promised:0}: false alarms may come once in {days * pace.Promised / pace.Scored:0.#} days in the place of {days:0.##}. Apply the monitor with alarm.perDay: {Math.Ceiling(pace.Scored):0}.");
        }

        if (ledger is { Benchmark: { Lost: true, Baseline: { } gone }, Spec.Benchmark.Suite: var suite })
        {
            yield return Finding(WatchdogTrouble.NoBaselineRun, $"The benchmark compares nothing: its baseline run {gone} is not kept any more. Name another run under benchmark.baseline and apply the file; assize runs --suite {suite} lists them.");
        }
    }

    private static WatchdogFinding Finding(WatchdogTrouble trouble, FormattableString sentence) => new(trouble, sentence.ToString(CultureInfo.InvariantCulture));

    /// <summary>How long a conversation may be silent before it is judged.</summary>
    private static TimeSpan Whole(MonitorDefinition definition) => TimeSpan.FromMinutes(definition.Conversations?.IdleMinutes ?? 0);

    private static DateTimeOffset Later(DateTimeOffset one, DateTimeOffset? other) => other > one ? other.Value : one;

    /// <summary>The tallies at a time; a clock that steps back stays in the newest hour.</summary>
    private Watchdog At(DateTimeOffset now)
    {
        var hour = now.UtcTicks / TimeSpan.TicksPerHour;
        return hour <= Now.Hour ? this : this with { Now = new HourTally(hour), Before = hour == Now.Hour + 1 ? Now : new HourTally(hour - 1) };
    }
}

/// <summary>What happened in one hour.</summary>
/// <param name="Hour">Whole hours since the first year.</param>
public sealed record HourTally(long Hour)
{
    public long Drawn { get; init; }

    public double Expected { get; init; }

    /// <summary>When the first sample of the hour was expected; null before any was.</summary>
    public DateTimeOffset? Since { get; init; }

    public long Scored { get; init; }

    public long Unscored { get; init; }

    /// <summary>Conversations whose texts were lost with a silo.</summary>
    public long Lost { get; init; }
}
