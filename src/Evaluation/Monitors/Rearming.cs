using Assize.Evaluation.Drift;

namespace Assize.Evaluation.Monitors;

/// <summary>What becomes of a watch when somebody wants another alarm.</summary>
public static class Rearming
{
    /// <summary>The watch with other settings of the alarm: evidence begins anew against the same baseline, for what was gathered was held against another promise.</summary>
    /// <param name="before">The ledger until now, whose pace says how many scores a day are to be reckoned with; while the baseline is being made, it will say so itself.</param>
    public static ScoreWatch Rearmed(this ScoreWatch watch, MonitorSpec spec, MonitorLedger before, DateTimeOffset now)
    {
        if (watch.Drift is not { } drift)
        {
            return watch;
        }

        var alarm = spec.Definition.Alarm;
        var patience = new Patience(before.PerDay(spec, now), alarm.Days);
        var armed = watch with { Drift = drift with { Patience = patience, Detectors = alarm.Watching(drift.Baseline, patience) } };
        return drift.Anchors is null ? armed : Kept(armed.Anchored(spec, drift.Anchors), drift.Track);
    }

    /// <summary>Against the same anchors the judge's shift goes on.</summary>
    private static ScoreWatch Kept(ScoreWatch watch, AnchorTrack track) => watch with { Drift = watch.Drift! with { Track = track } };
}
