using Assize.Evaluation.Drift;
using Assize.Evaluation.Statistics;
using Assize.Evaluation.Suites;

namespace Assize.Evaluation.Monitors;

/// <summary>One part of the traffic before and after a change: a slice, or all that have a property's value, or those of two.</summary>
/// <param name="ShareBefore">w₀, 0 to 1.</param>
/// <param name="ShareAfter">w₁.</param>
/// <param name="MeanBefore">m₀ in points; null for a slice that the baseline does not have.</param>
/// <param name="MeanAfter">m₁ in points; null for a slice without scores since.</param>
public sealed record SliceEffect(Slice Slice, double ShareBefore, double ShareAfter, double? MeanBefore, double? MeanAfter)
{
    /// <summary>What the slice's own change contributes to the change of the mean, in points.</summary>
    public double Within { get; init; }

    /// <summary>What the change of its share contributes.</summary>
    public double Mix { get; init; }

    /// <summary>Scores since the change; null in an explanation that is older than they are.</summary>
    public long? Scores { get; init; }

    /// <summary>The 95 % interval of m₁ − m₀ by itself, in points: ± t·se, errors of both sides in quadrature; null where nothing says how far they vary.</summary>
    public double? ChangeLow { get; init; }

    public double? ChangeHigh { get; init; }

    /// <summary>The same of <see cref="Within"/>, at these shares.</summary>
    public double? WithinLow { get; init; }

    public double? WithinHigh { get; init; }

    /// <summary>p of "it did not change", two-sided, after Holm among all parts that were looked at; null for a slice of the decomposition.</summary>
    public double? P { get; init; }

    /// <summary>The effect with its intervals.</summary>
    /// <param name="change">m₁ − m₀ and its error; null where one of them is not known.</param>
    public SliceEffect Told(PartChange? change)
    {
        if (change is not { Error: > 0 } known)
        {
            return this;
        }

        var (half, weight) = (known.Half, (ShareBefore + ShareAfter) / 2);
        return this with
        {
            ChangeLow = known.Value - half, ChangeHigh = known.Value + half, WithinLow = weight * (known.Value - half), WithinHigh = weight * (known.Value + half),
        };
    }
}

/// <summary>A change of a part's mean, in points.</summary>
/// <param name="Value">m₁ − m₀.</param>
/// <param name="Error">Its standard error, that of both sides in quadrature, larger by sqrt((1 + ρ)/(1 − ρ)) where scores hang together.</param>
/// <param name="Freedom">Degrees of freedom: the smaller side's effective number of scores less one.</param>
public readonly record struct PartChange(double Value, double Error, double Freedom)
{
    /// <summary>Half of the 95 % interval.</summary>
    public double Half => Student.Quantile(0.975, Freedom) * Error;

    /// <summary>p of "it did not change", two-sided.</summary>
    public double P => Error > 0 ? Student.TwoSided(Value / Error, Freedom) : Value == 0 ? 1 : 0;

    /// <summary>p of "it did not change that way", one-sided.</summary>
    public double PTowards(Direction direction) => direction is Direction.Drop ? (Error > 0 ? Student.Lower(Value / Error, Freedom) : Value < 0 ? 0 : 1)
        : Error > 0 ? Student.Upper(Value / Error, Freedom) : Value > 0 ? 0 : 1;

    /// <summary>Null where a side has fewer than two scores. The error of a shift that is known of the judge (<paramref name="unsure"/>, in points) adds in quadrature.</summary>
    public static PartChange? Of(WeightedSample before, WeightedSample after, double carry, double unsure = 0) => before.StandardError is { } then && after.StandardError is { } now
        ? new PartChange(after.Mean - before.Mean, Math.Sqrt((then * then + now * now) * (1 + carry) / (1 - carry) + unsure * unsure), Math.Max(1, Math.Min(before.EffectiveCount, after.EffectiveCount) - 1))
        : null;

    /// <summary>By how much more one part changed than another.</summary>
    public PartChange Less(PartChange other) => new(Value - other.Value, Math.Sqrt(Error * Error + other.Error * other.Error), Math.Min(Freedom, other.Freedom));
}
