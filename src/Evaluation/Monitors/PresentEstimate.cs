using Assize.Evaluation.Drift;
using Assize.Evaluation.Statistics;

namespace Assize.Evaluation.Monitors;

/// <summary>
/// Where the scores stand now: Hájek's mean of the latest 100, weighted by 1/π, with a 95 % interval m ± t(n − 1)·se·sqrt((1 + ρ)/(1 − ρ)), where ρ is the carry-over that the
/// baseline found, and n Kish's (Σw)²/Σw². Of scores that are all pass or fail, Wilson's of n·(1 − ρ)/(1 + ρ) observations, which holds at the ends too. A description of one moment: whoever looks at it again and again is to believe the detector and not the interval.
/// </summary>
/// <param name="Mean">In points.</param>
/// <param name="Low">The interval's lower end; null below two scores or without spread.</param>
/// <param name="High">Its upper end.</param>
/// <param name="Scores">How many scores it rests on.</param>
public sealed record PresentEstimate(double Mean, double? Low, double? High, int Scores)
{
    private const int Latest = 100;

    /// <summary>The estimate; null before any score, and while a baseline is made from strata whose scores an older version kept without their probability.</summary>
    public static PresentEstimate? Of(MonitorSpec spec, ScoreWatch watch)
    {
        if (spec.Definition.Watched is not { Scale: var scale })
        {
            return null;
        }

        RecentScore[] latest = watch.Baseline is null ? Learnt(spec, watch.Learning) : [.. watch.Recent.Skip(watch.Recent.Count - Latest)];
        if (latest.Length == 0)
        {
            return null;
        }

        var mean = WeightedMean.Of(latest.Select(score => score.Score).ToArray(), latest.Select(score => 1 / score.Inclusion).ToArray());
        var carry = watch.Baseline?.Mean.Carry ?? 0;
        if (scale.IsPassFail && latest.All(score => score.Score is 0 or 1))
        {
            var (low, high) = Proportion.Wilson(Math.Clamp(mean.Mean, 0, 1), mean.EffectiveCount * (1 - carry) / (1 + carry));
            return new PresentEstimate(mean.Mean, low, high, latest.Length);
        }

        if (mean.StandardError is not (> 0 and var error))
        {
            return new PresentEstimate(mean.Mean, null, null, latest.Length);
        }

        var half = Student.Quantile(0.975, Math.Max(1, mean.EffectiveCount - 1)) * error * Math.Sqrt((1 + carry) / (1 - carry));
        return new PresentEstimate(mean.Mean, Math.Max(scale.Min, mean.Mean - half), Math.Min(scale.Max, mean.Mean + half), latest.Length);
    }

    private static RecentScore[] Learnt(MonitorSpec spec, Learning learning)
    {
        var latest = learning.Scores.Skip(learning.Scores.Count - Latest).ToArray();
        var known = latest.All(score => score.Inclusion is not null);
        return known || spec.Definition.Sampler.Strata.IsEmpty
            ? [.. latest.Select(score => new RecentScore(0, default, score.Slice, score.Score, 0) { Inclusion = known ? score.Inclusion!.Value : 1 })]
            : [];
    }
}
