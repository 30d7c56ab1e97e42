using System.Collections.Immutable;
using System.Globalization;
using Assize.Evaluation.Drift;

namespace Assize.Evaluation.Monitors;

/// <summary>Other settings of the alarm held against the scores that a monitor still has. Its baseline is its own, and nobody is asked anything.</summary>
public static class Replay
{
    /// <summary>The monitor as it would stand if its alarm had had these settings since the first score that is kept.</summary>
    /// <param name="ledger">Whose scores they are: the latest <see cref="RecentScores.Most"/> since its baseline.</param>
    /// <param name="other">The definition that is tried; it may differ in what concerns the alarm.</param>
    /// <exception cref="EvaluationException">There is no baseline yet, or stored scores cannot tell what would have been: all reasons.</exception>
    public static MonitorLedger Of(MonitorLedger ledger, MonitorDefinition other)
    {
        ImmutableArray<Mistake> mistakes = [.. MonitorCheck.Of(other), .. Mistakes(ledger, other)];
        if (!mistakes.IsEmpty)
        {
            throw new EvaluationException(mistakes);
        }

        var (drift, recent) = (ledger.Watch.Drift!, ledger.Watch.Recent);
        var spec = ledger.Spec with { Definition = ledger.Spec.Definition with { Alarm = other.Alarm, Sampler = other.Sampler, Anchors = null, Benchmark = null }, Anchors = null, Benchmark = null };
        var patience = new Patience(other.Alarm.PerDay ?? other.Sampler.PerDay ?? drift.Patience.PerDay, other.Alarm.Days);
        var watch = new ScoreWatch { Baselines = ledger.Watch.Baselines, Drift = Watch.Of(drift.Baseline, patience, detectors: other.Alarm.Watching(drift.Baseline, patience)) with { Seen = null } };
        foreach (var score in recent)
        {
            var time = DateTimeOffset.FromUnixTimeSeconds(score.At);
            // The sequence has gaps: what was unscored, and anchors.
            watch = (watch with { Sequence = score.Sequence - 1, Drift = watch.Drift! with { Sequence = score.Sequence - 1 } }).Observe(spec, new JudgedSample(score.Sample, score.Slice, time, score.Inclusion) { Score = score.Score, Others = score.Others }, spec.Judge, null, time);
        }

        return ledger with { Spec = spec, Watch = watch, Anchors = null, Benchmark = null };
    }

    private static IEnumerable<Mistake> Mistakes(MonitorLedger ledger, MonitorDefinition other)
    {
        var (mine, spec) = (ledger.Spec.Definition, ledger.Spec with { Definition = other });
        if (ledger.Watch.Drift is null)
        {
            yield return new Mistake(
                string.Create(CultureInfo.InvariantCulture, $"Monitor '{mine.Name}' has no baseline yet: it takes {mine.Baseline.Scores} scores, and there are {ledger.Watch.Learning.Scores.Count}."),
                "Wait for it, or hold the definition against recorded traffic: assize monitor backtest FILE TRAFFIC.");
        }

        if (spec.Judge != ledger.Spec.Judge)
        {
            yield return new Mistake(
                "Another judge cannot be held against stored scores: of what it has judged a monitor keeps scores and no texts.",
                "Hold it against recorded traffic, whose cost --dry-run tells before anybody is asked (assize monitor backtest FILE TRAFFIC); with anchors both judges judge those (assize monitor apply).") { Field = "judge" };
        }
        else if (mine.Watched?.Name != other.Watched?.Name || mine.Watched?.Scale != other.Watched?.Scale)
        {
            yield return new Mistake("Only the scores of the watched criterion are stored.", "Hold another one against recorded traffic.") { Field = "criterion" };
        }

        if (!mine.Slices.SequenceEqual(other.Slices))
        {
            yield return new Mistake("Scores are stored by the monitor's own slices, and cannot be put into others.", "Hold other slices against recorded traffic.") { Field = "slices" };
        }

        if (mine.Baseline != other.Baseline)
        {
            yield return new Mistake("Stored scores are held against the baseline that the monitor has.", "Hold another one against recorded traffic.") { Field = "baseline" };
        }

        if (mine.Conversations != other.Conversations)
        {
            yield return new Mistake("Scores are of what the monitor judged, and cannot be put together otherwise.", "Hold that against recorded traffic.") { Field = "conversations" };
        }
    }
}
