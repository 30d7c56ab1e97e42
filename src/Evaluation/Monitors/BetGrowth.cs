using Assize.Evaluation.Drift;
using Assize.Evaluation.Suites;

namespace Assize.Evaluation.Monitors;

/// <summary>
/// What each score since a change added to the winning bet: ln L of the alarm's channel and direction, for the size of shift on which betting paid most since then. The factors are those of the
/// detector that raised the alarm, computed again from the scores that are remembered. Source: statistics.md 1.13.
/// </summary>
public static class BetGrowth
{
    private static readonly string Slices = SliceDetector.Of(1).Kind();

    /// <summary>By sequence; nothing of scores that no bet was made on, and of an alarm that no bet raised.</summary>
    /// <param name="alarm">What was raised.</param>
    /// <param name="watch">With the settings of its detectors.</param>
    /// <param name="recent">Scores in the order of their sequence, some from before the change among them.</param>
    /// <param name="since">The first that counts.</param>
    public static IReadOnlyDictionary<long, double> Of(Alarm alarm, Watch watch, IEnumerable<RecentScore> recent, long since)
    {
        var baseline = alarm.Stream is AlarmSource.Corrected && watch.JudgeShift() is { } correction ? watch.Baseline.Corrected(correction) : watch.Baseline;
        if (Bettor(alarm, watch, baseline) is not { } bettor)
        {
            return new Dictionary<long, double>();
        }

        var group = (alarm.Channel is Channel.Mean ? 0 : 2) + (alarm.Direction is Direction.Drop ? 0 : 1);
        var (lasts, found) = (new Dictionary<Slice, (double Mean, double Low)>(), new List<(long Sequence, double[] Factors)>());
        foreach (var score in recent)
        {
            if (baseline.Slices.Find(score.Slice) is not { } slice)
            {
                continue;
            }

            var (detector, own) = bettor(slice);
            var (factors, size) = (new double[detector.Bets(own)], detector.Effects.Length);
            var observation = new Observation { Sequence = score.Sequence, Sample = score.Sample, Slice = score.Slice, Score = score.Score, Inclusion = score.Inclusion };
            // What a slice's own detector carries over is of the last score of its slice.
            var carried = alarm.Detector == Slices ? slice.Slice : Slice.All;
            lasts[carried] = detector.Factors(observation, observation.Share(own.Scale), slice, own, lasts.GetValueOrDefault(carried), factors);
            if (score.Sequence >= since && (group + 1) * size <= factors.Length && (alarm.Slices.IsEmpty || alarm.Slices.Contains(slice.Slice)))
            {
                found.Add((score.Sequence, [.. factors[(group * size)..((group + 1) * size)].Select(factor => Math.Log(factor))]));
            }
        }

        var won = found.Count == 0 ? 0 : Enumerable.Range(0, found[0].Factors.Length).MaxBy(bet => found.Sum(one => one.Factors[bet]));
        return found.ToDictionary(one => one.Sequence, one => one.Factors[won]);
    }

    /// <summary>By slice, the mixture that bets on its scores, and against what; null where no mixture raised the alarm.</summary>
    private static Func<SliceBaseline, (MixtureDetector Detector, Baseline Baseline)>? Bettor(Alarm alarm, Watch watch, Baseline baseline)
    {
        if (alarm.Stream is AlarmSource.Corrected)
        {
            return watch.CorrectedDetector is { } corrected ? _ => (corrected, baseline) : null;
        }

        if (watch.Detectors.FirstOrDefault(one => one.Kind() == alarm.Detector) is SliceDetector slices)
        {
            var all = MixtureDetector.Of(slices.Threshold) with { DropWeight = slices.DropWeight, LeastShift = slices.LeastShift };
            return slice => (all with { Errors = UsualDetectors.Errors(slice.EffectiveCount, slices.Threshold / baseline.Slices.All.Length) }, baseline.Only(slice));
        }

        var usual = watch.Detectors.OfType<MixtureDetector>().FirstOrDefault();
        return usual is not null && usual.Kind() == alarm.Detector ? _ => (usual, baseline) : null;
    }
}
