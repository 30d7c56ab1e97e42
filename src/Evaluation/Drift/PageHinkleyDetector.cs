using System.Text.Json.Serialization;

namespace Assize.Evaluation.Drift;

/// <summary>
/// Page-Hinkley in the form of the streaming libraries: against its own running mean, so that it needs no baseline and takes a slow decay for normal.
/// <code>
/// S⁺ ← a·S⁺ + (x − mean) − δ     rise = S⁺ − min S⁺         S⁻ ← a·S⁻ + (x − mean) + δ     drop = max S⁻ − S⁻         alarm at &gt; λ
/// </code>
/// Its run length is calibrated for independent normal scores, not guaranteed, and it is that of a CUSUM with k = δ, h = λ: with a = 1 the statistics are Page's, and the terms
/// x − mean, the mean including x, are recursive residuals, independent with variance (1 − 1/t)·s². δ = 0.1 and λ = 28.9 standard deviations alarm about once in 10,000.
/// Source: Page 1954; Brown, Durbin, Evans 1975 (recursive residuals); statistics.md 1.7.
/// </summary>
public sealed record PageHinkleyDetector : Detector
{
    /// <summary>δ: what a deviation is forgiven.</summary>
    public double Slack { get; init; } = 0.1;

    /// <summary>λ.</summary>
    public double Limit { get; init; } = 28.9;

    /// <summary>a: how much of the sums is kept from score to score.</summary>
    public double Memory { get; init; } = 1;

    /// <summary>Scores before the first alarm.</summary>
    public int Warmup { get; init; } = 30;

    /// <summary>Whether δ and λ count standard deviations of the baseline; otherwise they count points.</summary>
    public bool Standardised { get; init; } = true;

    /// <summary>Scores since the evidence began anew.</summary>
    public long Age { get; init; }

    public double Mean { get; init; }

    public double RiseSum { get; init; }

    public double DropSum { get; init; }

    /// <summary>The least S⁺ and the greatest S⁻ so far; null before any score.</summary>
    public double? RiseLeast { get; init; }

    public double? DropMost { get; init; }

    [JsonIgnore]
    public double Rise => RiseSum - RiseLeast ?? 0;

    [JsonIgnore]
    public double Drop => DropMost - DropSum ?? 0;

    [JsonIgnore]
    public override double Level => Math.Max(Rise, Drop) / Limit;

    /// <summary>A detector whose run length in control is the given one for independent normal scores.</summary>
    public static PageHinkleyDetector Of(double runLength)
    {
        var usual = new PageHinkleyDetector();
        return usual with { Limit = CusumDetector.Of(runLength, usual.Slack).Limit };
    }

    public override IEnumerable<Mistake> Check()
    {
        if (!(Slack >= 0 && double.IsFinite(Slack)))
        {
            yield return new Mistake("The slack must be a number of standard deviations, at least 0.") { Field = "slack" };
        }

        if (!(Limit > 0 && double.IsFinite(Limit)))
        {
            yield return new Mistake("The limit must be a positive number.") { Field = "limit" };
        }

        if (Memory is not (> 0 and <= 1))
        {
            yield return new Mistake("The memory lies above 0 and at most at 1.") { Field = "memory" };
        }
    }

    /// <summary>None in points, whose deviation is not known here, and none of sums that forget.</summary>
    public override Promise? Promise() => Standardised && Memory >= 1 ? new(CusumDetector.InControl(Limit, Slack), Guaranteed: false) : null;

    public override Detector Restarted() => this with { Age = 0, Mean = 0, RiseSum = 0, DropSum = 0, RiseLeast = null, DropMost = null };

    protected override (Detector Next, Alarm? Alarm) Learn(Observation observation, double share, SliceBaseline slice, Baseline baseline)
    {
        var x = Standardised ? share / baseline.Mean.Deviation : observation.Score!.Value;
        var mean = Mean + (x - Mean) / (Age + 1);
        var rise = Memory * RiseSum + (x - mean) - Slack;
        var drop = Memory * DropSum + (x - mean) + Slack;
        var next = this with
        {
            Sequence = observation.Sequence,
            Scored = Scored + 1,
            Age = Age + 1,
            Mean = mean,
            RiseSum = rise,
            DropSum = drop,
            RiseLeast = Math.Min(rise, RiseLeast ?? rise),
            DropMost = Math.Max(drop, DropMost ?? drop),
        };
        var worst = Math.Max(next.Rise, next.Drop);
        return next.Age >= Warmup && worst > Limit
            ? (next.Restarted(), Raise(observation, worst, Limit, next.Drop >= next.Rise ? Direction.Drop : Direction.Rise))
            : (next, null);
    }
}
