using System.Text.Json.Serialization;

namespace Assize.Evaluation.Drift;

/// <summary>
/// An exponentially weighted mean of the standardised residual, against limits that are exact from the first score on.
/// <code>E ← (1 − l)·E + l·z     alarm at |E| &gt; L·sqrt( l/(2 − l)·(1 − (1 − l)^(2t)) )</code>
/// Its run length is calibrated for independent normal scores, not guaranteed (<see cref="EwmaRunLength"/>): l = 0.01 and L = 3.24 alarm once in about 10,000.
/// Source: Lucas, Saccucci 1990; statistics.md 1.7.
/// </summary>
public sealed record EwmaDetector : Detector
{
    /// <summary>l: the weight of the newest score.</summary>
    public double Weight { get; init; } = 0.01;

    /// <summary>L, in standard deviations of E.</summary>
    public double Limit { get; init; } = 3.24;

    public double Mean { get; init; }

    /// <summary>Scores since the evidence began anew: t.</summary>
    public long Age { get; init; }

    public double Last { get; init; }

    [JsonIgnore]
    public override double Level => Age == 0 ? 0 : Math.Abs(Mean) / Bound;

    /// <summary>The limit of |E| at the present age; 0 before any score.</summary>
    [JsonIgnore]
    public double Bound => Limit * Math.Sqrt(Weight / (2 - Weight) * (1 - Math.Pow(1 - Weight, 2.0 * Age)));

    /// <summary>An EWMA whose run length in control is the given one for independent normal scores.</summary>
    public static EwmaDetector Of(double runLength, double weight = 0.01) => new() { Weight = weight, Limit = EwmaRunLength.Limit(weight, runLength) };

    public override IEnumerable<Mistake> Check()
    {
        if (Weight is not (> 0 and <= 1))
        {
            yield return new Mistake("The weight of the newest score lies above 0 and at most at 1.") { Field = "weight" };
        }

        if (!(Limit > 0 && double.IsFinite(Limit)))
        {
            yield return new Mistake("The limit must be a positive number of standard deviations.") { Field = "limit" };
        }
    }

    public override Promise Promise() => new(EwmaRunLength.Exact(Weight, Limit), Guaranteed: false);

    public override Detector Restarted() => this with { Mean = 0, Age = 0 };

    protected override (Detector Next, Alarm? Alarm) Learn(Observation observation, double share, SliceBaseline slice, Baseline baseline)
    {
        var residual = share - baseline.Centre(slice);
        var z = (residual - baseline.Mean.Carry * Last) / baseline.Mean.Deviation;
        var next = this with { Sequence = observation.Sequence, Scored = Scored + 1, Mean = (1 - Weight) * Mean + Weight * z, Age = Age + 1, Last = residual };
        return Math.Abs(next.Mean) > next.Bound
            ? (next.Restarted(), Raise(observation, Math.Abs(next.Mean), next.Bound, next.Mean < 0 ? Direction.Drop : Direction.Rise))
            : (next, null);
    }
}
