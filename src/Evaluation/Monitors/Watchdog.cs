using System.Globalization;

namespace Assize.Evaluation.Monitors;

/// <summary>Tells whether a monitor's silence is good news: what was drawn and scored in this hour and the last one.</summary>
public sealed record Watchdog
{
    /// <summary>With fewer samples expected nothing is said about their number.</summary>
    private const double Enough = 20;

    public HourTally Now { get; init; } = new(0);

    public HourTally Before { get; init; } = new(0);

    public Watchdog Taken(long drawn, double expected, DateTimeOffset now)
    {
        var at = At(now);
        return at with { Now = at.Now with { Drawn = at.Now.Drawn + drawn, Expected = at.Now.Expected + expected } };
    }

    public Watchdog Judged(long judged, long scored, DateTimeOffset now)
    {
        var at = At(now);
        return at with { Now = at.Now with { Judged = at.Now.Judged + judged, Scored = at.Now.Scored + scored } };
    }

    public Watchdog Lost(int conversations, DateTimeOffset now)
    {
        var at = At(now);
        return at with { Now = at.Now with { Lost = at.Now.Lost + conversations } };
    }

    /// <summary>What is wrong with a monitor's stream, each a sentence.</summary>
    public static IEnumerable<string> Troubles(MonitorLedger ledger, DateTimeOffset now)
    {
        var at = ledger.Watchdog.At(now);
        var silence = TimeSpan.FromMinutes(ledger.Spec.Definition.Alarm.SilenceMinutes);
        var last = ledger.Intake.LastTraffic ?? ledger.Spec.Changed;
        if (now - last > silence)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"No traffic since {last:yyyy-MM-dd HH:mm:ss'Z'}.");
        }

        var (expected, drawn, scored) = (at.Now.Expected + at.Before.Expected, at.Now.Drawn + at.Before.Drawn, at.Now.Scored + at.Before.Scored);
        // Drawn interactions of conversations that are not complete have no score yet, and that is no trouble.
        var due = ledger.Spec.Definition.Conversations is null ? drawn : at.Now.Judged + at.Before.Judged;
        if (due >= Enough && scored == 0)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"None of the last {due} samples has a score.");
        }

        if (at.Now.Lost + at.Before.Lost is > 0 and var lost)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"{lost} conversations were not judged: a silo was lost that held them in memory, since their texts may not rest in storage.");
        }

        if (expected >= Enough && drawn < expected / 2)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"Only {drawn} samples were drawn where the rates say {expected:0}.");
        }

        if (ledger.Watch.Detector is { } detector && detector.Unplaced >= Enough && detector.Unplaced * 10 > detector.Scored)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"{detector.Unplaced} scores lie in slices that the baseline does not have, and are not watched.");
        }
    }

    /// <summary>The tallies at a time; a clock that steps back stays in the newest hour.</summary>
    private Watchdog At(DateTimeOffset now)
    {
        var hour = now.UtcTicks / TimeSpan.TicksPerHour;
        return hour <= Now.Hour ? this : new Watchdog { Now = new HourTally(hour), Before = hour == Now.Hour + 1 ? Now : new HourTally(hour - 1) };
    }
}

/// <summary>What happened in one hour.</summary>
/// <param name="Hour">Whole hours since the first year.</param>
public sealed record HourTally(long Hour)
{
    public long Drawn { get; init; }

    public double Expected { get; init; }

    /// <summary>Samples whose judge was asked, with a score or without.</summary>
    public long Judged { get; init; }

    public long Scored { get; init; }

    /// <summary>Conversations whose texts were lost with a silo.</summary>
    public long Lost { get; init; }
}
